import { afterAll, describe, expect, it } from "vitest";
import { listed, t, translation } from "$shared/i18n/index.svelte";
import { isolated, shownName } from "$shared/names";
import { companyName, contactName, personName, viewing } from "$shared/people";

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

  it("have an address instead of a name, and companies their id", () => {
    expect(contactName({ name: null, email: "a@example.com", phone: "+49 30 1234" })).toBe("a@example.com");
    expect(contactName({ name: "", email: null, phone: "+49 30 1234" })).toBe("+49 30 1234");
    expect(contactName({ name: null, email: null, phone: null })).toBe("Kontakt");
    expect(companyName({ name: null, company_id: "acme-1" })).toBe("acme-1");
  });
});

describe("teammates who are viewing a conversation", () => {
  afterAll(() => translation.use("en"));
  const [grace, linus, ada] = [{ name: "Grace" }, { name: "Linus" }, { name: "Ada" }];

  it("are listed in the reader's language", async () => {
    await translation.use("en");
    expect(viewing([grace])).toBe("Grace is looking at this");
    expect(viewing([grace, linus])).toBe("Grace and Linus are looking at this");
    await translation.use("de");
    expect(viewing([grace])).toBe("Grace sieht sich das an");
    expect(viewing([grace, linus, ada])).toBe("Grace, Linus und Ada sehen sich das an");
  });
});

describe("several names", () => {
  afterAll(() => translation.use("en"));

  it("are joined as the language does, and keep their own direction", async () => {
    await translation.use("en");
    expect(listed(["Ada"])).toBe("Ada");
    expect(listed(["Ada", "Grace", "Noor"])).toMatch(/^Ada, Grace,? and Noor$/);
    expect(listed(["Ada", "\u05D0"])).toBe("Ada and \u2068\u05D0\u2069");
    await translation.use("es");
    expect(listed(["Ada", "Grace"])).toBe("Ada y Grace");
  });
});

describe("names from outside", () => {
  it("are shown in the order of their letters, which is that of the file's real ending", () => {
    expect(shownName("invoice\u202Efdp.exe")).toBe("invoicefdp.exe");
    expect(shownName("\u2066a\u2067b\u2068c\u2069\u200E\u200F\u061C\u202A\u202B\u202C\u202D.txt")).toBe("abc.txt");
    expect(personName({ type: "contact", name: "\u202Emoc.live", email: null })).toBe("moc.live");
    expect(contactName({ name: "\u202Emoc.live", email: null, phone: null })).toBe("moc.live");
    expect(companyName({ name: "\u202Emca", company_id: "1" })).toBe("mca");
  });

  it("keep letters of every script, and what joins them", () => {
    for (const name of ["שלום.pdf", "مرحبا", "👩\u200D💻", "می\u200Cخواهم"]) expect(shownName(name)).toBe(name);
  });

  it("do not turn the sentence that they are part of", async () => {
    await translation.use("en");
    expect(t("event.tagged", { who: "Ada", name: "VIP" })).toBe("Ada added the tag VIP");
    const turned = t("event.tagged", { who: "שלום", name: "\u202EPIV" });
    expect(turned).toBe("\u2068שלום\u2069 added the tag PIV");
    // A sentence that is part of another one keeps its isolates.
    expect(t("problem.unsent", { why: turned })).toContain(`\u2068${turned}\u2069`);
    // A name cannot end the isolate around it.
    expect(isolated("\u2069שלום\u2068")).toBe("\u2068שלום\u2069");
    // From right to left, names in Latin letters are isolated as well.
    expect(isolated("C++", true)).toBe("\u2068C++\u2069");
    expect(isolated("", true)).toBe("");
  });

  it("of nothing but such marks are no names", () => {
    expect(personName({ type: "contact", name: "\u200F\u202E", email: "a@example.com" })).not.toBe("");
  });
});
