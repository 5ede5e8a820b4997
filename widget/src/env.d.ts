/** Texts of the repository, read at build time (tooling/texts.mjs). */
declare module "*.yml" {
  const texts: Record<string, string>;
  export default texts;
}

declare module "*.css?inline" {
  const rules: string;
  export default rules;
}
