//! Tests that Markdown written here is read back as the same body.

use super::markdown;

fn read(html: &str) -> String {
    super::read(html, "https://desk.test", "body").unwrap()
}

fn read_markdown(text: &str) -> String {
    super::read_markdown(text, "https://desk.test", "body_markdown").unwrap()
}

/// The Markdown of a body and the HTML of that Markdown. Checks that a second round trip changes nothing.
#[track_caller]
fn trip(body: &str) -> (String, String) {
    let text = markdown(body);
    let html = read_markdown(&text);
    assert_eq!(markdown(&html), text, "{body} -> {text} -> {html}");
    assert_eq!(read(&html), html, "{text}");
    (text, html)
}

#[test]
fn markdown_that_was_written_here_stays_as_it_is() {
    for text in [
        "a\nb\n",
        "a\\\nb\n",
        "a\\\n\\\nb\n",
        "a<br>\n",
        "<br>a\n",
        "<p><br></p>\n\n<p><br></p>\n",
        "# a<br>b\n",
        "## C#\n",
        "# a \\#\n",
        "#\n\na\n",
        "**a** b\n",
        "***a***\n",
        "***a** b*\n",
        "**a *b***\n",
        "*a **b***\n",
        "a**b**c*d*e\n",
        "**a*b*c**d\n",
        "**a**<em>b</em>\n",
        "<strong>Note:</strong>text\n",
        "a **b**: c\n",
        "**a\\\nb**\n",
        "\\# a\n\n\\- b\n\n\\+ c\n\n1\\. d\n\n2\\) e\n\n\\> f\n",
        "a\n\\- b\n\\# c\n1\\. d\n\\=\n",
        "a \\* b \\_ c \\~ d \\& e \\| f \\<g> \\[h\\] - i + j\n",
        "C:\\\\dir\\\\\\*\n",
        "a\\\\\\\nb\n",
        "`a` and ``b`c`` and `` ` `` and \\`d\\`\n",
        "`a\\` and `|`\n",
        "- a\\\n  b\n- c\n",
        "-\n- a\n",
        "- a\n\n* b\n\n- c\n",
        "1. a\n2. b\n\n1) c\n\n- d\n",
        "- `a`\n- **b** c\n- 1\\. d\n",
        "```\na\n\n- b\n```\n",
        "````\n```\n````\n",
        "| a | b |\n| --- | --- |\n|  | 2 |\n",
        "|  |\n| --- |\n| a |\n|  |\n",
        "| a\\|b<br>c | `d\\|e` |\n| --- | --- |\n| f\\\\\\|g | `h\\\\|i` **j** |\n",
        "|  |\n| --- |\n",
        "[a \\[b\\]](https://a.test/x_\\(y\\)?b=1&copy=2)\n",
        "[a](https://a.test/?b=1\\&copy;2)\n",
        "**[a](https://a.test/)** [**b**](https://a.test/)\n",
        "wow\\![a](https://a.test/)\n",
        "![a\\]b \\*](https://a.test/i.png)\n",
        "a\u{a0}b\n\n\u{a0}\n\nc\n",
        "---\n\na\n\n---\n",
        "<iframe src=\"https://www.youtube.com/embed/1\"></iframe>\n\na\n",
    ] {
        let html = read_markdown(text);
        assert_eq!(markdown(&html), text, "{html}");
        assert_eq!(read_markdown(&markdown(&html)), html, "{text}");
    }
}

#[test]
fn html_is_written_as_markdown_that_is_read_as_the_same() {
    for (body, text) in [
        ("<p>a<br>b</p>", "a\\\nb\n"),
        ("<p>a<br />\n b<br></p>", "a\\\nb<br>\n"),
        ("<p>a</p><p><br></p><p>b</p>", "a\n\n<p><br></p>\n\nb\n"),
        ("<h2>a<br>b</h2>", "## a<br>b\n"),
        ("<ul><li>a<br>b</li><li></li></ul>", "- a\\\n  b\n-\n"),
        ("<p>1. a</p><p>a&nbsp;b</p>", "1\\. a\n\na\u{a0}b\n"),
        ("<ol><li>a</li></ol><ol><li>b</li></ol><ol><li>c</li></ol>", "1. a\n\n1) b\n\n1. c\n"),
        ("<p>a <code>b</code></p><hr>", "a `b`\n\n---\n"),
        ("<p><a href=\"https://a.test/x_(y)\">a</a></p>", "[a](https://a.test/x_\\(y\\))\n"),
        ("<table><tr><td>a<br>b</td><td>c|d</td></tr></table>", "|  |  |\n| --- | --- |\n| a<br>b | c\\|d |\n"),
        ("<table><tr><th>a</th></tr><tr><td>b</td></tr></table>", "| a |\n| --- |\n| b |\n"),
    ] {
        let body = read(body);
        let (written, html) = trip(&body);
        assert_eq!(written, text);
        assert_eq!(html, body.replace("\n b", "b"), "{text}");
    }
}

#[test]
fn elements_without_markdown_become_the_closest_equivalent() {
    for (body, text) in [
        ("<p><b> a </b>b</p>", "**a** b\n"),
        ("<p>a<b> </b>b<i></i></p>", "a b\n"),
        ("<p>a <b>b<br></b>c</p>", "a **b**\\\nc\n"),
        ("<p><b>a</b><strong>b</strong> <b>c <b>d</b></b></p>", "**ab** **c d**\n"),
        ("<p><b>a</b><i>b</i></p>", "**a**<em>b</em>\n"),
        ("<p><i>a<b>b</b></i><b>c</b></p>", "*a**b***<strong>c</strong>\n"),
        ("<p>a<b>(b)</b>c (<b>d</b>)</p>", "a<strong>(b)</strong>c (**d**)\n"),
        ("<p>a<a href=\"https://a.test/\"> b </a>c</p>", "a [b](https://a.test/) c\n"),
        ("<p><b>a <a href=\"https://a.test/\"><b>b</b></a></b></p>", "**a [b](https://a.test/)**\n"),
        ("<p><code> a </code><code>b\nc</code></p>", "` a b c`\n"),
        ("<p><code> a </code></p>", "`  a  `\n"),
        ("<p>a\n\n   b\t c</p>", "a\nb c\n"),
        ("<p><a>1</a>. a <a>- b</a></p>", "1\\. a - b\n"),
        ("<p><br><br>a</p>", "<br><br>a\n"),
        ("<h1>a\n#</h1><h1></h1>", "# a \\#\n\n#\n"),
        ("<blockquote><p>a</p><ul><li>b</li></ul></blockquote>", "a\n\n- b\n"),
        ("<ol><li>a<pre>b\n  - c</pre></li></ol>", "1. a\\\n   b\n   \\- c\n"),
        ("<pre>a\n  `b`</pre>", "```\na\n  `b`\n```\n"),
        (
            "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
            "|  |  |\n| --- | --- |\n| a |  |\n| b | c |\n",
        ),
        (
            "<table><tr><td></td><th>a</th></tr><tr><th>b</th><td>c</td></tr></table>",
            "|  | a |\n| --- | --- |\n| b | c |\n",
        ),
        (
            "<p><img src=\"https://a.test/i.png?a[]=1\" alt=\"*a* [b]\"></p>",
            "![\\*a\\* \\[b\\]](https://a.test/i.png?a%5B%5D=1)\n",
        ),
        ("<p>&amp;copy; &lt;b&gt; \\ `</p>", "\\&copy; \\<b> \\\\ \\`\n"),
        (
            "<p>\u{300c}<b>\u{300c}\u{3042}\u{300d}</b>\u{306f}</p>",
            "\u{300c}<strong>\u{300c}\u{3042}\u{300d}</strong>\u{306f}\n",
        ),
    ] {
        assert_eq!(trip(&read(body)).0, text);
    }
}

#[test]
fn markdown_of_others_is_read_once_and_then_stays() {
    for text in [
        "line1  \nline2",
        "Title\n=====\n\n* a\n* b\n\n\n    code\n",
        "> a\n> b\n\n__c__ _d_ ~~e~~",
        "1. a\n\n   b\n2. c\n\n   ```\n   d\n     e\n   ```\n",
        "[a](https://a.test/ \"title\") <https://b.test/x> ![b](https://a.test/i.png 'title')",
        "a | b\n--|:-:\n1 | 2 | 3\n4\n",
        "<div>a<br><b>b</b></div>\n\n<p>\n\n*c*\n\n</p>",
        "![a  \nb](https://a.test/i.png)",
        "&copy; &nbsp; &amp;lt; \\&lt;",
        "a*\"b\"*c **d.**e",
        "- [ ] a\n- [x] b\n",
        "[a]: https://a.test/\n\n[a] [b]",
    ] {
        trip(&read_markdown(text));
    }
    let (text, html) = trip(&read_markdown("line1  \nline2"));
    assert_eq!((text.as_str(), html.as_str()), ("line1\\\nline2\n", "<p class=\"no-margin\">line1<br>line2</p>"));
}
