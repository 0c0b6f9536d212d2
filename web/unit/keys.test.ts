import { afterEach, describe, expect, it, vi } from "vitest";
import { commands, type Command } from "$inbox/keys/commands.svelte";
import { isSingle, stroke } from "$shared/keys";
import { desk } from "$shared/store/desk.svelte";
import { takeKeys } from "$shared/ui/modal";

const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) => {
  const event = new KeyboardEvent("keydown", { key, code: "", bubbles: true, cancelable: true, ...more });
  Object.defineProperty(event, "target", { value: target });
  commands.handle(event);
  return event;
};
const release: (() => void)[] = [];
function command(id: string, keys: string[], more: Partial<Command> = {}) {
  const run = vi.fn();
  release.push(commands.register([{ id, group: "app", title: () => id, keys, run, ...more }]));
  return run;
}
afterEach(() => {
  for (const one of release.splice(0)) one();
  commands.singleKeys = true;
  commands.customKeys = {};
  desk.start = null;
});

describe("strokes", () => {
  const of = (key: string, more: KeyboardEventInit = {}) => stroke(new KeyboardEvent("keydown", { key, ...more }));

  it("are what the layout writes", () => {
    expect(of("j", { code: "KeyC" })).toBe("j");
    expect(of("E", { shiftKey: true, code: "KeyE" })).toBe("Shift+e");
    expect(of("?", { shiftKey: true })).toBe("?");
    expect(of("k", { ctrlKey: true })).toBe("Mod+k");
    expect(of("Enter", { ctrlKey: true, shiftKey: true })).toBe("Mod+Shift+Enter");
    expect(of("Shift", { shiftKey: true })).toBeNull();
  });

  it("are where the key is on layouts without Latin letters", () => {
    expect(of("о", { code: "KeyJ" })).toBe("j");
  });

  it("of signs that need AltGr have no modifier", () => {
    expect(of("[", { altKey: true, code: "Digit8" })).toBe("[");
  });
});

describe("commands", () => {
  it("that need a permission are available to roles that have it", () => {
    const close = command("close", ["e"], { permission: "write_conversations" });
    desk.start = { me: { permissions: ["read_conversations"] } } as never;
    press("e");
    commands.run("close");
    expect(close).not.toHaveBeenCalled();
    expect(commands.available("close")).toBe(false);
    expect(commands.possible()).toEqual([]);
    desk.start = { me: { permissions: ["write_conversations"] } } as never;
    press("e");
    expect(close).toHaveBeenCalledOnce();
    expect(commands.available("close")).toBe(true);
    expect(commands.available("unknown")).toBe(false);
  });

  it("run by a key and by two in a row", () => {
    const next = command("next", ["j"]);
    const go = command("go", ["g i"]);
    press("j");
    press("g");
    press("i");
    expect(next).toHaveBeenCalledOnce();
    expect(go).toHaveBeenCalledOnce();
  });

  it("do not act in text fields, except those for text fields", () => {
    const next = command("next", ["j"]);
    const palette = command("palette", ["Mod+k", "."], { inText: true });
    const field = document.createElement("input");
    expect(press("j", {}, field).defaultPrevented).toBe(false);
    press(".", {}, field);
    expect(next).not.toHaveBeenCalled();
    expect(palette).not.toHaveBeenCalled();
    press("k", { ctrlKey: true }, field);
    expect(palette).toHaveBeenCalledOnce();
  });

  it("can have custom keys or none, and single keys can be switched off", () => {
    const next = command("next", ["j"]);
    const open = command("open", ["Enter"]);
    commands.customKeys = { next: "n" };
    press("j");
    expect(next).not.toHaveBeenCalled();
    press("n");
    expect(next).toHaveBeenCalledOnce();
    commands.customKeys = { next: null };
    press("n");
    expect(next).toHaveBeenCalledOnce();
    commands.customKeys = {};
    commands.singleKeys = false;
    press("j");
    press("Enter");
    expect(next).toHaveBeenCalledOnce();
    expect(open).toHaveBeenCalledOnce();
    expect(commands.key("next")).toBeNull();
  });

  it("do nothing while a modal is open or when they are unavailable", () => {
    const next = command("next", ["j"]);
    const never = command("never", ["n"], { when: () => false });
    const unblock = takeKeys();
    press("j");
    unblock();
    press("n");
    expect(next).not.toHaveBeenCalled();
    expect(never).not.toHaveBeenCalled();
  });

  it("know which keys are letters of a text", () => {
    expect(["j", "Shift+e", "g i", "?"].every(isSingle)).toBe(true);
    expect(["Mod+k", "Mod+Shift+Enter", "Esc", "Enter", "Down"].some(isSingle)).toBe(false);
  });
});
