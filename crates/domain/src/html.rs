//! Sanitizing HTML and text that people write.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use ammonia::{Builder, Url, UrlRelative};
use askama::Template;
use askama::filters::HtmlSafe;

use crate::error::{Error, Result};
use crate::markup;

/// The allowed elements; of all others only the text is kept.
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
/// The block elements; all other content is wrapped in a paragraph.
const BLOCKS: &[&str] =
    &["<blockquote", "<div", "<h1", "<h2", "<h3", "<h4", "<hr", "<ol", "<p>", "<p ", "<pre", "<table", "<ul"];

/// Where the paths of attachments begin.
const FILES: &str = "/attachments/";

/// Sanitized HTML. Templates do not escape it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

impl Html {
    /// Sanitizes what a person wrote: HTML loses everything active, plain text is escaped except for its character
    /// references, and content outside paragraphs is wrapped in one. `None` if nothing visible is left. `origin` is the
    /// URL of this server, of which images may show attachments only; their sources may be paths. HTML that would become
    /// too large is rejected by the name of its field. Long texts take time: call it before a transaction.
    pub fn read(text: &str, origin: &str, field: &'static str) -> Result<Option<Html>> {
        markup::check(text, field)?;
        Ok(clean(text, origin).map(Html))
    }

    /// The same for plain text: all of it is kept and escaped, even if it looks like HTML.
    pub fn of_text(text: &str) -> Option<Html> {
        let html = paragraphs(text.trim(), |_| false);
        (!html.is_empty()).then_some(Html(html))
    }

    /// Text for the inside of an element: escaped, without paragraphs. Subjects are stored in this form.
    pub(crate) fn inline(text: &str) -> Html {
        let mut html = String::with_capacity(text.len());
        lines(text.trim(), |_| false, &mut html);
        Html(html)
    }

    /// HTML from the database, which [`Html::read`] sanitized before it was stored.
    pub(crate) fn stored(html: String) -> Html {
        Html(html)
    }

    /// Renders a template.
    pub(crate) fn render(template: &impl Template) -> Result<Html> {
        template.render().map(Html).map_err(Error::internal)
    }

    /// The HTML as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn clean(text: &str, origin: &str) -> Option<String> {
    let html = if is_html(text) {
        with_live_images(&sanitizer().clean(text).to_string(), origin)
    } else {
        let known = references(text);
        paragraphs(text, |reference| known.contains(reference))
    };
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
        let mut builder = rules(ELEMENTS, &["script", "style", "title"]);
        // The filter of `rules` rejects all of them but the paths of attachments.
        builder.url_relative(UrlRelative::PassThrough);
        builder
    })
}

/// A sanitizer that keeps these elements with their harmless attributes and web URLs. `dropped` elements are removed
/// with their content.
pub(crate) fn rules(elements: &[&'static str], dropped: &[&'static str]) -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(elements.iter().copied().collect())
        .clean_content_tags(dropped.iter().copied().collect())
        .tag_attributes(
            [
                ("a", ["href"].into_iter().collect()),
                ("iframe", ["src"].into_iter().collect()),
                ("img", ["src", "alt", "width", "height"].into_iter().collect()),
                ("td", ["colspan", "rowspan"].into_iter().collect()),
                ("th", ["colspan", "rowspan"].into_iter().collect()),
            ]
            .into(),
        )
        .url_schemes(["http", "https", "mailto", "tel"].into_iter().collect())
        .url_relative(UrlRelative::Deny)
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("a", "href") => address(value, &["mailto", "tel"]).map(Cow::Owned),
            ("img", "src") if value.starts_with(FILES) => Some(Cow::Borrowed(value)),
            ("img" | "iframe", "src") => address(value, &[]).map(Cow::Owned),
            _ => Some(Cow::Borrowed(value)),
        })
        .link_rel(Some("nofollow noopener noreferrer"));
    builder
}

/// The URL that browsers read from a value, if it is a web URL or has one of these schemes. `http:x` is rejected,
/// because browsers resolve it against the current page.
pub(crate) fn address(value: &str, schemes: &[&str]) -> Option<String> {
    let url = Url::parse(value).ok()?;
    let after = value.trim_start().get(url.scheme().len()..).unwrap_or("");
    let web = matches!(url.scheme(), "http" | "https") && url.has_host() && after.starts_with("://");
    (web || schemes.contains(&url.scheme())).then(|| url.into())
}

/// Whether a text is an absolute URL on the web.
pub(crate) fn is_web(text: &str) -> bool {
    address(text, &[]).is_some()
}

/// Whether an image may be loaded: from other servers, or from the attachments of this one.
pub(crate) fn is_alive(element: &str, own: Option<&Url>) -> bool {
    let mut src = String::new();
    unescape(attribute(element, "src").unwrap_or(""), &mut src);
    let Ok(url) = Url::parse(&src) else { return false };
    own.is_none_or(|own| url.origin() != own.origin()) || url.path().starts_with(FILES)
}

/// Removes images without a source from sanitized HTML, and completes the sources that are paths.
fn with_live_images(html: &str, origin: &str) -> String {
    let own = Url::parse(origin).ok();
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<img") {
        let end = at + element_end(&rest[at..]);
        kept.push_str(&rest[..at]);
        kept.push_str(&live_image(&rest[at..end], own.as_ref()).unwrap_or_default());
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

/// The tag of an image that may be loaded, with the whole URL as its source.
fn live_image<'t>(tag: &'t str, own: Option<&Url>) -> Option<Cow<'t, str>> {
    let Some(path) = attribute(tag, "src").filter(|src| src.starts_with(FILES)) else {
        return is_alive(tag, own).then_some(Cow::Borrowed(tag));
    };
    let mut src = String::new();
    unescape(path, &mut src);
    let url = own?.join(&src).ok()?;
    // This is the only character in a URL that must be escaped in an attribute.
    let whole = with_source(tag, &url.as_str().replace('&', "&amp;"));
    is_alive(&whole, own).then_some(Cow::Owned(whole))
}

/// The tag of an image with another source. Its other attributes may hold the same text as the source.
pub(crate) fn with_source(tag: &str, address: &str) -> String {
    const SOURCE: &str = "src=\"";
    let Some((before, rest)) = tag.split_once(SOURCE) else { return tag.to_owned() };
    let after = rest.find('"').map_or("", |end| &rest[end..]);
    format!("{before}{SOURCE}{address}{after}")
}

/// The end of the tag at the start of a text. A `>` in a quoted value does not end it.
pub(crate) fn element_end(html: &str) -> usize {
    let mut quoted = false;
    let end = html.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.map_or(html.len(), |end| end + 1)
}

/// The longest name of a character reference.
const MAX_REFERENCE_LENGTH: usize = 33;

/// The character reference at the start of a text, if there is one: `&amp;`, `&#39;`.
fn reference(text: &str) -> Option<&str> {
    let end = text.bytes().take(MAX_REFERENCE_LENGTH).position(|b| b == b';')?;
    let name = text[1..end].strip_prefix('#').unwrap_or(&text[1..end]);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| &text[..=end])
}

/// The character references in a text that HTML knows.
fn references(text: &str) -> HashSet<&str> {
    let found: HashSet<&str> = text.match_indices('&').filter_map(|(at, _)| reference(&text[at..])).collect();
    let found: Vec<&str> = found.into_iter().collect();
    // Parsed together, one per line. An unknown reference stays as it is, and so has at least three characters.
    let parsed = Builder::empty().clean(&found.join("\n")).to_string();
    let is_known = |line: &str| {
        let mut decoded = String::new();
        unescape(line, &mut decoded);
        (1..=2).contains(&decoded.chars().count())
    };
    found.iter().zip(parsed.split('\n')).filter(|(_, line)| is_known(line)).map(|(reference, _)| *reference).collect()
}

/// Whether a text contains anything that looks like an element.
pub(crate) fn is_html(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let next = text[at + 1..].chars().next();
        next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'))
    })
}

/// The HTML of plain text: an empty line starts a paragraph, any other a line. `known` character references are kept.
fn paragraphs(text: &str, known: impl Fn(&str) -> bool) -> String {
    let text = text.replace("\r\n", "\n");
    let mut html = String::with_capacity(text.len() + 16);
    for paragraph in text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
        html.push_str("<p>");
        lines(paragraph, &known, &mut html);
        html.push_str("</p>");
    }
    html
}

/// Appends the escaped lines of plain text. `known` character references are kept.
fn lines(text: &str, known: impl Fn(&str) -> bool, html: &mut String) {
    for (at, c) in text.char_indices() {
        match c {
            '&' if reference(&text[at..]).is_some_and(&known) => html.push('&'),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            '\0' => {}
            c => html.push(c),
        }
    }
}

/// Whether the HTML has text or an image.
pub(crate) fn visible(html: &str) -> bool {
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

/// Sanitized HTML as plain text: blocks on their own lines, links as `label (url)`.
pub fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut link = None;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        unescape(&rest[..at], &mut text);
        let end = at + element_end(&rest[at..]);
        element(&rest[at..end], &mut text, &mut link);
        rest = &rest[end..];
    }
    unescape(rest, &mut text);
    text.trim().to_owned()
}

/// Appends the plain text form of an element. `link` is the target of the open link, and where its label starts.
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
        "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "pre" | "blockquote" | "tr" => {
            let is_within_a_line = if ends { !text.ends_with('\n') } else { !text.ends_with(char::is_whitespace) };
            if is_within_a_line && (ends || !text.is_empty()) {
                text.push('\n');
            }
            if name == "li" && !ends {
                text.push_str("- ");
            }
        }
        "td" | "th" if ends => text.push(' '),
        _ => {}
    }
}

pub(crate) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

pub(crate) fn unescape(html: &str, out: &mut String) {
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
    /// The URL of this server.
    const OWN: &str = "https://help.test";

    fn clean(text: &str) -> Option<String> {
        super::clean(text, OWN)
    }

    #[test]
    fn html_reads_as_plain_text() {
        let html = "<p>Hi <b>you</b> &amp; <a href=\"https://a.test/?x=1&amp;y=2\">all</a></p><ul><li>one</li><li>two</li></ul>";
        assert_eq!(super::plain(html), "Hi you & all (https://a.test/?x=1&y=2)\n- one\n- two");
        assert_eq!(super::plain("<p><a href=\"https://a.test\">https://a.test</a></p>"), "https://a.test");
        assert_eq!(super::plain("1 &lt; 2"), "1 < 2");
        assert_eq!(super::plain("<b>a</b><p>b</p>c<ul><li><p>d</p></li></ul>"), "a\nb\nc\n- d");
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
    fn character_references_stay_and_all_else_is_escaped_once() {
        becomes("A &amp; B", "<p>A &amp; B</p>");
        becomes(
            "A & B &lt;i&gt; &#39;x&#x27; &hellip; &AMP;",
            "<p>A &amp; B &lt;i&gt; &#39;x&#x27; &hellip; &AMP;</p>",
        );
        becomes(
            "AT&T; &nosuch; &notit; &; &#; ?a=1&copy=2",
            "<p>AT&amp;T; &amp;nosuch; &amp;notit; &amp;; &amp;#; ?a=1&amp;copy=2</p>",
        );
        becomes("<p>A &amp; B & C</p>", "<p>A &amp; B &amp; C</p>");
        becomes("&lt;b&gt; & é&eacute;", "<p>&lt;b&gt; &amp; é&eacute;</p>");
        assert_eq!(super::Html::of_text("A &amp; B").unwrap().as_str(), "<p>A &amp;amp; B</p>");
    }

    #[test]
    fn links_and_images_lead_to_other_places_only() {
        for url in [
            "/oauth/sign_out",
            "oauth",
            "//evil.test",
            "\\\\evil.test",
            "javascript:x",
            "data:image/png;base64,AA",
            "http:oauth",
            "https:/oauth",
            "https:",
            "ht\ntp:/x",
            " //evil.test",
            "?x",
            "#x",
            "",
            "vbscript:x",
            "http:\\\\evil.test",
            "file:///etc/passwd",
        ] {
            becomes(&format!("<a href=\"{url}\">a</a>"), "<p><a rel=\"nofollow noopener noreferrer\">a</a></p>");
            becomes(&format!("<p>a<img src=\"{url}\" alt=\"b>c\">d</p>"), "<p>ad</p>");
        }
        becomes("<p>a<img alt=x></p>", "<p>a</p>");
        assert_eq!(clean("<img src=\"mailto:a@b.test\">"), None);
        for url in [
            "https://a.test/x.png?y=1#z",
            "http://a.test/",
            "https://help.test/attachments/w/1/x.png?signature=1",
            "https://help.test.evil.test/x",
        ] {
            becomes(&format!("<img src=\"{url}\">"), &format!("<p><img src=\"{url}\"></p>"));
        }
        for url in [
            "https://help.test/x",
            "https://HELP.test:443/oauth",
            "https://help.test/attachments/../oauth",
            "https://x@help.test/oauth",
        ] {
            assert_eq!(clean(&format!("<img src=\"{url}\">")), None, "{url}");
        }
        for url in ["mailto:a@b.test", "tel:+1415", "https://help.test/x"] {
            becomes(
                &format!("<a href=\"{url}\">a</a>"),
                &format!("<p><a href=\"{url}\" rel=\"nofollow noopener noreferrer\">a</a></p>"),
            );
        }
    }

    #[test]
    fn only_the_source_of_an_image_changes() {
        becomes(
            "<p><img alt='/attachments/1' src='/attachments/1?a=1&b=2'></p>",
            "<p><img alt=\"/attachments/1\" src=\"https://help.test/attachments/1?a=1&amp;b=2\"></p>",
        );
        for text in ["src=\"/attachments/1\"", "<code>&lt;img src=\"/attachments/1\"&gt;</code>"] {
            becomes(&format!("<p>{text}</p>"), &format!("<p>{text}</p>"));
        }
        for path in ["/attachments/../oauth", "/attachments", "attachments/1", "/oauth"] {
            assert_eq!(clean(&format!("<img src=\"{path}\">")), None, "{path}");
        }
        becomes("<a href=\"/attachments/1\">a</a>", "<p><a rel=\"nofollow noopener noreferrer\">a</a></p>");
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
    fn html_without_visible_content_is_empty() {
        for text in ["", " \n ", "<p> &nbsp;</p>", "<script>x</script>", "<br>"] {
            assert_eq!(clean(text), None, "{text}");
        }
    }
}
