import { mount } from "svelte";
import App from "./app/App.svelte";
import { anew } from "./app/lazy";

// After an upgrade the old parts of the page are gone.
addEventListener("vite:preloadError", () => void anew());

mount(App, { target: document.body });
