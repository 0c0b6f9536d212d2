import { afterEach, describe, expect, it } from "vitest";
import { panes } from "$inbox/app/panes.svelte";
import { router } from "$inbox/app/router.svelte";
import { asksFirst, firstMissing } from "$inbox/list/closing";
import { threads } from "$inbox/thread/threads.svelte";
import { desk } from "$shared/store/desk.svelte";
import type { AttributeDefinition } from "$shared/types";

describe("the attribute that a refused close asks for", () => {
  const attributes = ["Region", "Reason", "Reason, why"].map((name) => ({ name }));

  it.each([
    ["Required before closing: Reason", "Reason"],
    ["Required before closing: Region, Reason", "Region"],
    ["Required before closing: Reason, why, Region", "Reason, why"],
    ["Required before closing: Hidden", undefined],
  ])("is found in %j", (message, name) => expect(firstMissing(message, attributes)?.name).toBe(name));
});

describe("closing", () => {
  const attribute = (more: Partial<AttributeDefinition> = {}): AttributeDefinition => ({
    id: "1",
    on: "conversation",
    name: "Reason",
    label: "Reason",
    data_type: "string",
    options: null,
    writable: true,
    required: true,
    ...more,
  });
  const asks = (definition: AttributeDefinition, attributes: Record<string, unknown> | null) => {
    desk.start = { attributes: [definition] } as never;
    router.place = { name: "view", view: "mine", conversation: "1" };
    threads.get("1").detail = attributes && ({ attributes } as never);
    return asksFirst("1");
  };
  afterEach(() => {
    desk.start = null;
    threads.get("1").detail = null;
    router.place = { name: "view", view: "mine", conversation: null };
  });

  it("asks for a required attribute that is empty, and shows the details", () => {
    if (panes.details) panes.toggle("details");
    expect(asks(attribute(), {})).toBe(true);
    expect(panes.details).toBe(true);
    for (const Reason of [null, "", " \t"]) expect(asks(attribute(), { Reason })).toBe(true);
  });

  it("asks for nothing that is filled in", () => {
    for (const Reason of ["Lost", false, 0]) expect(asks(attribute(), { Reason })).toBe(false);
  });

  it("asks for nothing that is not required, or cannot be filled in here", () => {
    expect(asks(attribute({ required: false }), {})).toBe(false);
    expect(asks(attribute({ on: "contact" }), {})).toBe(false);
    expect(asks(attribute({ data_type: "relationship" }), {})).toBe(false);
  });

  it("leaves conversations that are not open or not loaded to the server", () => {
    expect(asks(attribute(), null)).toBe(false);
    asks(attribute(), {});
    expect(asksFirst("2")).toBe(false);
    router.place = { name: "view", view: "mine", conversation: null };
    expect(asksFirst("1")).toBe(false);
  });
});
