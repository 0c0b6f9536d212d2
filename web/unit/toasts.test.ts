import { afterEach, describe, expect, it, vi } from "vitest";
import { copyText } from "$inbox/app/copy";
import { router } from "$inbox/app/router.svelte";
import { act } from "$inbox/list/act";
import { current } from "$inbox/list/current.svelte";
import { reportFailures } from "$inbox/list/failures";
import { reasonText } from "$shared/problems";
import { desk } from "$shared/store/desk.svelte";
import { toasts } from "$inbox/app/toasts.svelte";
import { row } from "./row";

afterEach(() => {
  vi.restoreAllMocks();
  for (const { id } of toasts.items) toasts.close(id);
});

describe("undo", () => {
  it("runs the newest action that undoes something, and no other", () => {
    const [undo, open] = [vi.fn(), vi.fn()];
    toasts.show({ text: "Closed", action: { label: "Undo", run: undo, undoes: true } });
    toasts.show({ text: "Somebody replied", action: { label: "Open", run: open } });
    toasts.undo();
    expect(undo).toHaveBeenCalledOnce();
    expect(toasts.items.map((one) => one.text)).toEqual(["Somebody replied"]);
    expect(toasts.undoable).toBeUndefined();
    toasts.undo();
    expect(open).not.toHaveBeenCalled();
  });
});

describe("a failure", () => {
  it("that is shown again is shown once, with the newest action", () => {
    const [first, second] = [vi.fn(), vi.fn()];
    toasts.show({ text: "Not changed", tone: "bad", action: { label: "Select", run: first } });
    toasts.show({ text: { text: "Not changed", detail: "No." }, tone: "bad" });
    toasts.show({ text: "Not changed", tone: "bad", action: { label: "Select", run: second } });
    expect(toasts.items.map((one) => reasonText(one.text))).toEqual(["Not changed No.", "Not changed"]);
    expect(toasts.items.at(-1)?.action?.run).toBe(second);
  });

  it("does not replace what can be undone", () => {
    for (const run of [vi.fn(), vi.fn()]) toasts.show({ text: "Closed", action: { label: "Undo", run, undoes: true } });
    expect(toasts.items).toHaveLength(2);
  });
});

describe("an action", () => {
  const texts = () => toasts.items.map((one) => one.text);
  const failure = (id: string) => ({ id, code: "forbidden", message: "No." });
  const undo = (id: string) => ({ id, action: { type: "open" } as const });

  it("that is rejected is not confirmed any more", async () => {
    vi.spyOn(desk, "act").mockResolvedValue({ done: [], failed: [failure("1")], undo: [] });
    const acting = act(["1"], { type: "close" });
    expect(texts()).toEqual(["Closed"]);
    expect(await acting).toEqual([failure("1")]);
    expect(texts()).toEqual(["Your role does not allow this."]);
    expect(toasts.undoable).toBeUndefined();
  });

  it("that is rejected in part confirms, and undoes, the rest", async () => {
    const back = vi.spyOn(desk, "undo").mockResolvedValue([]);
    vi.spyOn(desk, "act").mockResolvedValue({ done: [row("2")], failed: [failure("1")], undo: [undo("2")] });
    await act(["1", "2"], { type: "close" });
    expect(texts()).toEqual(["Closed", "Your role does not allow this."]);
    toasts.undo();
    await vi.waitFor(() => expect(back).toHaveBeenCalledWith([undo("2")]));
  });
});

describe("an action on a selection", () => {
  const named = (id: string, title: string) => desk.rows.put(row(id, { title }), 1);
  const texts = () => toasts.items.map((one) => reasonText(one.text).replace(/[\u2066-\u2069]/g, ""));

  it("tells which conversations were not changed, and why, for each reason, and selects them", () => {
    router.go({ name: "view", view: "all", conversation: null });
    for (const id of ["1", "2", "3", "4", "5"]) named(id, `Title ${id}`);
    for (const id of ["0", "1", "2", "3", "4", "5"]) current.selected.add(id);
    const forbidden = ["1", "2", "3", "4"].map((id) => ({ id, code: "forbidden", message: "No." }));
    reportFailures([{ id: "5", code: "not_found", message: "Gone." }, ...forbidden]);
    expect(texts()).toEqual([
      "Not changed: Title 1, Title 2, Title 3, and 1 more. Your role does not allow this.",
      "Title 5: This is no longer there.",
    ]);
    toasts.items[0]?.action?.run();
    expect([...current.selected]).toEqual(["1", "2", "3", "4"]);
    current.clear();
  });
});

describe("copying", () => {
  it("is confirmed only if the browser copies", async () => {
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValueOnce();
    expect(await copyText("4711", "Copied.")).toBe(true);
    expect(write).toHaveBeenCalledWith("4711");
    expect(toasts.items.map((one) => one.text)).toEqual(["Copied."]);
    write.mockRejectedValueOnce(new DOMException("not permitted", "NotAllowedError"));
    expect(await copyText("4712", "Copied.")).toBe(false);
    expect(toasts.items).toHaveLength(1);
  });
});
