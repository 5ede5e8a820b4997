import { element, unseen } from "./element";
import type { Words } from "./words";

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)'\]]/g;
const BULLET = /^\s*[-•]\s+/;
const NUMBER = /^\s*(\d{1,3})[.)]\s+/;

/** A link that opens in a new tab and says so. Only http and https; anything else is no link. */
export function outward(url: string, text: string, words: Words): Node {
  if (!/^https?:\/\/[^\s/]/i.test(url)) return document.createTextNode(text);
  const attributes = { href: url, target: "_blank", rel: "noopener noreferrer" };
  return element("a", attributes, text, unseen(` (${words.t("new_tab")})`));
}

/** Text with its addresses as links. */
export function inline(text: string, words: Words): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(text.slice(end, match.index), outward(match[0], match[0], words));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}

/** Paragraphs and lists: lines that begin with "- ", "• " or "1. " are items, an empty line ends a paragraph. */
export function prose(text: string, words: Words): HTMLElement[] {
  const blocks: HTMLElement[] = [];
  let lines: string[] = [];
  let list: HTMLElement | null = null;
  const flush = () => {
    if (lines.length) blocks.push(element("p", {}, ...inline(lines.join("\n"), words)));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const number = NUMBER.exec(line)?.[1];
    const tag = number ? "ol" : BULLET.test(line) ? "ul" : null;
    if (!tag) {
      list = null;
      if (line.trim()) lines.push(line.trim());
      else flush();
      continue;
    }
    flush();
    if (list?.tagName !== tag.toUpperCase()) {
      list = element(tag, number && number !== "1" ? { start: number } : {});
      blocks.push(list);
    }
    list.append(element("li", {}, ...inline(line.replace(number ? NUMBER : BULLET, ""), words)));
  }
  flush();
  return blocks;
}
