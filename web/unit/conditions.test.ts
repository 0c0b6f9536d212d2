import { describe, expect, it } from "vitest";
import { fromQuery, toQuery, type Conditions } from "$inbox/views/conditions";

describe("conditions of views", () => {
  const conditions: Conditions = {
    all: false,
    items: [
      { field: "priority", operator: "=", value: "urgent" },
      { field: "tag_ids", operator: "!=", value: "5" },
      { field: "source.subject", operator: "~", value: "invoice" },
      { field: "waiting_since", operator: "<", value: "set" },
    ],
  };

  it("are restored from their query", () => {
    expect(fromQuery(toQuery(conditions))).toEqual(conditions);
    expect(fromQuery(toQuery({ all: true, items: [] }))).toEqual({ all: true, items: [] });
  });

  it("leave out empty fields", () => {
    expect(toQuery({ all: true, items: [{ field: "source.subject", operator: "~", value: "  " }] })).toBeNull();
  });

  it("are not made from a query with other terms", () => {
    expect(fromQuery({ operator: "AND", value: [{ operator: "OR", value: [] }] })).toBeNull();
    expect(fromQuery({ operator: "AND", value: [{ field: "created_at", operator: ">", value: 1 }] })).toBeNull();
    expect(fromQuery({ field: "priority", operator: "=", value: "urgent" })).toBeNull();
  });
});
