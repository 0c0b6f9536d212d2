import { mount } from "svelte";
import App from "./app/App.svelte";

// After an upgrade the old chunks are gone: load the new page, once.
addEventListener("vite:preloadError", (event) => {
  // Without a network nothing is gone but the network: the page stays, with what waits in it, until there is one again.
  if (!navigator.onLine) return addEventListener("online", () => location.reload(), { once: true });
  const last = Number(sessionStorage.getItem("deskwire.reloaded") ?? 0);
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem("deskwire.reloaded", String(Date.now()));
  location.reload();
});

mount(App, { target: document.body });
