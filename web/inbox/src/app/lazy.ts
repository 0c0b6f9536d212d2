// Parts of the page that come when they are needed. Where they cannot be read, they come once the server is there again.

const SHORTEST = 1_000;
const LONGEST = 30_000;

/** What `load` imports, however long that takes. */
export async function lazy<T>(load: () => Promise<T>): Promise<T> {
  for (let delay = SHORTEST; ; delay = Math.min(delay * 2, LONGEST)) {
    try {
      // Nothing comes of an import whose failure the page is loaded anew for.
      const part = (await load()) as T | undefined;
      if (part !== undefined) return part;
    } catch {
      // Tried again below.
    }
    await pause(delay);
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
