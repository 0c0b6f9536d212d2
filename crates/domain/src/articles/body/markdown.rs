//! A body as Markdown, and Markdown as HTML.

use std::collections::VecDeque;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::spans::{self, Place};
use super::tree::{self, Node};

/// The maximum number of cells of a table whose rows are padded to the same length.
const MAX_CELLS: usize = 10_000;

/// The Markdown of a normalized body.
pub fn markdown(html: &str) -> String {
    let mut blocks = Vec::new();
    // The element of the previous block, and whether it is a list with the alternate marker.
    let mut before = ("", false);
    for node in &tree::parse(html) {
        let other = node.name() == before.0 && !before.1;
        let text = block(node, other);
        if !text.is_empty() {
            before = (node.name(), other);
            blocks.push(text);
        }
    }
    let mut text = blocks.join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The Markdown of a block. Two adjacent lists would be read as one, so the second uses the alternate marker.
fn block(node: &Node<'_>, other: bool) -> String {
    let Node::Element { name, tag, children } = node else {
        return spans::line(std::slice::from_ref(node), Place::Paragraph);
    };
    match *name {
        "h1" => heading("#", children),
        "h2" => heading("##", children),
        "hr" => "---".to_owned(),
        "pre" => {
            let mut text = String::new();
            spans::plain(children, &mut text);
            let fence = "`".repeat((spans::longest_run(&text, '`') + 1).max(3));
            format!("{fence}\n{}\n{fence}", text.trim_end_matches('\n'))
        }
        "ul" => {
            let marker = if other { "*" } else { "-" };
            children.iter().map(|item| list_item(marker, item)).collect::<Vec<_>>().join("\n")
        }
        "ol" => {
            let end = if other { ')' } else { '.' };
            let items = (1..).zip(children).map(|(n, item)| list_item(&format!("{n}{end}"), item));
            items.collect::<Vec<_>>().join("\n")
        }
        "table" => table(children),
        // CommonMark has no syntax for videos, but accepts HTML.
        "iframe" => format!("{tag}</iframe>"),
        _ => {
            let line = spans::line(children, Place::Paragraph);
            // Alone on a line, it would be an HTML block and not a paragraph.
            if line == "<br>" { "<p><br></p>".to_owned() } else { line }
        }
    }
}

fn heading(level: &str, children: &[Node<'_>]) -> String {
    format!("{level} {}", spans::line(children, Place::Heading)).trim_end_matches(' ').to_owned()
}

fn list_item(marker: &str, item: &Node<'_>) -> String {
    let indent = format!("\n{}", " ".repeat(marker.len() + 1));
    let text = spans::line(item.children(), Place::Paragraph).replace('\n', &indent);
    format!("{marker} {text}").trim_end_matches(' ').to_owned()
}

/// A table. If the first row is not a header, an empty header is written, which is removed when the Markdown is read.
fn table(children: &[Node<'_>]) -> String {
    let rows: Vec<&[Node<'_>]> = children.iter().flat_map(Node::children).map(Node::children).collect();
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let is_small = rows.len().saturating_mul(columns) <= MAX_CELLS;
    let mut body = rows.as_slice();
    let mut head: &[Node<'_>] = &[];
    if let [first, rest @ ..] = body
        && is_head(first)
    {
        (head, body) = (*first, rest);
    }
    let mut lines = vec![row(head, columns), format!("|{}", " --- |".repeat(columns))];
    lines.extend(body.iter().map(|cells| row(cells, if is_small { columns } else { cells.len() })));
    lines.join("\n")
}

/// Whether a row is a header. Its first cell may be an empty `td`.
fn is_head(row: &[Node<'_>]) -> bool {
    row.iter().any(|cell| cell.is("th")) && row.iter().all(|cell| cell.is("th") || cell.children().is_empty())
}

fn row(cells: &[Node<'_>], columns: usize) -> String {
    let mut line = "|".to_owned();
    for column in 0..columns {
        let text = cells.get(column).map(|cell| spans::line(cell.children(), Place::Cell)).unwrap_or_default();
        line.push_str(&format!(" {text} |"));
    }
    line
}

/// The HTML of Markdown. An empty header of a table is removed if rows follow.
pub(super) fn html_of(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).peekable();
    let mut waiting = VecDeque::new();
    // The depth of enclosing images, whose description is plain text.
    let mut images = 0_usize;
    let events = std::iter::from_fn(|| {
        if let Some(event) = waiting.pop_front() {
            return Some(event);
        }
        let event = parser.next()?;
        match event {
            // Drops the line end after it, which would become text of the body.
            Event::HardBreak if images == 0 => return Some(Event::InlineHtml("<br>".into())),
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            Event::Start(Tag::TableHead) => {
                let is_in_head = |event: &Event<'_>| !matches!(event, Event::End(TagEnd::TableHead));
                while let Some(event) = parser.next_if(is_in_head) {
                    waiting.push_back(event);
                }
                let end = parser.next();
                let is_cell =
                    |event: &Event<'_>| matches!(event, Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell));
                if waiting.iter().all(is_cell) && matches!(parser.peek(), Some(Event::Start(Tag::TableRow))) {
                    waiting.clear();
                }
                waiting.extend(end);
            }
            _ => {}
        }
        Some(event)
    });
    pulldown_cmark::html::push_html(&mut html, events);
    html
}
