import { afterAll, describe, expect, it } from "vitest";
import { translation } from "$shared/i18n/index.svelte";
import { personName } from "$shared/people";

describe("people", () => {
  afterAll(() => translation.use("en"));

  it("without a name get a label in the reader's language", async () => {
    const contact = { type: "contact" as const, name: "", email: null };
    expect(personName(contact)).toBe("Contact");
    expect(personName(null)).toBe("Nobody");
    await translation.use("de");
    expect(personName(contact)).toBe("Kontakt");
    expect(personName({ ...contact, type: "admin" })).toBe("Jemand");
    expect(personName({ ...contact, name: "+49 30 1234" })).toBe("+49 30 1234");
    expect(personName({ ...contact, email: "contact@example.com" })).toBe("contact@example.com");
    // The word is kept if it is somebody's name.
    expect(personName({ ...contact, name: "Contact" })).toBe("Contact");
  });
});
