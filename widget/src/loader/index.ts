/** The one script a page includes: `<script async src="…/widget.js" data-…>`. */
import { start } from "./start";

const script = document.currentScript as HTMLScriptElement;

if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => start(script));
else start(script);
