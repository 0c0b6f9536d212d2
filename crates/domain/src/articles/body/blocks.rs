//! A body as JSON blocks.

use serde_json::{Value, json};

use super::tree::{self, Node, attribute};
use crate::error::{Error, Result};

/// The maximum number of blocks of a body, and rows, cells and items of a block.
const MAX_ITEMS: usize = 1_000;

/// The blocks of a normalized body.
pub fn blocks(html: &str) -> Vec<Value> {
    tree::parse(html).iter().map(block).collect()
}

fn block(node: &Node<'_>) -> Value {
    let Node::Element { name, children, .. } = node else { return paragraph(node.text()) };
    let text = || text_of(children);
    match *name {
        "h1" => json!({"type": "heading", "text": text()}),
        "h2" => json!({"type": "subheading", "text": text()}),
        "pre" => json!({"type": "code", "text": text()}),
        "hr" => json!({"type": "horizontalRule"}),
        "ul" | "ol" => {
            let items: Vec<String> = children.iter().map(|item| text_of(item.children())).collect();
            json!({"type": if *name == "ul" { "unorderedList" } else { "orderedList" }, "items": items})
        }
        "table" => {
            let cell = |cell: &Node<'_>| json!({"content": [paragraph(&text_of(cell.children()))]});
            let row = |row: &Node<'_>| json!({"cells": row.children().iter().map(cell).collect::<Vec<_>>()});
            json!({"type": "table", "rows": children.iter().flat_map(Node::children).map(row).collect::<Vec<_>>()})
        }
        "iframe" => json!({"type": "video", "url": own(node, "src")}),
        _ => match children.as_slice() {
            [image @ Node::Element { name: "img", .. }] => {
                let alt = own(image, "alt").filter(|alt| !alt.is_empty());
                let mut block = json!({"type": "image", "url": own(image, "src")});
                if let Some(alt) = alt {
                    block["altText"] = alt.into();
                }
                block
            }
            _ => paragraph(&text()),
        },
    }
}

fn paragraph(text: &str) -> Value {
    json!({"type": "paragraph", "text": text})
}

fn own(node: &Node<'_>, name: &str) -> Option<String> {
    if let Node::Element { tag, .. } = node { attribute(tag, name) } else { None }
}

/// The content of an element as the text of a block: HTML, except that `>`, and `&` before a space, are not escaped.
fn text_of(children: &[Node<'_>]) -> String {
    let mut html = String::new();
    write(children, &mut html);
    html
}

fn write(nodes: &[Node<'_>], html: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => {
                html.push_str(&text.replace("&gt;", ">").replace("&amp; ", "& ").replace("&nbsp;", "\u{a0}"));
            }
            Node::Element { name, tag, children } => {
                html.push_str(tag);
                if !tree::VOID.contains(name) {
                    write(children, html);
                    html.push_str(&format!("</{name}>"));
                }
            }
        }
    }
}

/// Reads a body given as blocks. Returns HTML in the form that [`read`](super::read) returns.
pub fn read_blocks(blocks: &[Value], origin: &str, field: &'static str) -> Result<String> {
    let mut html = String::new();
    bounded(blocks, field)?;
    for block in blocks {
        put(block, field, &mut html)?;
    }
    super::read(&html, origin, field)
}

fn put(block: &Value, field: &'static str, html: &mut String) -> Result<()> {
    let kind = block["type"].as_str().unwrap_or_default();
    let text = || {
        block["text"]
            .as_str()
            .ok_or_else(|| invalid_field(field, &format!("has a block of type '{kind}' without a text")))
    };
    match kind {
        "paragraph" => html.push_str(&format!("<p>{}</p>", text()?)),
        "heading" => html.push_str(&format!("<h1>{}</h1>", text()?)),
        "subheading" | "subheading3" | "subheading4" => html.push_str(&format!("<h2>{}</h2>", text()?)),
        "code" | "codeBlock" => html.push_str(&format!("<pre>{}</pre>", text()?)),
        "html" => html.push_str(text().or_else(|error| block["content"].as_str().ok_or(error))?),
        "horizontalRule" => html.push_str("<hr>"),
        "unorderedList" | "orderedList" | "unorderedNestedList" | "orderedNestedList" => {
            let list = if kind.starts_with("un") { "ul" } else { "ol" };
            html.push_str(&format!("<{list}>"));
            for item in list_of(block, "items", field)? {
                let text =
                    item.as_str().or_else(|| item["text"].as_str()).or_else(|| item["content"][0]["text"].as_str());
                let text = text.ok_or_else(|| invalid_field(field, "has a list with an item that is not a text"))?;
                html.push_str(&format!("<li>{text}</li>"));
            }
            html.push_str(&format!("</{list}>"));
        }
        "image" => {
            let attributes = [("src", url(block, field)?), ("alt", block["altText"].as_str().unwrap_or_default())];
            element("img", &attributes, html);
        }
        "video" => {
            element("iframe", &[("src", url(block, field)?)], html);
            html.push_str("</iframe>");
        }
        "table" => table(block, field, html)?,
        _ => return Err(invalid_field(field, &format!("has a block of an unknown type '{kind}'"))),
    }
    Ok(())
}

fn table(block: &Value, field: &'static str, html: &mut String) -> Result<()> {
    html.push_str("<table>");
    for row in list_of(block, "rows", field)? {
        html.push_str("<tr>");
        for cell in list_of(row, "cells", field)? {
            html.push_str("<td>");
            for block in list_of(cell, "content", field)? {
                put(block, field, html)?;
            }
            html.push_str("</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</table>");
    Ok(())
}

fn list_of<'v>(of: &'v Value, name: &str, field: &'static str) -> Result<&'v [Value]> {
    let list = of[name].as_array().ok_or_else(|| invalid_field(field, &format!("has a block without {name}")))?;
    bounded(list, field)?;
    Ok(list)
}

fn bounded(list: &[Value], field: &'static str) -> Result<()> {
    if list.len() > MAX_ITEMS {
        Err(invalid_field(field, &format!("has more than {MAX_ITEMS} blocks, items, rows or cells")))
    } else {
        Ok(())
    }
}

fn url<'v>(block: &'v Value, field: &'static str) -> Result<&'v str> {
    block["url"].as_str().ok_or_else(|| invalid_field(field, "has an image or a video without a url"))
}

fn element(name: &str, attributes: &[(&str, &str)], html: &mut String) {
    html.push_str(&format!("<{name}"));
    for (name, value) in attributes {
        html.push_str(&format!(" {name}=\"{}\"", value.replace('&', "&amp;").replace('"', "&quot;")));
    }
    html.push('>');
}

fn invalid_field(field: &'static str, message: &str) -> Error {
    Error::invalid(format!("{field} {message}")).field(field)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{blocks, read_blocks};

    fn read(blocks: &Value) -> crate::error::Result<String> {
        read_blocks(blocks.as_array().unwrap(), "https://desk.test", "json_blocks")
    }

    #[test]
    fn blocks_are_given_as_they_were_read() {
        let all = json!([
            {"type": "heading", "text": "Passwords"},
            {"type": "paragraph", "text": "Settings > Security & more <b>now</b>"},
            {"type": "subheading", "text": "More"},
            {"type": "unorderedList", "items": ["one", "<i>two</i>"]},
            {"type": "orderedList", "items": ["one"]},
            {"type": "code", "text": "a\n  b"},
            {"type": "horizontalRule"},
            {"type": "image", "url": "https://a.test/i.png", "altText": "alt \"x\""},
            {"type": "video", "url": "https://www.youtube.com/embed/1"},
            {"type": "table", "rows": [{"cells": [{"content": [{"type": "paragraph", "text": "a"}]}]}]},
            {"type": "paragraph", "text": "1 &lt; 2 &amp;& <a href=\"https://a.test/\" rel=\"nofollow noopener noreferrer\">here</a>"},
        ]);
        let html = read(&all).unwrap();
        assert_eq!(json!(blocks(&html)), all, "{html}");
        let markdown = crate::articles::body::markdown(&html);
        let again = crate::articles::body::read_markdown(&markdown, "https://desk.test", "body_markdown").unwrap();
        let heads = |all: &[Value]| all.iter().map(|block| block["type"].clone()).collect::<Vec<_>>();
        assert_eq!(heads(&blocks(&again)), heads(&blocks(&html)), "{markdown}");
        assert!(blocks("").is_empty());
    }

    #[test]
    fn rejects_invalid_blocks() {
        for wrong in [
            json!([1]),
            json!([{}]),
            json!([{"type": "paragraph"}]),
            json!([{"type": "nothing", "text": "x"}]),
            json!([{"type": "orderedList", "items": [1]}]),
            json!([{"type": "orderedList", "items": []}]),
            json!([{"type": "image", "url": "x"}]),
            json!([{"type": "video", "url": "https://evil.test/"}]),
            json!([{"type": "table", "rows": [{}]}]),
            json!(vec![json!({"type": "horizontalRule"}); 1_001]),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
