import { describe, expect, it } from "vitest";
import type { Attachment } from "$shared/types";
import { begunOf, bodyOf, EMPTY, isBlank, withoutExpired } from "../inbox/src/start/begun";

const DAY_MS = 86_400_000;
const file = (id: string): Attachment => ({
  id,
  name: `${id}.txt`,
  url: `/attachments/w/${id}/${id}.txt`,
  content_type: "text/plain",
  size: 3,
  width: null,
  height: null,
});
const begun = {
  ...EMPTY,
  to: { id: "7", name: "Ada", email: "ada@example.net" },
  subject: "Fwd: Plans",
  html: "<p>See</p>",
  files: [file("1"), file("2"), file("4")],
  uploadsSince: Date.now(),
  forwarded: [
    { conversation_id: "9", part_id: "source", attachment_ids: ["2", "3"] },
    { conversation_id: "9", part_id: "12", attachment_ids: ["3"] },
    { conversation_id: "9", part_id: "source", attachment_ids: ["2", "4"] },
  ],
};

describe("a conversation to start", () => {
  it("sends uploads by their ids, and forwarded files by their message, without those that were removed", () => {
    const { attachment_ids, forwarded } = bodyOf(begun);
    expect(attachment_ids).toEqual(["1"]);
    expect(forwarded).toEqual([
      { conversation_id: "9", part_id: "source", attachment_ids: ["2"] },
      { conversation_id: "9", part_id: "source", attachment_ids: ["4"] },
    ]);
  });

  it("names the uploads that the server has deleted, and keeps forwarded files", () => {
    expect(withoutExpired(begun)).toBe(begun);
    const old = withoutExpired({ ...begun, uploadsSince: Date.now() - DAY_MS });
    expect(old.files.map((one) => one.id)).toEqual(["2", "4"]);
    expect(old.wrong).toContain("1.txt");
  });

  it("is as it was when the server gives it back, with forwarded files as its own", () => {
    const { to, cc, bcc, subject, html } = begun;
    const back = begunOf({ to, cc, bcc, channel: "email", subject, html, attachments: [file("1"), file("8")] });
    expect(back).toMatchObject({ to, cc, bcc, channel: "email", subject, html, forwarded: [], wrong: "" });
    expect(bodyOf(back)).toMatchObject({ contact_id: "7", attachment_ids: ["1", "8"], forwarded: [] });
  });

  it("is not blank with a file alone", () => {
    expect(isBlank(EMPTY)).toBe(true);
    expect(isBlank({ ...EMPTY, files: [file("1")] })).toBe(false);
  });
});
