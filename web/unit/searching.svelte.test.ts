import { afterEach, describe, expect, it, vi } from "vitest";
import { flushSync } from "svelte";
import { api } from "$shared/api";
import { searching } from "$inbox/search/search.svelte";

afterEach(() => vi.restoreAllMocks());

describe("a search that is narrowed", () => {
  it("offers no further hits if there are none, on the page too", async () => {
    const answer = (next: string | null) => ({ conversations: [], contacts: [], position: 1, next });
    const get = vi.spyOn(api, "get");
    const shown: (string | null)[] = [];
    const stop = $effect.root(() => {
      $effect(() => void shown.push(searching.next));
    });
    searching.text = "invoice";
    get.mockResolvedValueOnce(answer("25"));
    await searching.run();
    flushSync();
    get.mockResolvedValueOnce(answer(null));
    await searching.run();
    flushSync();
    stop();
    expect(shown).toEqual([null, "25", null]);
  });
});
