// Parts of the page that are loaded on demand. If one cannot be loaded, the page is reloaded as soon as the server can
// be reached: drafts and unsent writes are stored on the device. (The browser may remember that a file was missing.)

const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** An upgrade replaces the files. One reload finds the new ones; more would not help. */
const MIN_RELOAD_INTERVAL_MS = 60_000;
const KEY = "deskwire.reloaded";
let reloading = false;

/** Returns what `load` imports. If that fails, calls `onLost` and never resolves: the page is about to be reloaded. */
export async function lazy<T>(load: () => Promise<T>, onLost: () => void = () => {}): Promise<T> {
  try {
    return await load();
  } catch {
    onLost();
    void reloadPage();
    return new Promise(() => {});
  }
}

/** Reloads the page once the server can be reached. */
export async function reloadPage() {
  if (reloading) return;
  reloading = true;
  for (let delay = MIN_DELAY_MS; ; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last > MIN_RELOAD_INTERVAL_MS && (await isReachable())) {
      sessionStorage.setItem(KEY, String(Date.now()));
      location.reload();
      return;
    }
    await pause(delay);
  }
}

/** Reloads the page if the server can be reached now: the reader asks for it. */
export async function reloadNow() {
  if (await isReachable()) location.reload();
}

async function isReachable(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    // The server answers with the page only if HTML is requested.
    return (await fetch("/inbox/", { cache: "no-store", headers: { Accept: "text/html" } })).ok;
  } catch {
    return false;
  }
}

/** Waits until the network is back, or for `delay` milliseconds. */
function pause(delay: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, delay);
    addEventListener("online", done);
  });
}
