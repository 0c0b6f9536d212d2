import { mount } from "svelte";
import App from "./app/App.svelte";

// After an upgrade the old chunks are gone: load the new page, at most once a minute. Where the server is away, nothing is gone
// but the server: the page stays, with what waits in it, and asks again (app/lazy.ts).
const ONCE = 60_000;
addEventListener("vite:preloadError", () => {
  const last = Number(sessionStorage.getItem("deskwire.reloaded") ?? 0);
  if (!navigator.onLine || Date.now() - last < ONCE) return;
  fetch("/inbox/", { cache: "no-store" }).then(
    (page) => {
      if (!page.ok) return;
      sessionStorage.setItem("deskwire.reloaded", String(Date.now()));
      location.reload();
    },
    () => {},
  );
});

mount(App, { target: document.body });
