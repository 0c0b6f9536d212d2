import { describe, expect, it } from "vitest";
import { applied, detailAfter, inverse, inverses } from "$shared/store/actions";
import { compare, isIn } from "$shared/store/views";
import type { Action, Conversation } from "$shared/types";
import { news } from "$inbox/notify/notify";
import { best, score } from "$inbox/palette/find";
import { row } from "./row";

describe("a value of a conversation", () => {
  const ticket = { type_id: "1", state_id: "2", attributes: { Count: 1 } };
  const detail = { attributes: { plan: "gold" }, ticket } as unknown as Conversation;

  it("is shown while it is being saved", () => {
    const plan = detailAfter(detail, { type: "attribute", name: "plan", value: "tin" });
    expect([plan.attributes, plan.ticket]).toEqual([{ plan: "tin" }, ticket]);
    const count = detailAfter(detail, { type: "ticket_attribute", name: "Count", value: 3 });
    expect([count.attributes, count.ticket?.attributes]).toEqual([{ plan: "gold" }, { Count: 3 }]);
    expect(detailAfter(detail, { type: "ticket_state", state_id: "4" }).ticket).toEqual({ ...ticket, state_id: "4" });
    expect(detailAfter(detail, { type: "title", title: "New" })).toBe(detail);
  });
});

describe("actions", () => {
  const before = row("1", {
    admin_assignee_id: "1",
    team_assignee_id: "10",
    priority: "high",
    tag_ids: ["5"],
    title: "T",
  });
  const actions: Action[] = [
    { type: "assign", admin_id: "2" },
    { type: "assign_team", team_id: null },
    { type: "close" },
    { type: "snooze", until: 99 },
    { type: "priority", priority: "urgent" },
    { type: "tag", tag_id: "6" },
    { type: "untag", tag_id: "5" },
    { type: "title", title: "U" },
    { type: "unread" },
  ];

  it.each(actions)("$type is taken back by its inverse", (action) => {
    const back = inverse(before, action);
    const after = applied(before, action);
    expect(after).not.toEqual(before);
    expect(back).not.toBeNull();
    expect(applied(after, back as Action)).toEqual(before);
  });

  it("undoing the state of a ticket restores whether it is open, too", () => {
    const ticket = {
      number: "7",
      type: "Bug",
      type_id: "1",
      icon: null,
      state: "Submitted",
      state_id: "1",
      category: "Customer",
    };
    const action: Action = { type: "ticket_state", state_id: "4" };
    const back: Action = { type: "ticket_state", state_id: "1" };
    expect(inverses(row("1", { ticket }), action)).toEqual([back]);
    expect(inverses(row("1", { ticket, state: "closed" }), action)).toEqual([back, { type: "close" }]);
    const snoozed = row("1", { ticket, state: "snoozed", snoozed_until: 99 });
    expect(inverses(snoozed, action)).toEqual([back, { type: "snooze", until: 99 }]);
    expect(applied(row("1", { ticket }), action).ticket?.state_id).toBe("4");
    expect(inverses(row("1"), action)).toEqual([]);
  });

  it("undoing the close of a snoozed conversation snoozes it again", () => {
    const snoozed = row("1", { state: "snoozed", snoozed_until: 99 });
    expect(inverse(snoozed, { type: "close" })).toEqual({ type: "snooze", until: 99 });
  });
});

describe("views", () => {
  const key = (view: string) => ({ view, state: "open" as const, sort: "newest" as const });

  it("know their conversations, as far as the browser can decide", () => {
    const one = row("1", { admin_assignee_id: "me", team_assignee_id: "10", tag_ids: ["5"] });
    expect(["mine", "all", "team:10", "teammate:me", "tag:5"].every((view) => isIn(one, key(view), "me"))).toBe(true);
    expect(
      ["unassigned", "mentions", "tickets", "snoozed", "closed", "team:11"].some((view) => isIn(one, key(view), "me")),
    ).toBe(false);
    expect(isIn(one, key("77"), "me")).toBeNull();
    expect(isIn({ ...one, state: "closed" }, key("77"), "me")).toBe(false);
    expect(isIn(row("2", { state: "closed" }), key("closed"), "me")).toBe(true);
    expect(isIn(row("3", { state: "snoozed", admin_assignee_id: "2" }), key("snoozed"), "me")).toBe(true);
  });

  it("have a total order, also of equal rows", () => {
    const ids = (rows: ReturnType<typeof row>[]) => rows.map((one) => one.id);
    const rows = [
      row("9", { updated_at: 5 }),
      row("10", { updated_at: 5 }),
      row("3", { updated_at: 7, priority: "urgent", waiting_since: 4 }),
    ];
    expect(ids([...rows].sort((a, b) => compare(a, b, "newest")))).toEqual(["3", "10", "9"]);
    expect(ids([...rows].sort((a, b) => compare(a, b, "oldest")))).toEqual(["9", "10", "3"]);
    expect(ids([...rows].sort((a, b) => compare(a, b, "waiting")))).toEqual(["3", "10", "9"]);
    expect(ids([...rows].sort((a, b) => compare(a, b, "priority")))).toEqual(["3", "10", "9"]);
  });
});

describe("news", () => {
  it("is what concerns a teammate, and nothing else", () => {
    const mine = row("1", { admin_assignee_id: "me", last_part_id: "1" });
    const other = { ...mine, admin_assignee_id: "2" };
    expect(news(other, mine, "me")).toBe("assigned");
    expect(news(mine, { ...mine, last_part_id: "2", unread: true }, "me")).toBe("replied");
    expect(news(mine, { ...mine, last_part_id: "2", excerpt_by: "admin", unread: true }, "me")).toBeNull();
    expect(news(other, { ...other, mentioned: true, unread: true }, "me")).toBe("mentioned");
    expect(news(other, { ...other, last_part_id: "2", unread: true }, "me")).toBeNull();
  });
});

describe("the palette", () => {
  it("finds by beginnings, by several words and without accents", () => {
    expect(score("clo", "Close and stay")).toBeGreaterThan(score("clo", "Unclosed"));
    expect(score("as me", "Assign to me")).toBeGreaterThan(0);
    expect(score("chloe", "Chloé Dubois")).toBeGreaterThan(0);
    expect(score("zzz", "Close")).toBe(0);
    const titles = (typed: string, ...all: string[][]) =>
      best(
        typed,
        all.map(([title = "", words = ""]) => ({ title, words })),
        (one) => one,
        2,
      ).map(({ title }) => title);
    expect(titles("s", ["Close and stay"], ["Snooze"], ["Assign"])).toEqual(["Snooze", "Close and stay"]);
    const teams = ["Settings: Teams", "groups members assignment"];
    expect(titles("assign", teams, ["Assign to me"], ["Not assigned"])).toEqual(["Assign to me", "Not assigned"]);
    expect(titles("assign", teams)).toEqual(["Settings: Teams"]);
  });
});
