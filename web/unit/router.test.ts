import { describe, expect, it } from "vitest";
import { href, parse } from "$inbox/app/router.svelte";

const at = (path: string) => parse(new URL(path, "https://desk.example"));

describe("addresses", () => {
  it("lead to their places, and back", () => {
    for (const path of [
      "/inbox/v/all/c/12",
      "/inbox/v/team%3A7",
      "/inbox/search?q=a%20b",
      "/inbox/search/c/12?q=a&state=closed&tag_id=7",
      "/inbox/settings/tags",
    ])
      expect(href(at(path))).toBe(path);
    expect(at("/inbox/")).toEqual({ name: "view", view: "mine", conversation: null });
  });

  it("that lead nowhere are not those of the teammate's inbox", () => {
    expect(at("/inbox/nonsense/xyz")).toEqual({ name: "unknown", path: "/inbox/nonsense/xyz" });
    expect(href(at("/inbox/nonsense/xyz"))).toBe("/inbox/nonsense/xyz");
  });
});
