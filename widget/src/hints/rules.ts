import type { HintRule } from "../shared/types";

/** What a rule looks at. */
export interface Visit {
  path: string;
  /** Seconds on the page. */
  seconds: number;
  /** Per cent of the way down. */
  scrolled: number;
}

/** Whether something the site owner wrote is a rule. */
export function isRule(rule: unknown): rule is HintRule {
  const { text, page = "", ask = "", after = 0, scroll = 0 } = (rule ?? {}) as Record<string, unknown>;
  return (
    typeof text === "string" &&
    text.trim() !== "" &&
    [page, ask].every((value) => typeof value === "string") &&
    [after, scroll].every((value) => typeof value === "number" && value >= 0)
  );
}

/** Whether a path fits a pattern: `*` stands for anything within a folder, `**` for anything. */
export function fits(pattern: string, path: string): boolean {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part.startsWith("**")) return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(path);
}

/** Whether everything that a rule asks for holds. */
export function due(rule: HintRule, visit: Visit): boolean {
  return (
    fits(rule.page ?? "**", visit.path) && visit.seconds >= (rule.after ?? 0) && visit.scrolled >= (rule.scroll ?? 0)
  );
}
