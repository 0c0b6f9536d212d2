import { mount } from "svelte";
import App from "./app/App.svelte";
import { reloadPage } from "./app/lazy";

// After an upgrade the old parts of the page are gone.
addEventListener("vite:preloadError", () => void reloadPage());

mount(App, { target: document.body });
