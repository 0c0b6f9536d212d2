import { afterAll, describe, expect, it } from "vitest";
import type { Part } from "$shared/types";
import { translation } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { eventText } from "$inbox/thread/events";

const done = (part_type: string, id: string, event: object = {}) =>
  eventText({ part_type, event, author: { type: "admin", id, name: "Ada" } } as unknown as Part);

describe("what was done", () => {
  afterAll(async () => {
    desk.start = null;
    await translation.use("en");
  });

  it("has the verb of its subject, also of the reader", async () => {
    desk.start = { me: { id: "me" }, teammates: [], teams: [], tags: [] } as never;
    expect(done("close", "me")).toBe("You closed this");
    expect(done("ticket_unshared", "me")).toBe("You no longer share the ticket with the customer");
    expect(done("ticket_unshared", "a")).toBe("Ada no longer shares the ticket with the customer");
    const both: Record<string, [string, string]> = {
      de: ["Ada hat übernommen", "Sie haben übernommen"],
      es: ["Ada lo tomó", "Tú lo tomaste"],
      fr: ["Ada a pris ceci", "Vous avez pris ceci"],
      pt: ["Ada assumiu", "Você assumiu"],
    };
    for (const [language, [other, own]] of Object.entries(both)) {
      await translation.use(language);
      expect(done("assignment", "a", { admin_id: "a" })).toBe(other);
      expect(done("assignment", "me", { admin_id: "me" })).toBe(own);
      // A language without a form of its own does not fall back to the English one.
      expect(done("ticket_unshared", "me")).not.toContain("no longer");
    }
  });
});
