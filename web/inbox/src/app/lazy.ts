// Parts of the page that come when they are needed. Where one cannot be read, the page is loaded anew as soon as the server is there:
// what is written and what waits to be sent is kept on the device. (The browser may remember that a file was not there.)

const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** An upgrade replaces the files. One reload finds the new ones; more would not help. */
const MIN_RELOAD_INTERVAL_MS = 60_000;
const KEY = "deskwire.reloaded";
let reloading = false;

/** What `load` imports; nothing ever, if the page is about to be loaded anew. */
export async function lazy<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    void reloadPage();
    return new Promise(() => {});
  }
}

/** Loads the page anew once the server answers. */
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

async function isReachable(): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    // The server has the page for whoever asks for a page, and for nobody else.
    return (await fetch("/inbox/", { cache: "no-store", headers: { Accept: "text/html" } })).ok;
  } catch {
    return false;
  }
}

/** Until there is a network again, or some time has passed. */
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
