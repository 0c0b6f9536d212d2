// Signing out removes everything of the teammate from this device. If some of it has not reached the server, they are
// asked first.
import { api } from "$shared/api";
import { desk } from "$shared/store/desk.svelte";
import { forget } from "$shared/store/database";
import { unsaved } from "$shared/ui/unsaved.svelte";
import { countUnsaved, forgetDrafts, saveDrafts } from "../composer/drafts";
import { overlays } from "./overlays.svelte";

/** How long the last changes may take to reach the server. */
const PATIENCE_MS = 1_500;

class SigningOut {
  /** The number of changes that have not reached the server. */
  unsent = $state(0);
  busy = $state(false);

  /** Signs out, or asks whether changes may be lost. */
  begin() {
    unsaved.ask(() => void this.#begin());
  }

  async #begin() {
    const until = Date.now() + PATIENCE_MS;
    saveDrafts(desk.who);
    desk.outbox.flush();
    while ((this.unsent = await this.#count()) > 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 50));
    if (this.unsent > 0) overlays.open = "sign_out";
    else await this.finish();
  }

  async finish() {
    const { who } = desk;
    this.busy = true;
    try {
      await api.delete("/session");
    } catch {
      // If the session cannot be ended now, it expires. Nothing of it stays on this device.
    }
    forgetDrafts(who);
    await forget();
    sessionStorage.removeItem("deskwire.back");
    location.assign("/inbox/login");
  }

  async #count(): Promise<number> {
    return (await desk.outbox.unanswered()) + countUnsaved(desk.who);
  }
}

export const signingOut = new SigningOut();
