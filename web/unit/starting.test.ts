import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { overlays } from "$inbox/app/overlays.svelte";
import { toasts } from "$inbox/app/toasts.svelte";
import { EMPTY } from "$inbox/start/begun";
import { starting } from "$inbox/start/starting.svelte";
import { reasonText } from "$shared/problems";

const message = (key: string, more = {}) => ({
  ...EMPTY,
  to: { id: "7", name: "Ada", email: "ada@example.net" },
  subject: "Plans",
  html: "<p>Hi</p>",
  key,
  ...more,
});
const gone = { code: "not_found", message: "User Not Found", status: 404 };
const texts = () => toasts.items.map((one) => reasonText(one.text).replace(/[\u2066-\u2069]/g, ""));

function empty() {
  overlays.close();
  localStorage.clear();
  starting.now = EMPTY;
  starting.others = [];
  starting.discard();
  for (const { id } of toasts.items) toasts.close(id);
}
beforeEach(empty);
afterEach(() => {
  vi.restoreAllMocks();
  empty();
});

describe("a message that was sent although its writer took it back", () => {
  it("leaves the dialog, and no other message with the same text does", () => {
    starting.reopen(message("1"));
    starting.reopen(message("2"));
    starting.forget(message("2"), "Sent");
    expect([starting.now, ...starting.others].flatMap((one) => one.key ?? [])).toEqual(["1"]);
  });

  it("stays with what was changed since, and cannot be sent again by accident", () => {
    starting.reopen(message("1"));
    starting.change({ html: "<p>Hi, more</p>" });
    starting.forget(message("1"), "Sent");
    expect(starting.now).toMatchObject({ html: "<p>Hi, more</p>", to: null, wrong: "Sent" });
    expect(starting.ready).toBe(false);
  });

  it("is shown once, however many pages take it back", () => {
    expect(starting.reopen(message("1"))).toBe(true);
    expect(starting.reopen(message("1"))).toBe(false);
    expect([starting.now.key, starting.others]).toEqual(["1", []]);
  });
});

describe("a message that could not be sent", () => {
  it("is reported with its recipient and what is missing; several are one report, until the dialog opens", () => {
    void starting.restore(message("1"), gone);
    expect(texts()).toEqual(["Your message to Ada was not sent: This contact is no longer there. The text is kept."]);
    void starting.restore(message("2"), gone);
    void starting.restore(message("3"), gone);
    expect(texts()).toEqual(["3 new conversations were not sent. The texts are kept."]);
    starting.begin();
    expect(texts()).toEqual([]);
  });

  it("is given up by the server only once this browser has stored it", async () => {
    const full = vi.spyOn(localStorage, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const isStored = vi.fn();
    void starting.restore(message("1"), gone).then(isStored);
    await Promise.resolve();
    starting.begin();
    await new Promise((resolve) => setTimeout(resolve));
    expect(isStored).not.toHaveBeenCalled();
    expect(starting.now.html, "this page still has it").toBe("<p>Hi</p>");
    full.mockRestore();
    starting.change({ subject: "Plans again" });
    await vi.waitFor(() => expect(isStored).toHaveBeenCalledOnce());
  });
});
