import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type PluginOption, type UserConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

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
