import { mount } from "svelte";
import App from "./app/App.svelte";
import { reloadPage } from "./app/lazy";

// After an upgrade the files of the old page are gone.
addEventListener("vite:preloadError", () => void reloadPage());

mount(App, { target: document.body });
