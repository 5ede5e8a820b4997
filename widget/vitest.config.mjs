import { defineConfig } from "vitest/config";
import { texts } from "./tooling/texts.mjs";

export default defineConfig({
  plugins: [texts()],
  define: { __VERSION__: '"0.0.0-test"', __PARTS__: '{"panel":"sha384-p","keeper":"sha384-k","banner":"sha384-b"}' },
  server: { fs: { allow: [".."] } },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,mjs}"],
    css: true,
    restoreMocks: true,
    unstubGlobals: true,
    pool: "threads",
    maxWorkers: 2,
  },
});
