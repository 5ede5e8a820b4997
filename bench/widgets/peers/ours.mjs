/** Our own widget, pasted into a page of another origin as a site owner does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const MANIFEST = join(import.meta.dirname, "../../../widget/dist/current.json");

/** @param {string} gateway the gateway's origin, which must let any site show the widget */
export default function ours(gateway) {
  return {
    package: "this repository",
    get version() {
      return JSON.parse(readFileSync(MANIFEST, "utf8")).version;
    },
    id: "ours",
    name: "Our widget",
    launcher: "button.launcher",
    panel: '[role="dialog"]',
    field: "textarea",
    origins: [gateway],
    scripts: `<script async src="${gateway}/widget.js"></script>`,
    files: async () => ({}),
  };
}
