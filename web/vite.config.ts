import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type PluginOption, type UserConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Chunks of modules that are loaded together: each chunk costs a request, and compresses by itself. What several parts
// of the page share is in `common`, except what the sign-in needs. The settings have a chunk for each of their sections.
const chunks = [
  { name: "main", tags: ["$initial" as const], priority: 5 },
  { name: "controls", test: /shared\/ui\//, priority: 4 },
  {
    name: "common",
    test: /^(?!.*\/src\/(login|settings\/(people\/(?!words)|data|developers))\b)/,
    minShareCount: 2,
    priority: 3,
  },
  ...["people", "data", "developers"].map((name) => ({ name, test: new RegExp(`/settings/${name}/`), priority: 2 })),
];

export default defineConfig(async ({ mode }): Promise<UserConfig> => {
  const plugins: PluginOption[] = [svelte({ configFile: at("svelte.config.js") })];
  // `npm run mock` answers /app/v1 itself, so that working on the inbox needs no server.
  if (mode === "mock") plugins.push((await import("./mock/plugin")).mock());
  const server = process.env["DESKWIRE_URL"] ?? "http://127.0.0.1:8080";
  return {
    root: at("inbox"),
    base: "/inbox/",
    plugins,
    resolve: { alias: { $shared: at("shared"), $inbox: at("inbox/src") } },
    build: {
      outDir: at("dist"),
      emptyOutDir: true,
      target: "es2022",
      sourcemap: false,
      // Fonts as data URLs would violate `font-src 'self'`.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: "manifest.json",
      rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
    },
    server: {
      port: Number(process.env["PORT"] ?? 5173),
      strictPort: true,
      host: "127.0.0.1",
      fs: { allow: [at(".")] },
      proxy: mode === "mock" ? {} : { "/app": { target: server, ws: true, changeOrigin: false } },
    },
  };
});
