import { describe, expect, it } from "vitest";
import { firstMissing } from "$inbox/list/closing";

describe("the attribute that a refused close asks for", () => {
  const attributes = ["Region", "Reason", "Reason, why"].map((name) => ({ name }));

  it.each([
    ["Required before closing: Reason", "Reason"],
    ["Required before closing: Region, Reason", "Region"],
    ["Required before closing: Reason, why, Region", "Reason, why"],
    ["Required before closing: Hidden", undefined],
  ])("is found in %j", (message, name) => expect(firstMissing(message, attributes)?.name).toBe(name));
});
