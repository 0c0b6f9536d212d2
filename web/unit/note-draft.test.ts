import { afterEach, describe, expect, it } from "vitest";
import { countUnsaved, forgetDrafts, saveDrafts } from "$inbox/composer/drafts";
import { htmlOf, NoteDraft, noteDraft } from "$inbox/contact/note-draft.svelte";
import { KEY_PREFIX } from "$inbox/composer/stored";

const WHO = "w.1";
const nameOf = (id: string) => `${KEY_PREFIX}${WHO}.contacts/${id}`;

afterEach(() => localStorage.clear());

describe("a note that is being written", () => {
  it("is stored for its contact alone until it is emptied", () => {
    noteDraft(WHO, "contacts", "a").change("Half a thought");
    expect(noteDraft(WHO, "contacts", "a").text).toBe("Half a thought");
    expect(noteDraft(WHO, "contacts", "b").text).toBe("");
    expect(noteDraft(WHO, "companies", "a").text).toBe("");
    // A later page reads it.
    expect(new NoteDraft(nameOf("a")).text).toBe("Half a thought");
    noteDraft(WHO, "contacts", "a").change("");
    expect(localStorage.length).toBe(0);
  });

  it("is counted and removed at sign-out, and not saved as a draft of a conversation", () => {
    new NoteDraft(nameOf("c")).change("Words");
    saveDrafts(WHO);
    expect(countUnsaved(WHO)).toBe(1);
    forgetDrafts(WHO);
    expect(localStorage.length).toBe(0);
  });

  it("follows another tab unless it has words of its own", () => {
    const [mine, theirs] = [new NoteDraft(nameOf("d")), new NoteDraft(nameOf("d"))];
    theirs.change("From there");
    mine.changedInTab();
    expect(mine.text).toBe("From there");
    mine.prepend("Rejected");
    expect(mine.text).toBe("Rejected\n\nFrom there");
  });

  it("is sent as paragraphs, without elements of its own", () => {
    expect(htmlOf("<b>one</b>\ntwo\n\nthree & four")).toBe(
      "<p>&lt;b&gt;one&lt;/b&gt;<br>two</p><p>three &amp; four</p>",
    );
  });
});
