import { afterEach, describe, expect, it, vi } from "vitest";
import { desk } from "$shared/store/desk.svelte";

afterEach(() => {
  desk.start = null;
  vi.unstubAllGlobals();
});

describe("counts", () => {
  it("are loaded of the lists that the start counts, not of the teams of others", async () => {
    const requested: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      requested.push(decodeURIComponent(url));
      return new Response(JSON.stringify({ counts: { mine: 2, "team:1": 3 }, position: 1 }));
    });
    const views = [
      { id: "mine", count: 1 },
      { id: "team:1", count: 1 },
    ];
    const me = { id: "me", permissions: [], unread_notifications: 0 };
    desk.applyStart({ me, views, teams: [{ id: "1" }, { id: "2" }] } as never);
    desk.recount(0);
    await vi.waitFor(() => expect(desk.counts).toEqual({ mine: 2, "team:1": 3 }));
    expect(requested).toHaveLength(1);
    expect(requested[0]).toContain("views=mine,team:1");
    expect(requested[0]).not.toContain("team:2");
  });
});
