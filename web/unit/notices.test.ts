import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { translation } from "$shared/i18n/index.svelte";
import { words } from "$inbox/notices/words";

/** The texts of the table of notifications for teammates; contacts have a few of their own. */
const RULES = readFileSync("../crates/domain/src/notifications/rules.rs", "utf8");
const causes = [...RULES.matchAll(/^ {4}rule\(.*"(.*)"\),$/gm)]
  .map((match) => match[1] ?? "")
  .filter((text) => !text.startsWith("Your "));

describe("notifications", () => {
  it("are said in the reader's language, whatever the server tells of", async () => {
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

  it("are shown as they are where they are new", () => {
    expect(words({ text: "Something that this page does not know" })).toBe("Something that this page does not know");
  });
});
