import { describe, expect, it, vi } from "vitest";
import { TEXTS } from "../e2e/corpus.mjs";
import { fromHtml, isEmpty, mentionsOf, toHtml } from "$shared/richtext/html";
import { findAddresses, safeLink, typedLink } from "$shared/richtext/links";
import { sanitizePasted } from "$shared/richtext/paste";
import { pieces, written } from "$shared/richtext/placeholders";
import { stripActive } from "$shared/richtext/strip";
import { beginningOf, show } from "$shared/richtext/show";

const ben = { id: "7", name: "Ben" };
const benOkafor = { id: "8", name: "Ben Okafor" };

describe("documents and HTML", () => {
  it.each([
    "<p>Hello</p>",
    "<p>one<br>two</p><p><br></p><p>three</p>",
    "<p><strong>a</strong><em>b</em><u>c</u><s>d</s><code>e</code></p>",
    "<p><strong>a<em>b</em></strong>c</p>",
    '<p>See <a href="https://example.com/?a=1&amp;b=2">this</a>.</p>',
    "<ul><li>one</li><li>two<ul><li>deep</li></ul></li></ul>",
    "<ol><li><p>one</p><p>more</p></li></ol>",
    "<blockquote><p>said</p></blockquote>",
    "<pre><code>a &lt; b\n  c</code></pre>",
    "<h2>Title</h2><hr><p>x</p>",
    `<p><img src="${location.origin}/attachments/1.png" alt="a &quot;b&quot;" width="20" height="10"></p>`,
  ])("%s is the same after a round trip", (html) => {
    expect(toHtml(fromHtml(html))).toBe(html);
  });

  it("drops what the server would drop", () => {
    const read = (html: string) => toHtml(fromHtml(html));
    expect(read('<p onclick="x()">a<script>alert(1)</script></p>')).toBe("<p>a</p>");
    expect(read('<a href="javascript:alert(1)">a</a>')).toBe("<p>a</p>");
    expect(read('<p>a<img src="data:image/png;base64,AA"><img src="https://tracker.test/p.png"></p>')).toBe("<p>a</p>");
    expect(read('<p><b style="font-weight: normal">a</b></p>')).toBe("<p>a</p>");
    expect(read("<li>a</li>")).toBe("<ul><li>a</li></ul>");
  });

  it("writes mentions as names and finds them again", () => {
    const doc = fromHtml("<p>@Ben Okafor and @Ben, a@Ben.test <code>@Ben</code></p>", { people: [ben, benOkafor] });
    expect(mentionsOf(doc)).toEqual(["8", "7"]);
    expect(toHtml(doc)).toBe("<p>@Ben Okafor and @Ben, a@Ben.test <code>@Ben</code></p>");
  });

  it("reads placeholders on request, and writes them unchanged", () => {
    const html = '<p>Dear <strong>{{user.name|fallback:"all"}}</strong>, {{a b}} {{app.name}} <code>{{x}}</code></p>';
    const kinds = (doc: ReturnType<typeof fromHtml>) => {
      const found: unknown[] = [];
      doc.descendants((node) => void (node.type.name === "placeholder" && found.push(node.attrs)));
      return found;
    };
    expect(kinds(fromHtml(html))).toEqual([]);
    const doc = fromHtml(html, { placeholders: true });
    expect(kinds(doc)).toEqual([
      { key: "user.name", fallback: "all" },
      { key: "app.name", fallback: null },
    ]);
    expect(toHtml(doc)).toBe(html.replaceAll('"', "&quot;"));
    expect(isEmpty(fromHtml("<p>{{app.name}}</p>", { placeholders: true }))).toBe(false);
  });

  it("is empty when nothing is visible", () => {
    expect(isEmpty(fromHtml("<p> </p><p><br></p>"))).toBe(true);
    expect(toHtml(fromHtml("<p></p>"))).toBe("");
    expect(isEmpty(fromHtml(`<p><img src="${location.origin}/attachments/x.png"></p>`))).toBe(false);
  });
});

describe("placeholders", () => {
  // The same cases as in crates/domain/src/macros/placeholders.rs.
  it.each([
    ['Hi {{user.name|fallback:"there"}}!', ["Hi ", { key: "user.name", fallback: "there" }, "!"]],
    ["{{user.name | fallback: 'you'}}", [{ key: "user.name", fallback: "you" }]],
    [
      "{{ app.id }}{{a_b-1.c}}",
      [
        { key: "app.id", fallback: null },
        { key: "a_b-1.c", fallback: null },
      ],
    ],
    ["{{a|fallback:'x \"y\" <'}}", [{ key: "a", fallback: 'x "y" <' }]],
    ['{{a|fallback:""}}', [{ key: "a", fallback: "" }]],
    ["{{ {{a}}", ["{{ ", { key: "a", fallback: null }]],
  ])("are found in %s", (text, found) => {
    expect(pieces(text)).toEqual(found);
    const again = pieces(text).map((piece) => (typeof piece === "string" ? piece : written(piece)));
    expect(pieces(again.join(""))).toEqual(found);
  });

  it.each(["{{", "{{}}", "{{a b}}", "{{a|b}}", "{{a|fallback:x}}", '{{a|fallback:"}}', "}}{{a", "{a}", '{{é"}}'])(
    "are not what %s is",
    (text) => expect(pieces(text)).toEqual([text]),
  );
});

describe("links", () => {
  it("are web, mail or telephone links", () => {
    expect(safeLink("https://a.test")).toBe("https://a.test/");
    for (const bad of ["javascript:x", "data:text/html,x", "//a.test", "/x", "http:x", ""])
      expect(safeLink(bad)).toBeNull();
    expect(typedLink("example.com/x")).toBe("https://example.com/x");
    expect(typedLink("ada@example.com")).toBe("mailto:ada@example.com");
    expect(typedLink("two words")).toBeNull();
    expect(typedLink("javascript:alert(1)")).toBeNull();
  });
});

describe("addresses in texts", () => {
  it.each([
    ["See https://example.com/a?b=1#c.", ["https://example.com/a?b=1#c"]],
    ["(https://example.com/a), HTTP://b.test!", ["https://example.com/a", "HTTP://b.test"]],
    ["https://en.wikipedia.org/wiki/Desk_(furniture)).", ["https://en.wikipedia.org/wiki/Desk_(furniture)"]],
    ["example.com ftp://a.test javascript:alert(1) xhttps://a.test https:// https://.", []],
    ["<https://a.test> \u201chttps://b.test\u201d", ["https://a.test", "https://b.test"]],
  ])("%s", (text, found) => {
    expect(findAddresses(text).map(({ from, to }) => text.slice(from, to))).toEqual(found);
  });

  it("are found in linear time", () => {
    const started = performance.now();
    findAddresses(`https://a.test/${")".repeat(100_000)}${" https://".repeat(20_000)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("become links outside of links and code", () => {
    const root = document.createElement("div");
    const html =
      '<p>See https://a.test/x, @Ben https://b.test/@Ben</p><p><a href="https://c.test/">https://d.test/</a> ' +
      "<code>https://e.test</code></p><pre>https://f.test</pre>";
    root.append(show(html, { people: [ben] }));
    const links = [...root.querySelectorAll("a")];
    expect(links.map((one) => one.href)).toEqual(["https://a.test/x", "https://b.test/@Ben", "https://c.test/"]);
    for (const one of links) {
      expect(one.target).toBe("_blank");
      expect(one.rel).toBe("nofollow noopener noreferrer");
    }
    expect(root.querySelectorAll(".mention").length).toBe(1);
    expect(root.textContent).toBe(
      "See https://a.test/x, @Ben https://b.test/@Benhttps://d.test/ https://e.testhttps://f.test",
    );
  });
});

describe("messages on the screen", () => {
  const shown = (html: string, options = {}) => {
    const root = document.createElement("div");
    root.append(show(html, options));
    return root;
  };

  it("contain nothing active, whatever arrives", () => {
    const root = shown(
      '<p onclick="x()" style="position:fixed" class="a" id="b">a<script>alert(1)</script><iframe src="https://x.test"></iframe><svg onload="x()"><p>q</p></svg></p><form action="/x"><input name="y"></form><a href="javascript:x">l</a><img src="x" onerror="x()">',
    );
    expect(root.querySelectorAll("script, iframe, svg, form, input, img").length).toBe(0);
    for (const element of root.querySelectorAll("*")) expect(element.attributes.length).toBe(0);
  });

  it("do not load images from other servers", () => {
    const root = shown('<p><img src="https://tracker.test/p.png" alt=""></p>', {
      remoteImage: (host: string) => `Image on ${host}`,
    });
    expect(root.querySelector("img")).toBeNull();
    expect(root.querySelector("a")?.textContent).toBe("Image on tracker.test");
  });

  it("open images of this server", () => {
    const onImage = vi.fn();
    const src = `${location.origin}/attachments/1/a.png`;
    const root = shown(`<p><img src="${src}" alt="A" width="10" height="20"></p>`, { onImage });
    expect(root.querySelector("img")?.width).toBe(10);
    root.querySelector("button")?.click();
    expect(onImage).toHaveBeenCalledWith(src, "A");
    expect(shown(`<img src="${location.origin}/oauth/sign_out">`).querySelector("img")).toBeNull();
  });

  it("fold the quoted rest without losing any of it", () => {
    const root = shown("<div><p>Thanks!</p><p>On Mon, Ada wrote:</p><blockquote><p>Hi</p></blockquote></div>", {
      quoteLabel: "Quoted text",
    });
    const folded = root.querySelector("details");
    expect(folded?.querySelector("blockquote")?.textContent).toBe("Hi");
    expect(folded?.querySelector("summary")?.textContent).toBe("Quoted text");
    expect(root.textContent).toContain("Thanks!");
  });

  it("highlight mentions", () => {
    const root = shown("<p>@Ben refund?</p>", { people: [ben] });
    expect(root.querySelector(".mention")?.textContent).toBe("@Ben");
    expect(root.textContent).toBe("@Ben refund?");
  });
});

describe("the beginning of a message", () => {
  it("is one line of text", () => {
    expect(beginningOf("<p>Hi&nbsp;<b>Ada</b>,</p><ul><li>one</li><li>two<br>three</li></ul>", 99)).toBe(
      "Hi Ada, one two three",
    );
    expect(beginningOf("<p><br></p>", 9)).toBe("");
  });

  it("is cut between characters", () => {
    expect(beginningOf("<p>12345</p>", 5)).toBe("12345");
    expect(beginningOf("<p>1234🙂6</p>", 5)).toBe("1234🙂…");
  });
});

describe("pasted content", () => {
  it.each([
    ['<p onclick="x()" style="color: red" class="a" id="b">text</p>', "<p>text</p>"],
    ["<script>x()</script><style>p{}</style><svg><a href='#'>x</a></svg><p>stays</p>", "<p>stays</p>"],
    [
      '<base href="https://evil.example/"><img src="https://a.test/1.png" onerror="x()">',
      '<img src="https://a.test/1.png">',
    ],
    ['<b style="font-weight: normal"><i>not bold</i></b><b>bold</b>', "<i>not bold</i><b>bold</b>"],
    ['<p data-pm-slice="1 1 []">copied here</p>', '<p data-pm-slice="1 1 []">copied here</p>'],
    ["<p>3 < 4 &amp; 5 &lt; 6</p><!-- <b>not</b> --><? nor this ?></ nor this>", "<p>3 &lt; 4 &amp; 5 &lt; 6</p>"],
    [
      "<A HREF = 'https://a.test/?a=1&amp;b=\"2\"' ONCLICK=x()>a</A>",
      '<a href="https://a.test/?a=1&amp;b=&quot;2&quot;">a</a>',
    ],
    ["<td/colspan=2/onclick=x()>a</td>", "a"],
    ["<p>before</p><img src=x onerror=x() ", "<p>before</p>"],
    ['<p>before</p><img alt="never ends>', "<p>before</p>"],
    ["<title>a</b></title><xmp><p>b</p></xmp><script>c", ""],
  ])("%s can do nothing", (pasted, left) => {
    expect(sanitizePasted(pasted)).toBe(left);
  });

  // A browser reports attributes to the page's policy as soon as it parses them.
  it.each(TEXTS)("%s has neither handlers nor styles when a browser reads it", (text) => {
    const attribute = ' (?:(?:href|src|alt|width|height|start|colspan|rowspan|data-[\\w-]+)="[^"]*"|plain)';
    expect(stripActive(text)).toMatch(
      new RegExp(`^(?:[^<]|</?(?!script|style|base)[a-z][a-z0-9-]*(?:${attribute})*>)*$`),
    );
  });

  it("is read in linear time", () => {
    for (const text of ["<", "<a ", "<!--", "<script>", '<a b="', "<a b =", "</", "<p a=1 "]) {
      const from = performance.now();
      stripActive(text.repeat(200_000));
      expect(performance.now() - from, text).toBeLessThan(2_000);
    }
  });
});
