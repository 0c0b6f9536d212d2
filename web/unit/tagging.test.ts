import { afterEach, describe, expect, it } from "vitest";
import { desk } from "$shared/store/desk.svelte";
import { tagOptions } from "$inbox/thread/tagging";

const tags = [
  { id: "1", name: "Billing" },
  { id: "2", name: "Bug" },
];
const labels = (text: string) => tagOptions(text, (id) => id === "2").map((one) => one.label);

describe("the tag picker", () => {
  afterEach(() => (desk.start = null));

  it("offers to create an unknown tag, to those who may", () => {
    desk.start = { tags, me: { id: "1", permissions: ["write_tags"] }, permissions: ["write_tags"] } as never;
    expect(labels("b")).toEqual(["Billing", "Bug", "Create tag “b”"]);
    expect(labels(" bug ")).toEqual(["Bug"]);
    expect(labels("")).toEqual(["Billing", "Bug"]);
    expect(tagOptions(" Late ", () => false)).toMatchObject([{ creates: "Late" }]);
    desk.start = { tags, me: { id: "1", permissions: [] }, permissions: [] } as never;
    expect(labels("Late")).toEqual([]);
  });
});
