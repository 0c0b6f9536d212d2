//! A body as Markdown.

use super::tree::{self, Node, attribute};
use crate::html::unescape;

/// The Markdown of a body that was read here.
pub fn markdown(html: &str) -> String {
    let blocks: Vec<String> = tree::parse(html).iter().map(block).filter(|block| !block.is_empty()).collect();
    let mut text = blocks.join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn block(node: &Node<'_>) -> String {
    let Node::Element { name, tag, children } = node else { return escaped(node.text()) };
    match *name {
        "h1" => format!("# {}", inline(children)),
        "h2" => format!("## {}", inline(children)),
        "hr" => "---".to_owned(),
        "pre" => {
            let mut text = String::new();
            plain(children, &mut text);
            let fence = "`".repeat((longest_run(&text, '`') + 1).max(3));
            format!("{fence}\n{}\n{fence}", text.trim_end_matches('\n'))
        }
        "ul" => children.iter().map(|item| format!("- {}", item_text(item))).collect::<Vec<_>>().join("\n"),
        "ol" => {
            let items = (1..).zip(children).map(|(n, item)| format!("{n}. {}", item_text(item)));
            items.collect::<Vec<_>>().join("\n")
        }
        "table" => table(children),
        // CommonMark has no videos, and takes HTML.
        "iframe" => format!("{tag}</iframe>"),
        _ => inline(children),
    }
}

fn item_text(item: &Node<'_>) -> String {
    inline(item.children()).replace('\n', "\n  ")
}

/// A table, whose first row is its head.
fn table(children: &[Node<'_>]) -> String {
    let mut lines = Vec::new();
    for row in children.iter().flat_map(Node::children) {
        let cells: Vec<String> = row
            .children()
            .iter()
            .map(|cell| inline(cell.children()).replace('|', "\\|").replace("\\\n", " "))
            .collect();
        lines.push(format!("| {} |", cells.join(" | ")));
        if lines.len() == 1 {
            lines.push(format!("|{}", " --- |".repeat(cells.len())));
        }
    }
    lines.join("\n")
}

fn inline(nodes: &[Node<'_>]) -> String {
    let mut text = String::new();
    for node in nodes {
        let Node::Element { name, tag, children } = node else {
            text.push_str(&escaped(node.text()));
            continue;
        };
        match *name {
            "br" => text.push_str("\\\n"),
            "img" => {
                let (alt, src) = (attribute(tag, "alt").unwrap_or_default(), attribute(tag, "src").unwrap_or_default());
                let alt = alt.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
                text.push_str(&format!("![{alt}]({})", target(&src)));
            }
            "b" | "strong" => text.push_str(&format!("**{}**", inline(children))),
            "i" | "em" => text.push_str(&format!("*{}*", inline(children))),
            "code" => {
                let mut code = String::new();
                plain(children, &mut code);
                let ticks = "`".repeat(longest_run(&code, '`') + 1);
                let space = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
                text.push_str(&format!("{ticks}{space}{code}{space}{ticks}"));
            }
            "a" => match attribute(tag, "href") {
                Some(href) => text.push_str(&format!("[{}]({})", inline(children), target(&href))),
                None => text.push_str(&inline(children)),
            },
            _ => text.push_str(&inline(children)),
        }
    }
    text
}

/// How many of a character there are in a row, at most.
fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

/// The text alone.
fn plain(nodes: &[Node<'_>], text: &mut String) {
    for node in nodes {
        unescape(node.text(), text);
        if node.is("br") {
            text.push('\n');
        }
        plain(node.children(), text);
    }
}

/// An address as a link takes it.
fn target(url: &str) -> String {
    url.replace('(', "%28").replace(')', "%29").replace(' ', "%20")
}

/// A text in which nothing means more than itself.
fn escaped(html: &str) -> String {
    let mut plain = String::new();
    unescape(html, &mut plain);
    let mut text = String::with_capacity(plain.len());
    let (mut starts, mut digits) = (true, false);
    for c in plain.chars() {
        let special = match c {
            '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '|' | '~' | '&' => true,
            '#' | '+' | '-' | '>' | '=' => starts,
            '.' | ')' => digits,
            _ => false,
        };
        if special {
            text.push('\\');
        }
        text.push(c);
        digits = (starts || digits) && c.is_ascii_digit();
        starts = c == '\n' || (starts && c == ' ');
    }
    text
}
