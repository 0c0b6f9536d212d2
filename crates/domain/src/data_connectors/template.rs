//! Templates with variables: `{{order_id}}`.

/// The names of the variables in a template.
pub(super) fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim())
}

/// Replaces each variable. Empty braces are left as they are. The error is the name of an unknown variable.
pub(super) fn render(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut rest = text;
    let mut rendered = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        rendered.push_str(before);
        rendered.push_str(&value(name.trim()).ok_or_else(|| name.trim().to_owned())?);
        rest = after;
    }
    rendered.push_str(rest);
    Ok(rendered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_and_replaced_once() {
        let text = "{a} {{a}}/{{ b }}{{a}} }} {{";
        assert_eq!(variables(text).collect::<Vec<_>>(), ["a", "b", "a"]);
        let value = |name: &str| matches!(name, "a" | "b").then(|| format!("{{{{{name}}}}}"));
        assert_eq!(render(text, value), Ok("{a} {{a}}/{{b}}{{a}} }} {{".to_owned()));
        assert_eq!(render("{{c}}", value), Err("c".to_owned()));
    }
}
