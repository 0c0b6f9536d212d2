//! Placeholders of macros: `{{user.name|fallback:"there"}}` stands for an attribute.

use crate::html::element_end;

/// Replaces each placeholder in escaped HTML by `<attribute key="user.name" default="there"/>`. Malformed placeholders
/// are left as they are.
pub(super) fn to_elements(html: &str) -> String {
    replace(html, |key, fallback| {
        let default = fallback.map(|text| format!(" default=\"{}\"", text.replace('"', "&quot;"))).unwrap_or_default();
        format!("<attribute key=\"{key}\"{default}/>")
    })
}

/// Replaces each placeholder by what `with` returns for its key and its fallback.
pub(super) fn replace(text: &str, mut with: impl FnMut(&str, Option<&str>) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        if let Some(((key, fallback), end)) = at_start(from) {
            out.push_str(&with(key, fallback));
            rest = &from[end..];
        } else {
            out.push_str("{{");
            rest = &from[2..];
        }
    }
    out.push_str(rest);
    out
}

/// The number of placeholders in a text.
pub(super) fn count(text: &str) -> usize {
    let mut count = 0;
    replace(text, |_, _| {
        count += 1;
        String::new()
    });
    count
}

/// The beginning of a text, of about `characters` characters. It never splits a placeholder.
pub(super) fn beginning(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|at| from + at).filter(|start| *start < end) {
        match at_start(&text[start..]) {
            Some((_, length)) if start + length > end => return &text[..start + length],
            Some((_, length)) => from = start + length,
            None => from = start + 2,
        }
    }
    &text[..end]
}

/// The placeholder at the start of a text, and its length.
fn at_start(text: &str) -> Option<((&str, Option<&str>), usize)> {
    let inside = inside(text.get(2..)?)?;
    Some((placeholder(inside)?, inside.len() + 4))
}

/// The text before the closing braces. The next opening braces end the search, so the searches of a whole text read each
/// character once.
fn inside(text: &str) -> Option<&str> {
    let braces = text.as_bytes().windows(2).position(|pair| matches!(pair, b"{{" | b"}}"))?;
    let (inside, rest) = text.split_at(braces);
    rest.starts_with("}}").then_some(inside)
}

/// Replaces each text node of HTML.
pub(super) fn in_texts(html: &str, mut with: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while !rest.is_empty() {
        let (text, from) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        out.push_str(&with(text));
        let (element, after) = from.split_at(if from.is_empty() { 0 } else { element_end(from) });
        out.push_str(element);
        rest = after;
    }
    out
}

/// The key and the fallback between the braces.
fn placeholder(inside: &str) -> Option<(&str, Option<&str>)> {
    let (key, fallback) = match inside.split_once('|') {
        Some((key, fallback)) => (key.trim(), Some(quoted(fallback)?)),
        None => (inside.trim(), None),
    };
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    is_key.then_some((key, fallback))
}

/// The string in `fallback: "string"`.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim().strip_prefix("fallback")?.trim_start().strip_prefix(':')?.trim();
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

#[cfg(test)]
mod tests {
    use super::{beginning, count, in_texts, inside, to_elements};

    #[test]
    fn elements_stay_as_they_are() {
        let html = r#"<p><a href="https://a.test/?{{a}}" title="x>{{b}}">{{c}}</a> &lt;{{d}}</p>"#;
        let filled = r#"<p><a href="https://a.test/?{{a}}" title="x>{{b}}"><attribute key="c"/></a> &lt;<attribute key="d"/></p>"#;
        assert_eq!(in_texts(html, to_elements), filled);
        assert_eq!(in_texts("", to_elements), "");
    }

    #[test]
    fn placeholders_become_elements() {
        for (text, html) in [
            (r#"Hi {{user.name|fallback:"there"}}!"#, r#"Hi <attribute key="user.name" default="there"/>!"#),
            ("{{user.name | fallback: 'you'}}", r#"<attribute key="user.name" default="you"/>"#),
            ("{{ app.id }}{{a_b-1.c}}", r#"<attribute key="app.id"/><attribute key="a_b-1.c"/>"#),
            (r#"{{a|fallback:'x "y" &lt;'}}"#, r#"<attribute key="a" default="x &quot;y&quot; &lt;"/>"#),
            (r#"{{a|fallback:""}}"#, r#"<attribute key="a" default=""/>"#),
        ] {
            assert_eq!(to_elements(text), html);
        }
    }

    #[test]
    fn no_placeholder_is_cut_in_two() {
        let text = r#"Hi {{user.name|fallback:"you"}}, {{a b}} é"#;
        for (characters, shown) in [
            (2, "Hi"),
            (3, "Hi "),
            (4, r#"Hi {{user.name|fallback:"you"}}"#),
            (32, r#"Hi {{user.name|fallback:"you"}},"#),
            (38, r#"Hi {{user.name|fallback:"you"}}, {{a b"#),
            (100, text),
        ] {
            assert_eq!(beginning(text, characters), shown, "{characters}");
        }
    }

    #[test]
    fn the_next_opening_braces_end_a_search() {
        for (text, found) in [
            ("a}} b}}", Some("a")),
            ("a}}}", Some("a")),
            ("{a}}", Some("{a")),
            ("a {{b}}", None),
            ("{{b}}", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(inside(text), found, "{text}");
        }
        let many = "{{".repeat(100_000);
        assert_eq!(to_elements(&many), many);
        assert_eq!(beginning(&many, 150_000).len(), 150_000);
    }

    #[test]
    fn text_that_is_not_a_placeholder_is_kept() {
        for text in
            ["{{", "{{}}", "{{a b}}", "{{a|b}}", "{{a|fallback:x}}", "{{a|fallback:\"}}", "}}{{a", "{a}", "{{é\"}}"]
        {
            assert_eq!(to_elements(text), text);
        }
        assert_eq!(to_elements("{{ {{a}}"), r#"{{ <attribute key="a"/>"#);
        assert_eq!(count("{{ {{a}} {{b|fallback:'c'}} {{d e}}"), 2);
    }
}
