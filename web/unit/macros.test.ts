import { afterAll, describe, expect, it } from "vitest";
import { translation } from "$shared/i18n/index.svelte";
import { desk } from "$shared/store/desk.svelte";
import { actionWords, missingWords, sameAction } from "$inbox/composer/macros";
import { placeholderLabel } from "$inbox/settings/data/placeholders";

describe("macros", () => {
  afterAll(async () => {
    desk.start = null;
    await translation.use("en");
  });

  it("list their actions, and those that are no longer possible", () => {
    desk.start = { teammates: [], teams: [{ id: "7", name: "Support" }], tags: [] } as never;
    expect(actionWords({ type: "assign_team", team_id: "7" })).toBe("assign to Support");
    expect(actionWords({ type: "close" })).toBe("close");
    expect(
      missingWords([
        { type: "tag", tag: "VIP" },
        { type: "assign_team", team: "Sales" },
      ]),
    ).toBe("tag “VIP”, assign to Sales");
    expect(sameAction({ type: "tag", tag: "a" }, { type: "tag", tag: "a" })).toBe(true);
    expect(sameAction({ type: "tag", tag: "a" }, { type: "tag", tag: "b" })).toBe(false);
  });

  it("name placeholders in the reader's language", async () => {
    await translation.need("data");
    expect(placeholderLabel({ key: "user.first_name", fallback: "there" })).toBe("Customer’s first name, or “there”");
    expect(placeholderLabel({ key: "contact.first_name", fallback: null })).toBe("Customer’s first name");
    expect(placeholderLabel({ key: "first_name", fallback: "" })).toBe("Customer’s first name");
    expect(placeholderLabel({ key: "user.plan_tier", fallback: null })).toBe("Customer: plan tier");
    expect(placeholderLabel({ key: "company.plan", fallback: null })).toBe("Company: plan");
    expect(placeholderLabel({ key: "ticket.state", fallback: null })).toBe("ticket: state");
    await translation.use("de");
    expect(placeholderLabel({ key: "user.first_name", fallback: "du" })).toBe("Vorname des Kunden oder „du“");
  });
});
