import { describe, expect, it } from "vitest";
import { quoteStart } from "$shared/richtext/quotes";

const p = (text: string) => ({ tag: "p", text });
const quote = (text: string) => ({ tag: "blockquote", text });

describe("where the quote starts", () => {
  it.each([
    ["a quote at the end with its introduction", [p("Thanks!"), p("On Mon, Ada wrote:"), quote("Hi")], 1],
    ["a quote without introduction", [p("Thanks!"), quote("Hi")], 1],
    ["German", [p("Danke!"), p("Am Montag schrieb Ada:"), quote("Hallo")], 1],
    ["lines with >", [p("Thanks!"), p("> one\n> two")], 1],
    ["Outlook's header", [p("Thanks!"), p("From: Ada\nSent: Monday\nTo: Ben\nSubject: Hi"), p("Hi Ben")], 1],
    ["a divider", [p("Thanks!"), p("-----Original Message-----"), p("Hi")], 1],
    ["blank blocks between", [p("Thanks!"), p("Ada wrote:"), p(""), quote("Hi"), p(" ")], 1],
  ])("%s", (_, blocks, start) => expect(quoteStart(blocks)).toBe(start));

  it.each([
    ["nothing quoted", [p("Hi"), p("Bye")]],
    ["answers between quotes", [quote("Which one?"), p("The blue one")]],
    ["only a quote", [quote("Hi")]],
    ["a sentence that ends like an introduction", [p("I like what she wrote:"), p("This.")]],
    ["what would leave almost nothing of a long mail", [p("ok"), quote("x".repeat(900))]],
  ])("none: %s", (_, blocks) => expect(quoteStart(blocks)).toBeNull());
});
