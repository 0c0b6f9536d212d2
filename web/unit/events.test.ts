import { afterAll, describe, expect, it } from "vitest";
import type { Part } from "$shared/types";
import { translation } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { eventText } from "$inbox/thread/events";

const done = (part_type: string, id: string, event: object = {}) =>
  eventText({ part_type, event, author: { type: "admin", id, name: "Ada" } } as unknown as Part);

describe("events", () => {
  afterAll(async () => {
    desk.start = null;
    await translation.use("en");
  });

  it("names states and attributes of tickets in the reader's language", async () => {
    const state = (id: string, internal_label: string, has_first_label: boolean) => ({
      ...{ id, internal_label, has_first_label, category: "in_progress", external_label: "", archived: false },
    });
    desk.start = {
      me: { id: "me" },
      ticket_types: [{ attributes: [{ id: "7", name: "Urgent", data_type: "boolean" }] }],
      ticket_states: [state("1", "In progress", true), state("2", "With the vendor", false)],
    } as never;
    const to = (id?: string) =>
      done("ticket_state_updated_by_admin", "a", { ticket_state: "in_progress", ticket_state_id: id });
    expect(to("2")).toBe("Ada set the state: With the vendor");
    expect(to("1")).toBe("Ada set the state: In progress");
    const given = (id: string, name: string, label: string) =>
      done("ticket_attribute_updated_by_admin", "a", {
        updated_attribute_data: { attribute: { id, label: name }, value: { label } },
      });
    expect(given("7", "Urgent", "true")).toBe("Ada set Urgent to Yes");
    await translation.use("de");
    expect(to("1")).toBe("Ada hat den Zustand gesetzt: In Arbeit");
    // Events from before the state was recorded only have its category.
    expect(to()).toBe("Ada hat den Zustand gesetzt: In Arbeit");
    expect(to("2")).toBe("Ada hat den Zustand gesetzt: With the vendor");
    expect(given("8", "_default_title_", "")).toBe("Ada hat Titel auf nichts gesetzt");
    await translation.use("en");
  });

  it("names the teammate who merged, whose part is the system's", async () => {
    await translation.use("en");
    desk.start = { me: { id: "me" }, teammates: [{ id: "a", name: "Ada" }], teams: [], tags: [] } as never;
    const author = { type: "system", id: null, name: "Deskwire", avatar: null, email: null };
    const merged = (event: object) =>
      eventText({ part_type: "merged_primary_conversation", event, author } as unknown as Part);
    expect(merged({ merged_by: "a" })).toBe("Ada merged another conversation into this");
    expect(merged({ merged_by: "me" })).toBe("You merged another conversation into this");
    expect(merged({ merged_by: "gone" })).toBe("Somebody merged another conversation into this");
    expect(merged({})).toBe("Deskwire merged another conversation into this");
    const away = (event: object) =>
      eventText({ part_type: "merged_secondary_conversation", event, author } as unknown as Part);
    expect(away({ merged_by: "a" })).toBe("Ada merged this into another conversation");
    const deleted = "Ada merged this into another conversation, which was deleted";
    expect(away({ merged_by: "a", into_deleted: true })).toBe(deleted);
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
