import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { router, type Place } from "$inbox/app/router.svelte";
import { pageTitle } from "$inbox/app/title";
import { desk } from "$shared/store/desk.svelte";
import { row } from "./row";

const at = (place: Place) => {
  router.place = place;
  return pageTitle();
};

describe("the title of the page", () => {
  beforeEach(() => {
    const me = { id: "me", permissions: ["read_conversations"] };
    desk.start = {
      me,
      workspace: { id: "w", name: "Tidewater" },
      views: [],
      teams: [],
      teammates: [],
      tags: [],
    } as never;
  });
  afterEach(() => {
    desk.start = null;
    desk.unread = 0;
  });

  it("names the place and the workspace", () => {
    expect(at({ name: "view", view: "unassigned", conversation: null })).toBe("Unassigned · Tidewater");
    expect(at({ name: "settings", page: "tags" })).toBe("Settings: Tags · Tidewater");
    expect(at({ name: "settings", page: "nonsense" })).toBe("Settings · Tidewater");
    expect(at({ name: "search", q: "parcel", conversation: null })).toBe("Search: parcel · Tidewater");
    expect(at({ name: "contacts", id: null })).toBe("Contacts · Tidewater");
    expect(at({ name: "unknown", path: "/inbox/nonsense" })).toBe("This page does not exist · Tidewater");
  });

  it("names the open conversation", () => {
    desk.rows.put(row("5", { title: "Broken cup" }), 1);
    const contact = { type: "contact" as const, id: "1", name: "Ada", avatar: null, email: null };
    desk.rows.put(row("6", { contact }), 1);
    expect(at({ name: "view", view: "mine", conversation: "5" })).toBe("Broken cup · Tidewater");
    expect(at({ name: "view", view: "mine", conversation: "6" })).toBe("Ada · Tidewater");
    expect(at({ name: "view", view: "mine", conversation: "7" })).toBe("My inbox · Tidewater");
  });

  it("begins with the number of unread notifications", () => {
    desk.unread = 3;
    expect(at({ name: "reports" })).toBe("(3) Reports · Tidewater");
    desk.unread = 100;
    expect(at({ name: "reports" })).toBe("(99+) Reports · Tidewater");
    desk.start = null;
    expect(at({ name: "login" })).toBe("Deskwire");
  });
});
