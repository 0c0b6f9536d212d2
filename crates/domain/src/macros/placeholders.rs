//! Placeholders of macros: `{{user.name|fallback:"there"}}` stands for an attribute.

/// Replaces each placeholder in escaped HTML by `<attribute key="user.name" default="there"/>`. What only looks like a
/// placeholder stays.
pub(super) fn to_elements(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let found = from.find("}}").and_then(|end| Some((element(&from[2..end])?, end + 2)));
        if let Some((element, end)) = found {
            out.push_str(&element);
            rest = &from[end..];
        } else {
            out.push_str("{{");
            rest = &from[2..];
        }
    }
    out.push_str(rest);
    out
}

/// The element for what is between the braces.
fn element(inside: &str) -> Option<String> {
    let (key, fallback) = match inside.split_once('|') {
        Some((key, fallback)) => (key.trim(), Some(quoted(fallback)?)),
        None => (inside.trim(), None),
    };
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    let default = fallback.map(|text| format!(" default=\"{}\"", text.replace('"', "&quot;"))).unwrap_or_default();
    is_key.then(|| format!("<attribute key=\"{key}\"{default}/>"))
}

/// The text of `fallback: "text"`.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim().strip_prefix("fallback")?.trim_start().strip_prefix(':')?.trim();
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
}

#[cfg(test)]
mod tests {
    use super::to_elements;

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
    fn what_is_no_placeholder_stays() {
        for text in
            ["{{", "{{}}", "{{a b}}", "{{a|b}}", "{{a|fallback:x}}", "{{a|fallback:\"}}", "}}{{a", "{a}", "{{é\"}}"]
        {
            assert_eq!(to_elements(text), text);
        }
        assert_eq!(to_elements("{{ {{a}}"), r#"{{ <attribute key="a"/>"#);
    }
}
