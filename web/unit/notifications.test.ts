import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { translation } from "$shared/i18n/index.svelte";
import { about, grouped, words } from "$inbox/notifications/words";

/** The texts of the server's table for teammates; contacts have a few others. */
const RULES = readFileSync("../crates/domain/src/notifications/rules.rs", "utf8");
const causes = [...RULES.matchAll(/^ {4}rule\(.*"(.*)"\),$/gm)]
  .map((match) => match[1] ?? "")
  .filter((text) => !text.startsWith("Your "));

describe("notifications", () => {
  it("are shown in the reader's language, for every topic of the server", async () => {
    await translation.need("notices");
    await translation.use("de");
    expect(causes.length).toBeGreaterThan(20);
    for (const cause of causes) {
      const text = cause.replace("{who}", "Ada Lovelace");
      expect(words({ text }), text).not.toBe(text);
      if (cause.includes("{who}")) expect(words({ text })).toContain("Ada Lovelace");
    }
    await translation.use("en");
    expect(words({ text: "Ada replied" })).toBe("Ada replied");
  });

  it("name the conversation, and its contact once", () => {
    const contact = { type: "contact" as const, id: "1", name: "Ada", avatar: null, email: null };
    const row = { contact, ticket: null, title: null, excerpt: "Where is it?" };
    expect(about(row, "Ada assigned this", null)).toBe("Where is it?");
    expect(about(row, "Grace assigned this", null)).toBe("Ada · Where is it?");
    expect(about(row, "Ada replied", "It was red")).toBe("It was red");
    expect(about(row, "Ada replied", "")).toBe("No text");
    const ticket = {
      number: "7",
      type: "Bug",
      type_id: "1",
      icon: null,
      state: "Open",
      state_id: null,
      category: "Customer",
    };
    expect(about({ ...row, ticket, title: "Lost" }, "Ada replied", null)).toBe("#7 Lost");
    expect(about({ ...row, ticket, title: "Lost" }, "Ada replied", "It was red")).toBe("#7 Lost · It was red");
    expect(about({ ...row, contact: null, excerpt: "" }, "Ada replied", null)).toBe("");
  });

  it("are grouped if they say the same about one conversation in a row", () => {
    const topic = "conversation.user.replied";
    const one = { id: "9", topic, text: "Ada replied", excerpt: "", conversation_id: "1", part_id: null, at: 1 };
    const items = [
      { ...one, read: false },
      { ...one, id: "8", read: false },
      { ...one, id: "7", read: true },
      { ...one, id: "6", read: true, conversation_id: "2" },
      { ...one, id: "5", read: true },
    ];
    expect(grouped(items).map((group) => group.ids)).toEqual([["9", "8"], ["7"], ["6"], ["5"]]);
  });

  it("are shown untranslated if they are unknown", () => {
    expect(words({ text: "Something that this page does not know" })).toBe("Something that this page does not know");
  });
});
