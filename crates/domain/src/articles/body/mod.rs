//! Bodies of articles: input is normalized to HTML with a small set of elements, which can be rendered as Markdown.

mod blocks;
mod markdown;
#[cfg(test)]
mod round_trips;
mod spans;
mod tree;

use std::sync::OnceLock;

use ammonia::{Builder, Url};

use self::tree::Node;
use crate::error::{Error, Result};
use crate::html::{Html, is_alive, is_html, rules};
use crate::markup;

pub use blocks::{blocks, read_blocks};
pub use markdown::markdown;

/// The elements that the sanitizer keeps; of all others, it keeps the text.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "br",
    "code",
    "div",
    "dl",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    // Each of these becomes a paragraph.
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "figcaption",
    "figure",
    "footer",
    "header",
    "main",
    "nav",
    "section",
    "summary",
];
/// Elements that are removed with their content.
const DROPPED: &[&str] = &["form", "script", "style", "textarea", "title"];
/// Classes that are kept.
const CLASSES: &[&str] = &["intercom-align-center", "intercom-h2b-button"];
/// The video players that can be embedded.
const PLAYERS: &[&str] = &[
    "loom.com",
    "streamio.com",
    "vidyard.com",
    "vimeo.com",
    "wistia.com",
    "wistia.net",
    "youtube-nocookie.com",
    "youtube.com",
];

/// The maximum length of a body, in bytes, both stored and rendered, so that a body that was read can be written back.
const MAX_BODY_BYTES: usize = 100_000;

/// Normalizes a body to HTML with the elements that articles can have. Headings below the second level become second
/// level headings; containers become paragraphs. `origin` is the URL of this server, of which images may show
/// attachments only. Rejects what cannot be shown, with an error that has the name of the field.
pub fn read(text: &str, origin: &str, field: &'static str) -> Result<String> {
    markup::check(text, field)?;
    let plain = (!is_html(text)).then(|| Html::of_text(text));
    let html = match &plain {
        Some(None) => return Ok(String::new()),
        Some(Some(html)) => html.as_str(),
        None => text,
    };
    let clean = sanitizer().clean(html).to_string();
    let own = Url::parse(origin).ok();
    let mut body = Blocks { html: String::with_capacity(clean.len()), line: String::new(), own, field };
    body.all(&tree::parse(&clean))?;
    body.end_line("");
    if body.html.len() > MAX_BODY_BYTES {
        return Err(body.invalid(&format!("is too long (maximum is {MAX_BODY_BYTES} bytes of HTML)")));
    }
    Ok(body.html)
}

/// The same for a body given as Markdown.
pub fn read_markdown(text: &str, origin: &str, field: &'static str) -> Result<String> {
    read(&markdown::html_of(text), origin, field)
}

fn sanitizer() -> &'static Builder<'static> {
    static SANITIZER: OnceLock<Builder<'static>> = OnceLock::new();
    SANITIZER.get_or_init(|| {
        let mut builder = rules(ELEMENTS, DROPPED);
        let classes = ["a", "div", "h1", "h2", "p"].map(|element| (element, CLASSES.iter().copied().collect()));
        builder.allowed_classes(classes.into());
        builder
    })
}

/// Builds the body from blocks. Content outside of blocks is wrapped in paragraphs.
struct Blocks {
    html: String,
    /// The content of the paragraph that is being built.
    line: String,
    /// The URL of this server.
    own: Option<Url>,
    field: &'static str,
}

impl Blocks {
    fn all(&mut self, nodes: &[Node<'_>]) -> Result<()> {
        nodes.iter().try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: &Node<'_>) -> Result<()> {
        let Node::Element { name, tag, children } = node else {
            self.line.push_str(node.text());
            return Ok(());
        };
        match *name {
            "p" | "div" | "address" | "article" | "aside" | "blockquote" | "center" | "details" | "figcaption"
            | "figure" | "footer" | "header" | "main" | "nav" | "section" | "summary" => {
                self.end_line("");
                self.all(children)?;
                self.end_line(class(tag));
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.end_line("");
                let level = if *name == "h1" { "h1" } else { "h2" };
                let inline = self.inline(children)?;
                self.wrap(level, class(tag), inline.trim());
            }
            "hr" => {
                self.end_line("");
                self.html.push_str("<hr>");
            }
            "pre" => {
                self.end_line("");
                let inline = self.inline(children)?;
                self.wrap("pre", "", &inline);
            }
            "ul" | "ol" => self.list(name, children)?,
            "table" => self.table(children)?,
            "iframe" => {
                self.end_line("");
                let src = tree::attribute(tag, "src");
                if !src.as_deref().is_some_and(is_player) {
                    return Err(self.invalid("embeds a page of a site that articles cannot embed"));
                }
                self.html.push_str(tag);
                self.html.push_str("</iframe>");
            }
            "dl" => return Err(self.invalid("cannot contain <dl>")),
            "thead" | "tbody" | "tr" | "td" | "th" | "li" => {
                self.end_line("");
                self.all(children)?;
                self.end_line("");
            }
            _ => {
                let inline = self.inline(std::slice::from_ref(node))?;
                self.line.push_str(&inline);
            }
        }
        Ok(())
    }

    fn list(&mut self, name: &str, children: &[Node<'_>]) -> Result<()> {
        self.end_line("");
        let items = children.iter().filter(|child| child.is("li"));
        let mut html = String::new();
        for item in items {
            if item.has("ul") || item.has("ol") {
                return Err(self.invalid("cannot contain a list in a list"));
            }
            html.push_str("<li>");
            html.push_str(self.inline(item.children())?.trim());
            html.push_str("</li>");
        }
        if html.is_empty() {
            return Err(self.invalid("cannot contain an empty list"));
        }
        self.wrap(name, "", &html);
        Ok(())
    }

    fn table(&mut self, children: &[Node<'_>]) -> Result<()> {
        self.end_line("");
        if children.iter().any(|child| child.has("table")) {
            return Err(self.invalid("cannot contain a table in a table"));
        }
        let mut html = String::new();
        for row in children
            .iter()
            .flat_map(|child| if child.is("tr") { std::slice::from_ref(child) } else { child.children() })
        {
            let mut cells = String::new();
            for cell in row.children() {
                if let Node::Element { name: name @ ("td" | "th"), tag, children } = cell {
                    cells.push_str(&format!("{tag}{}</{name}>", self.inline(children)?.trim()));
                }
            }
            if !cells.is_empty() {
                html.push_str(&format!("<tr>{cells}</tr>"));
            }
        }
        if html.is_empty() {
            return Err(self.invalid("cannot contain a table without cells"));
        }
        self.wrap("table", "", &format!("<tbody>{html}</tbody>"));
        Ok(())
    }

    /// Inline content. Blocks inside it lose their elements.
    fn inline(&self, nodes: &[Node<'_>]) -> Result<String> {
        let mut html = String::new();
        for node in nodes {
            let Node::Element { name, tag, children } = node else {
                html.push_str(node.text());
                continue;
            };
            match *name {
                "br" => html.push_str("<br>"),
                "img" if tree::attribute(tag, "src").is_none() => {
                    return Err(self.invalid("has an image without an absolute URL"));
                }
                "img" if !is_alive(tag, self.own.as_ref()) => {}
                "img" => html.push_str(tag),
                "dl" | "iframe" | "table" => return Err(self.invalid("has a block where only text can be")),
                "a" | "b" | "code" | "em" | "i" | "strong" => {
                    let inner = self.inline(children)?;
                    if !inner.is_empty() {
                        html.push_str(&format!("{tag}{inner}</{name}>"));
                    }
                }
                "span" => html.push_str(&self.inline(children)?),
                // Every other element is a block, which begins a new line.
                _ => {
                    let inner = self.inline(children)?;
                    if !html.trim().is_empty() && !inner.trim().is_empty() {
                        html.push_str("<br>");
                    }
                    html.push_str(&inner);
                }
            }
        }
        Ok(html)
    }

    /// Ends the current paragraph, unless it is empty.
    fn end_line(&mut self, class: &str) {
        let line = std::mem::take(&mut self.line);
        let line = line.trim();
        if !line.is_empty() {
            let class = if class.is_empty() { "no-margin".to_owned() } else { format!("no-margin {class}") };
            self.wrap("p", &class, line);
        }
    }

    fn wrap(&mut self, name: &str, class: &str, inner: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        self.html.push_str(&format!("<{name}{class}>{inner}</{name}>"));
    }

    fn invalid(&self, message: &str) -> Error {
        Error::invalid(format!("{} {message}", self.field)).field(self.field)
    }
}

/// The classes of an element that are kept.
fn class(tag: &str) -> &str {
    crate::html::attribute(tag, " class").unwrap_or("")
}

/// Whether this is the URL of a supported video player.
fn is_player(src: &str) -> bool {
    let url = Url::parse(src).ok();
    url.as_ref().and_then(Url::host_str).is_some_and(|host| {
        PLAYERS
            .iter()
            .any(|player| host.strip_suffix(player).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::markdown;
    use crate::error::Result;

    const ORIGIN: &str = "https://desk.test";

    fn read(text: &str) -> Result<String> {
        super::read(text, ORIGIN, "body")
    }

    fn read_markdown(text: &str) -> Result<String> {
        super::read_markdown(text, ORIGIN, "body_markdown")
    }

    #[test]
    fn bodies_are_normalized() {
        for (text, html) in [
            ("Body of the Article", "<p class=\"no-margin\">Body of the Article</p>"),
            ("one\n\ntwo <3", "<p class=\"no-margin\">one</p><p class=\"no-margin\">two &lt;3</p>"),
            ("<p>a</p>", "<p class=\"no-margin\">a</p>"),
            ("<div>a <span>b</span></div>c", "<p class=\"no-margin\">a b</p><p class=\"no-margin\">c</p>"),
            ("<div><p>a</p><p>b</p></div>", "<p class=\"no-margin\">a</p><p class=\"no-margin\">b</p>"),
            ("<p class=\"intercom-align-center x\">a</p>", "<p class=\"no-margin intercom-align-center\">a</p>"),
            ("<h1>a</h1><h4>b</h4>", "<h1>a</h1><h2>b</h2>"),
            ("<ul><li>a</li><li><p>b</p></li></ul>", "<ul><li>a</li><li>b</li></ul>"),
            ("<table><tr><td>a</td></tr></table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"),
            ("<script>x</script><form>y</form><b>z</b>", "<p class=\"no-margin\"><b>z</b></p>"),
            ("<blockquote>a</blockquote>", "<p class=\"no-margin\">a</p>"),
            (
                "<a href=\"https://a.test/\" onclick=\"x\">a</a>",
                "<p class=\"no-margin\"><a href=\"https://a.test/\" rel=\"nofollow noopener noreferrer\">a</a></p>",
            ),
            (
                "<a href=\"javascript:x\">a</a>",
                "<p class=\"no-margin\"><a rel=\"nofollow noopener noreferrer\">a</a></p>",
            ),
            (
                "<iframe src=\"https://www.youtube.com/embed/1\"></iframe>",
                "<iframe src=\"https://www.youtube.com/embed/1\"></iframe>",
            ),
            ("<pre><code>a\n  b</code></pre>", "<pre><code>a\n  b</code></pre>"),
            ("<section>a</section><section>b</section>", "<p class=\"no-margin\">a</p><p class=\"no-margin\">b</p>"),
            (
                "<table><tr><td><p>a</p><p>b</p></td></tr></table>",
                "<table><tbody><tr><td>a<br>b</td></tr></tbody></table>",
            ),
            ("<img src=\"https://desk.test/oauth/sign_out\">", ""),
            (
                "<img src=\"https://desk.test/attachments/1\">",
                "<p class=\"no-margin\"><img src=\"https://desk.test/attachments/1\"></p>",
            ),
            ("<p></p> ", ""),
            ("", ""),
        ] {
            let html_of = read(text).unwrap();
            assert_eq!(html_of, html);
            assert_eq!(read(&html_of).unwrap(), html, "reading it again changes nothing");
        }
    }

    #[test]
    fn rejects_unsupported_elements() {
        for text in [
            "<dl><dt>a</dt></dl>",
            "<ul><li>a<ul><li>b</li></ul></li></ul>",
            "<ul></ul>",
            "<table></table>",
            "<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>",
            "<iframe src=\"https://evil.test/\"></iframe>",
            "<iframe src=\"https://notyoutube.com/\"></iframe>",
            "<img src=\"/a.png\">",
            "<img src=\"data:image/png;base64,AA\">",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn bodies_are_markdown_as_well() {
        for (text, html) in [
            (
                "# Hello\n\nA paragraph with **bold** text.\n",
                "<h1>Hello</h1><p class=\"no-margin\">A paragraph with <strong>bold</strong> text.</p>",
            ),
            ("- one\n- two\n", "<ul><li>one</li><li>two</li></ul>"),
            ("- one\n\n- two\n", "<ul><li>one</li><li>two</li></ul>"),
            ("`` ` `` and **b**\n", "<p class=\"no-margin\"><code>`</code> and <strong>b</strong></p>"),
            ("~~~~\n```\n~~~\n~~~~\n", "<pre><code>```\n~~~\n</code></pre>"),
            ("1. one\n2. two\n", "<ol><li>one</li><li>two</li></ol>"),
            ("```\na  b\n```\n", "<pre><code>a  b\n</code></pre>"),
            (
                "[here](https://a.test/) is `code`\n",
                "<p class=\"no-margin\"><a href=\"https://a.test/\" rel=\"nofollow noopener noreferrer\">here</a> is <code>code</code></p>",
            ),
            (
                "![alt](https://a.test/i.png)\n",
                "<p class=\"no-margin\"><img src=\"https://a.test/i.png\" alt=\"alt\"></p>",
            ),
            (
                "| a | b |\n| --- | --- |\n| 1 | 2 |\n",
                "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
            ),
            ("---\n", "<hr>"),
            ("1 \\* 2 \\# 3\n", "<p class=\"no-margin\">1 * 2 # 3</p>"),
        ] {
            let html_of = read_markdown(text).unwrap();
            assert_eq!(html_of, html);
            let again = read_markdown(&markdown(&html_of)).unwrap();
            assert_eq!(again, html, "{}", markdown(&html_of));
        }
        assert_eq!(markdown("<p class=\"no-margin\">Body of the Article</p>"), "Body of the Article\n");
        assert_eq!(markdown(""), "");
    }
}
