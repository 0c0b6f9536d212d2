//! Parses the output of the sanitizer to a tree.

use crate::html::{self, element_end, unescape};

/// A node of a document.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// Text, with its character references.
    Text(&'a str),
    /// An element.
    Element {
        name: &'a str,
        /// The start tag, from `<` to `>`.
        tag: &'a str,
        children: Vec<Node<'a>>,
    },
}

impl<'a> Node<'a> {
    /// The text, unless it is an element.
    pub(super) fn text(&self) -> &'a str {
        if let Node::Text(text) = self { text } else { "" }
    }

    /// The name of the element, unless it is text.
    pub(super) fn name(&self) -> &'a str {
        if let Node::Element { name, .. } = self { name } else { "" }
    }

    /// Its child nodes.
    pub(super) fn children(&self) -> &[Node<'a>] {
        if let Node::Element { children, .. } = self { children } else { &[] }
    }

    /// Whether it is an element with this name.
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Node::Element { name, .. } if *name == wanted)
    }

    /// Whether it has a descendant element with this name.
    pub(super) fn has(&self, wanted: &str) -> bool {
        self.children().iter().any(|child| child.is(wanted) || child.has(wanted))
    }
}

/// The value of an attribute.
pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut value = String::new();
    unescape(html::attribute(tag, &format!(" {name}"))?, &mut value);
    Some(value)
}

/// Elements without an end tag.
pub(super) const VOID: &[&str] = &["br", "hr", "img"];

/// Parses HTML in which each element that is not void has an end tag.
pub(super) fn parse(html: &str) -> Vec<Node<'_>> {
    let mut open: Vec<(&str, &str, Vec<Node<'_>>)> = Vec::new();
    let mut nodes = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        if at > 0 {
            nodes.push(Node::Text(&rest[..at]));
            rest = &rest[at..];
            continue;
        }
        let (tag, after) = rest.split_at(element_end(rest));
        rest = after;
        let name = tag.trim_start_matches(['<', '/']).split([' ', '>', '/']).next().unwrap_or("");
        if tag.starts_with("</") {
            if let Some((name, tag, before)) = open.pop() {
                let children = std::mem::replace(&mut nodes, before);
                nodes.push(Node::Element { name, tag, children });
            }
        } else if VOID.contains(&name) {
            nodes.push(Node::Element { name, tag, children: Vec::new() });
        } else {
            open.push((name, tag, std::mem::take(&mut nodes)));
        }
    }
    nodes
}
