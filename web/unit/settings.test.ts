import { describe, expect, it } from "vitest";
import { PAGES, SECTIONS, allowed, pageOf } from "$inbox/settings/pages";
import { permitsText } from "$inbox/settings/people/words";
import { Form } from "$shared/ui/form.svelte";
import { Refusal } from "$shared/api";
import { t, translation } from "$shared/i18n/index.svelte";

describe("pages of the settings", () => {
  it("have unique names, a section and a title", () => {
    expect(new Set(PAGES.map((page) => page.id)).size).toBe(PAGES.length);
    for (const page of PAGES) {
      expect(SECTIONS).toContain(page.section);
      expect(t(page.title)).not.toBe(page.title);
      expect(page.id).toMatch(/^[a-z_]+$/);
    }
  });

  it("that need a permission are closed without a session, and an unknown name leads to the first page", () => {
    for (const page of PAGES) expect(allowed(page)).toBe(page.permission === undefined);
    expect(pageOf("nothing")).toBe(PAGES[0]);
  });

  it("load what they need in every language", async () => {
    for (const page of PAGES) if (page.words) await translation.need(page.words);
    await translation.use("de");
    expect(t("settings.appearance")).toBe("Aussehen");
    await translation.use("en");
    expect(t("settings.appearance")).toBe("Appearance");
  });
});

describe("what a role permits", () => {
  const all = ["read_people", "write_people", "read_tags", "write_tags"];
  const role = {
    id: "1",
    name: "R",
    is_built_in: false,
    teammates: 0,
    can_manage_apps: true,
    can_manage_content: true,
  };
  const text = (more: object) => permitsText({ ...role, permissions: all, ...more }, all);

  it("is everything only if nothing is missing", async () => {
    await translation.need("people");
    expect(text({})).toBe("Everything");
    expect(text({ can_manage_apps: false })).toBe(
      "Changing: Contacts and companies, Tags. Actions: Publish articles and drafts.",
    );
    expect(text({ permissions: ["read_tags"], can_manage_content: false })).toBe(
      "Seeing: Tags. Actions: Give apps access.",
    );
    // Such roles may not change articles, whatever their settings.
    expect(text({ permissions: ["read_tags"], can_manage_apps: false })).toBe("Seeing: Tags.");
    expect(text({ permissions: [], can_manage_apps: false, can_manage_content: false })).toBe("Nothing");
  });
});

describe("a form", () => {
  const refused = (field: string | null) =>
    Promise.reject(new Refusal(400, { code: "invalid", message: "Too long", field }));

  it("shows an error at its field, else for the form, and clears it with the next attempt", async () => {
    const form = new Form("name");
    expect(await form.send(() => refused("name"))).toBe(false);
    expect([form.of("name"), form.error]).toEqual(["Too long", null]);
    expect(await form.send(() => refused("other"))).toBe(false);
    expect([form.of("name"), form.error]).toEqual([null, "Too long"]);
    expect(await form.send(() => Promise.resolve())).toBe(true);
    expect([form.of("name"), form.error, form.busy]).toEqual([null, null, false]);
  });

  it("sends only once while a request is in flight", async () => {
    const form = new Form();
    let release = () => {};
    const first = form.send(() => new Promise<void>((resolve) => (release = resolve)));
    expect(await form.send(() => Promise.resolve())).toBe(false);
    release();
    expect(await first).toBe(true);
  });
});
