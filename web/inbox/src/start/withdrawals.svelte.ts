// The withdrawals that the server has not answered yet. Until then, the dialog sends nothing.

/** How long a withdrawal may take before the dialog says that it waits. */
const SLOW_MS = 1_000;

export class Withdrawals {
  count = $state(0);
  /** Whether one takes long. */
  isSlow = $state(false);

  async during<T>(withdrawal: Promise<T>): Promise<T> {
    this.count++;
    const slow = setTimeout(() => (this.isSlow = true), SLOW_MS);
    try {
      return await withdrawal;
    } finally {
      clearTimeout(slow);
      this.count--;
      if (this.count === 0) this.isSlow = false;
    }
  }
}
