// The current time for the interface. It is updated every half minute, but not while the page is hidden.
class Now {
  /** Unix seconds. */
  seconds = $state(Math.floor(Date.now() / 1000));

  constructor() {
    const tick = () => {
      if (document.visibilityState === "visible") this.seconds = Math.floor(Date.now() / 1000);
    };
    setInterval(tick, 30_000);
    document.addEventListener("visibilitychange", tick);
  }
}

export const now = new Now();
