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

#[cfg(test)]
mod tests {
    use super::clean;

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
