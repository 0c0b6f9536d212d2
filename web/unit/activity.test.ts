import { beforeAll, describe, expect, it } from "vitest";
import { sentence } from "$inbox/settings/data/activity";
import { translation } from "$shared/i18n/index.svelte";

/** A sentence of each form that the server writes. */
const TEXTS = [
  "Ada Lovelace signed in.",
  "Ada Lovelace signed in through the identity provider.",
  "Ada Lovelace signed in through the provider of identities.",
  "Ada Lovelace failed to sign in.",
  "Ada Lovelace signed out.",
  "Ada Lovelace joined the workspace.",
  "Ada Lovelace changed their password.",
  "Ada Lovelace changed their name to Ada King.",
  "Ada Lovelace set their picture.",
  "Ada Lovelace removed their picture.",
  "Ada Lovelace turned on a second factor.",
  "Ada Lovelace turned off a second factor.",
  "Ada Lovelace reset the second factor of Ben Bell.",
  "Ada Lovelace set the password of Ben Bell.",
  "Ada Lovelace invited ben@acme.test.",
  "Ada Lovelace renewed the invitation of ben@acme.test.",
  "Ada Lovelace withdrew the invitation of ben@acme.test.",
  "Ada Lovelace withdrew the invitations that Ben Bell made: a@acme.test, b@acme.test.",
  "Ada Lovelace added Ben Bell.",
  "Ada Lovelace removed Ben Bell.",
  "Ada Lovelace changed the role of Ben Bell.",
  "Ada Lovelace changed the role of Ben Bell to Agent.",
  "Ada Lovelace changed the role of Ben Bell from Agent to Admin.",
  "Ada Lovelace gave Ben Bell an inbox seat.",
  "Ada Lovelace gave Ben Bell no inbox seat any more.",
  "Ada Lovelace set Ben Bell to away.",
  "Ada Lovelace set Ben Bell to active.",
  "Ada Lovelace created the role Night shift.",
  "Ada Lovelace created the team Support.",
  "Ada Lovelace renamed the team Support to Help.",
  "Ada Lovelace changed how the team Support works.",
  "Ada Lovelace changed who is in the team Support.",
  "Ada Lovelace created the macro Anything else?.",
  "Ada Lovelace renamed the tag VIP.",
  "Ada Lovelace merged the tag VIP.",
  "Ada Lovelace archived the contact attribute plan.",
  "Ada Lovelace restored the company attribute plan.",
  "Ada Lovelace changed the conversation attribute Region.",
  "Ada Lovelace deleted the object type Order.",
  "Ada Lovelace changed the ticket type Bug.",
  "Ada Lovelace changed the ticket attribute Severity of Bug.",
  "Ada Lovelace created the ticket state With the vendor.",
  "Ada Lovelace authorized the app Sync.",
  "Ada Lovelace uninstalled the app Sync.",
  "Ada Lovelace renewed the secret of the app Sync.",
  "Ada Lovelace set the webhook of the app Sync.",
  "Ada Lovelace resumed the webhook of the app Sync.",
  "Ada Lovelace removed the webhook of the app Sync.",
  "Ada Lovelace created the access token CI.",
  "Ada Lovelace revoked the access token CI.",
  "Ada Lovelace created the identity verification secret Web.",
  "Ada Lovelace changed the brand Acme.",
  "Ada Lovelace added the email address help@acme.test.",
  "Ada Lovelace changed the help center Acme help.",
  "Ada Lovelace deleted a redirect from https://acme.test/a.",
  "Ada Lovelace changed the workspace's country from US to DE.",
  "Ada Lovelace changed the workspace's region from US to EU.",
  "Ada Lovelace deleted conversations.",
  "Ada Lovelace changed the office hours Weekdays.",
  "Ada Lovelace removed an exception from the office hours Weekdays.",
  "Ada Lovelace exported message data.",
  "Ada Lovelace exported reporting data.",
  "Ada Lovelace exported contacts.",
  "Ada Lovelace exported companies.",
  "Ada Lovelace changed the workspace's name from Acme to Apex.",
  "Ada Lovelace changed the workspace's time zone from UTC to Europe/Berlin.",
  "Ada Lovelace changed the workspace's identity verification from off to on.",
  "Ada Lovelace changed the IP allowlist of the workspace.",
  "A token of the app Sync ended, because its code was used twice.",
];
const VERBS = /\b(?:created?|changed?|the|of|signed|gave|set|exported|removed|added|turned|ended)\b/;

describe("the activity log", () => {
  beforeAll(() => translation.need("data"));

  it("is in the reader's language, for every sentence of the server", async () => {
    await translation.use("de");
    for (const text of TEXTS) {
      const said = sentence(text);
      expect(said, text).not.toBeNull();
      expect(said?.replace(/„[^“]*“/g, ""), text).not.toMatch(VERBS);
      if (text.startsWith("Ada")) expect(said, text).toContain("Ada Lovelace");
    }
    expect(sentence("The operator created the macro Anything else?.")).toMatch(
      / hat das Makro „Anything else\?“ angelegt$/,
    );
    expect(sentence("The operator created the macro Anything else?.")).not.toContain("The operator");
  });

  it("quotes names, and says what became of tags", async () => {
    await translation.use("en");
    const by = (text: string, metadata = {}) => sentence(`Ada ${text}.`, metadata);
    expect(by("changed the role of Ben from Agent to Admin")).toBe(
      "Ada changed the role of Ben from “Agent” to “Admin”",
    );
    expect(by("renamed the tag VIP", { before: "VIP", after: "Gold" })).toBe("Ada renamed the tag “VIP” to “Gold”");
    expect(by("merged the tag VIP", { into: { id: "2", name: "Gold" } })).toBe("Ada merged the tag “VIP” into “Gold”");
    expect(by("removed the webhook of the app Sync")).toBe("Ada removed the webhook of the app “Sync”");
    expect(by("removed Ben Bell")).toBe("Ada removed Ben Bell");
  });

  it("is left to the page if a sentence is unknown", () => {
    expect(sentence("Something that this page does not know.")).toBeNull();
  });
});
