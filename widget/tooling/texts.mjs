import { parse } from "yaml";

/**
 * Lets a module import a YAML file (`import words from "…/texts/en/launcher.yml"`); only build and tests know YAML.
 * @returns {import("vite").Plugin}
 */
export function texts() {
  return {
    name: "texts",
    enforce: "pre",
    transform(source, id) {
      if (!id.endsWith(".yml")) return null;
      return { code: `export default ${JSON.stringify(parse(source))};`, map: null };
    },
  };
}
