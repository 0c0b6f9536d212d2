import { afterEach, describe, expect, it } from "vitest";
import { unsaved } from "$shared/ui/unsaved.svelte";

/** A form that is watched, with a field, a search field, and a button in and outside of a list of fields. */
function form() {
  const element = document.createElement("form");
  const field = document.createElement("input");
  const search = document.createElement("input");
  search.type = "search";
  const [plain, add] = [document.createElement("button"), document.createElement("button")];
  const list = document.createElement("fieldset");
  list.append(add);
  element.append(field, search, plain, list);
  document.body.append(element);
  return { element, field, search, plain, add, stop: unsaved.watch(element) };
}
const fire = (element: Element, type: string) => element.dispatchEvent(new Event(type, { bubbles: true }));

afterEach(() => {
  unsaved.clear();
  unsaved.answer(false);
});

describe("a form", () => {
  it("is left at once if nothing was changed in it", () => {
    const { search, plain, stop } = form();
    fire(search, "input");
    fire(plain, "click");
    let left = 0;
    unsaved.ask(() => left++);
    expect([left, unsaved.question]).toEqual([1, null]);
    stop();
  });

  it("with changes is left once they are discarded", () => {
    const { element, field, add, stop } = form();
    for (const change of [() => fire(field, "input"), () => fire(add, "click")]) {
      change();
      let left = 0;
      unsaved.ask(() => left++);
      unsaved.answer(false);
      expect([left, unsaved.any]).toEqual([0, true]);
      unsaved.ask(() => left++, element);
      unsaved.answer(true);
      expect([left, unsaved.any]).toEqual([1, false]);
    }
    stop();
  });

  it("has no changes once it is saved, or off the page", () => {
    const { element, field, stop } = form();
    fire(field, "input");
    unsaved.clear(element);
    expect(unsaved.any).toBe(false);
    fire(field, "input");
    expect(unsaved.any).toBe(true);
    stop();
    expect(unsaved.any).toBe(false);
  });

  it("of another dialog does not keep this one open", () => {
    const page = form();
    const dialog = form();
    fire(page.field, "input");
    let left = 0;
    unsaved.ask(() => left++, dialog.element);
    expect(left).toBe(1);
    page.stop();
    dialog.stop();
  });
});
