//! Limits on HTML that people send, checked before it is parsed.
//!
//! A parser of HTML opens formatting elements that were never closed again in every block that follows, so that a few
//! thousand bytes can stand for millions of elements. This estimates from the tags alone, from above, how many there will be and
//! how deep they nest.

use crate::error::{Error, Result};

/// Elements inside each other.
const DEEPEST: usize = 200;
/// Elements in all.
const MOST: usize = 20_000;
/// Elements without an end.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements whose end is usually left out: the next of their kind ends them.
const ENDS_BY_ITSELF: &[&str] =
    &["colgroup", "dd", "dt", "li", "option", "optgroup", "p", "rp", "rt", "tbody", "tfoot", "thead", "tr"];
/// Elements that are opened again where they were never closed.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements inside which an end tag closes nothing outside.
const SCOPES: &[&str] =
    &["applet", "caption", "foreignobject", "marquee", "math", "object", "svg", "table", "td", "template", "th"];

/// Refuses HTML that would be too deep or too large once parsed, naming the field.
pub fn check(html: &str, field: &'static str) -> Result<()> {
    let (mut open, mut formatting, mut elements): (Vec<String>, Vec<String>, usize) = (Vec::new(), Vec::new(), 0);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let ends = rest.starts_with('/');
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name[..length].to_ascii_lowercase();
        if name.is_empty() {
            continue;
        }
        if ends {
            close(&mut open, &mut formatting, &name);
            continue;
        }
        elements += 1 + formatting.len();
        if !VOID.contains(&&*name) && !ENDS_BY_ITSELF.contains(&&*name) {
            if FORMATTING.contains(&&*name) {
                formatting.push(name.clone());
            }
            open.push(name);
        }
        if open.len() > DEEPEST || formatting.len() > DEEPEST || elements > MOST {
            let words = format!("{field} has too many HTML elements, or too many inside each other");
            return Err(Error::invalid(words).field(field));
        }
    }
    Ok(())
}

/// What an end tag closes: the innermost element of its name, unless that is outside the innermost scope.
fn close(open: &mut Vec<String>, formatting: &mut Vec<String>, name: &str) {
    let scope = SCOPES.contains(&name);
    let found = open.iter().rposition(|other| other == name || (!scope && SCOPES.contains(&&**other)));
    let Some(at) = found.filter(|at| open[*at] == name) else { return };
    if FORMATTING.contains(&name) {
        open.remove(at);
        if let Some(last) = formatting.iter().rposition(|other| other == name) {
            formatting.remove(last);
        }
    } else {
        open.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_people_write_passes() {
        let letter = "<div><p>Dear <b>Ada</b>,<p>see <a href='https://a.test'>this</a><ul><li>one<li>two</ul></div>";
        let table = format!("<table>{}</table>", "<tr><td><b>1</b></td><td><font>x</font><br></td></tr>".repeat(1_000));
        let quotes = format!("{}x{}", "<blockquote>".repeat(50), "</blockquote>".repeat(50));
        for html in
            ["plain < text > & more", letter, &letter.repeat(300), &table, &quotes, "<p>".repeat(5_000).as_str()]
        {
            assert!(check(html, "body").is_ok(), "{}", &html[..html.len().min(80)]);
        }
    }

    #[test]
    fn what_grows_when_it_is_parsed_is_refused() {
        let many = |n: usize| (0..n).map(|i| format!("<b id={i}>")).collect::<String>();
        for html in [
            format!("<p>{}{}", many(200), "<p>x".repeat(400)),
            format!("{}{}", many(150), "<p>x".repeat(2_000)),
            "<div>".repeat(10_000),
            "<ul><li>".repeat(5_000),
            "<a><div>".repeat(5_000),
            "<b>x</p>".repeat(5_000),
            format!("{}{}", "<b><table><tr><td></b></table>".repeat(1_000), "<p>x".repeat(5_000)),
            format!("{}{}", "<div><b></div>".repeat(1_000), "<p>x".repeat(5_000)),
        ] {
            assert!(check(&html, "body").is_err(), "{}", &html[..80]);
        }
    }
}
