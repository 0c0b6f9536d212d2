import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte({ configFile: at("svelte.config.js") })],
  resolve: { alias: { $shared: at("shared"), $inbox: at("inbox/src") }, conditions: ["browser"] },
  test: { include: ["unit/**/*.test.ts", "shared/**/*.test.ts", "inbox/**/*.test.ts"], environment: "happy-dom" },
});
