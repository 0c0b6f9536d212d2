import { afterEach, describe, expect, it, vi } from "vitest";
import { api } from "$shared/api";
import { desk } from "$shared/store/desk.svelte";
import { preferences } from "$inbox/settings/preferences.svelte";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  desk.start = null;
});

describe("preferences", () => {
  it("are cached before the server has answered", async () => {
    vi.useFakeTimers();
    desk.start = { me: { id: "me", preferences: {} } } as never;
    const cached = vi.spyOn(desk, "replaceStart");
    let answer = () => {};
    const put = vi.spyOn(api, "put").mockImplementation((() => new Promise<void>((done) => (answer = done))) as never);
    preferences.set({ single_keys: false });
    await vi.advanceTimersByTimeAsync(500);
    expect(put).toHaveBeenCalledTimes(1);
    expect(cached.mock.calls[0]?.[0].me.preferences).toMatchObject({ single_keys: false });
    answer();
  });
});
