//! Texts that people write: whatever comes in, only harmless HTML is kept.

use std::sync::OnceLock;

use ammonia::Builder;

/// The elements that stay; of all others only the text does.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
/// The elements that stand for themselves; everything else is put into a paragraph.
const BLOCKS: &[&str] =
    &["<blockquote", "<div", "<h1", "<h2", "<h3", "<h4", "<hr", "<ol", "<p>", "<p ", "<pre", "<table", "<ul"];

/// HTML that can be shown to anyone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Reads what a person wrote: HTML is stripped of all that could act, plain text is escaped, and what is in no
    /// paragraph is put into one. None when nothing is left to see. It takes time with long texts, so it is done
    /// before a transaction starts.
    pub fn read(text: &str) -> Option<Html> {
        clean(text).map(Html)
    }

    /// The same of a text that is no HTML, whatever it looks like: all of it is kept and escaped.
    pub fn of_text(text: &str) -> Option<Html> {
        let html = paragraphs(text.trim());
        (!html.is_empty()).then_some(Html(html))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn clean(text: &str) -> Option<String> {
    let html = if is_html(text) { sanitizer().clean(text).to_string() } else { paragraphs(text) };
    let html = html.trim();
    if !visible(html) {
        return None;
    }
    let block = BLOCKS.iter().any(|tag| html.starts_with(tag));
    Some(if block { html.to_owned() } else { format!("<p>{html}</p>") })
}

fn sanitizer() -> &'static Builder<'static> {
    static SANITIZER: OnceLock<Builder<'static>> = OnceLock::new();
    SANITIZER.get_or_init(|| {
        let mut builder = Builder::empty();
        builder
            .tags(ELEMENTS.iter().copied().collect())
            .clean_content_tags(["script", "style", "title"].into_iter().collect())
            .tag_attributes(
                [
                    ("a", ["href"].into_iter().collect()),
                    ("img", ["src", "alt", "width", "height"].into_iter().collect()),
                    ("td", ["colspan", "rowspan"].into_iter().collect()),
                    ("th", ["colspan", "rowspan"].into_iter().collect()),
                ]
                .into(),
            )
            .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
            .link_rel(Some("nofollow noopener noreferrer"));
        builder
    })
}

/// Whether a text holds anything that looks like an element.
fn is_html(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let next = text[at + 1..].chars().next();
        next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'))
    })
}

/// Plain text: an empty line starts a paragraph, any other a line.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut html = String::with_capacity(text.len() + 16);
    for paragraph in text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
        html.push_str("<p>");
        for c in paragraph.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '\n' => html.push_str("<br>"),
                '\0' => {}
                c => html.push(c),
            }
        }
        html.push_str("</p>");
    }
    html
}

/// Whether there is a text or an image.
fn visible(html: &str) -> bool {
    let mut inside = false;
    html.contains("<img")
        || html.replace("&nbsp;", " ").chars().any(|c| {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c => return !inside && !c.is_whitespace(),
            }
            false
        })
}

/// HTML that was read here, as plain text: blocks on lines of their own, links as `label (url)`.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut link = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        unescape(&rest[..at], &mut text);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        element(&rest[at..end], &mut text, &mut link);
        rest = &rest[end..];
    }
    unescape(rest, &mut text);
    text.trim().to_owned()
}

/// What an element means in plain text. `link` is where the open link leads, and where its label starts.
fn element(tag: &str, text: &mut String, link: &mut Option<(String, usize)>) {
    let inner = tag.trim_start_matches('<').trim_end_matches('>');
    let name = inner.split([' ', '/']).find(|n| !n.is_empty()).unwrap_or("");
    let ends = inner.starts_with('/');
    match name {
        "a" if !ends => {
            let mut url = String::new();
            unescape(attribute(inner, "href").unwrap_or(""), &mut url);
            *link = Some((url, text.len()));
        }
        "a" => {
            if let Some((url, start)) = link.take()
                && !url.is_empty()
                && text.get(start..).is_some_and(|label| label.trim() != url)
            {
                text.push_str(&format!(" ({url})"));
            }
        }
        "br" | "hr" => text.push('\n'),
        "li" if !ends => text.push_str("- "),
        "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "pre" | "blockquote" | "tr"
            if ends && !text.ends_with('\n') =>
        {
            text.push('\n');
        }
        "td" | "th" if ends => text.push(' '),
        _ => {}
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

fn unescape(html: &str, out: &mut String) {
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let known = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&#39;", "'")];
        let (len, text) = known
            .iter()
            .find(|(entity, _)| rest[at..].starts_with(entity))
            .map_or((1, "&"), |(entity, text)| (entity.len(), *text));
        out.push_str(text);
        rest = &rest[at + len..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn html_reads_as_plain_text() {
        let html = "<p>Hi <b>you</b> &amp; <a href=\"https://a.test/?x=1&amp;y=2\">all</a></p><ul><li>one</li><li>two</li></ul>";
        assert_eq!(super::plain(html), "Hi you & all (https://a.test/?x=1&y=2)\n- one\n- two");
        assert_eq!(super::plain("<p><a href=\"https://a.test\">https://a.test</a></p>"), "https://a.test");
        assert_eq!(super::plain("1 &lt; 2"), "1 < 2");
    }

    #[track_caller]
    fn becomes(text: &str, html: &str) {
        assert_eq!(clean(text).as_deref(), Some(html));
    }

    #[test]
    fn plain_text_is_escaped_and_put_into_paragraphs() {
        becomes("Hello", "<p>Hello</p>");
        becomes("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>");
        becomes("one\ntwo\r\n\r\nthree", "<p>one<br>two</p><p>three</p>");
    }

    #[test]
    fn html_keeps_its_form_and_loses_what_could_act() {
        becomes("<p>Hi <b>you</b></p>", "<p>Hi <b>you</b></p>");
        becomes("Hi <b onclick=x>you</b><script>alert(1)</script>", "<p>Hi <b>you</b></p>");
        becomes("<a href=\"javascript:x\">a</a>", "<p><a rel=\"nofollow noopener noreferrer\">a</a></p>");
        becomes("<ul><li>a</li></ul>", "<ul><li>a</li></ul>");
        becomes("<p style=\"position:fixed\">a</p><svg onload=x>", "<p>a</p>");
    }

    #[test]
    fn what_shows_nothing_is_nothing() {
        for text in ["", " \n ", "<p> &nbsp;</p>", "<script>x</script>", "<br>"] {
            assert_eq!(clean(text), None, "{text}");
        }
    }
}
