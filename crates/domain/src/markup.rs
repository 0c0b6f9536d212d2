//! Limits on HTML input, checked before it is sanitized.
//!
//! An HTML parser reopens unclosed formatting elements in every following block, with all their attributes, so a few
//! thousand bytes can become millions of elements. This module runs the sanitizer's parser with a tree that only
//! counts, and stops as soon as a limit is exceeded.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_fragment};

use crate::error::{Error, Result};

/// The maximum nesting depth.
const MAX_DEPTH: usize = 200;
/// The maximum number of elements.
const ELEMENTS: usize = 20_000;
/// The maximum total size of attributes, in bytes. Those of an element count again each time it is reopened.
const ATTRIBUTES: usize = 500_000;
/// The maximum number of attribute separators in a tag: comparing attributes takes quadratic time. Only separators are
/// counted, so that an attribute may contain a large image.
const SEPARATORS: usize = 4_000;
/// The maximum number of character references: the sanitizer scans the rest of the text at each of them.
const REFERENCES: usize = 10_000;
/// HTML up to this size, in bytes, is accepted unchecked: it cannot become large.
const SMALL: usize = 1 << 10;
/// The number of bytes parsed per step.
const STEP: usize = 32;

/// Rejects HTML that would be too deep or too large once parsed. The error has the name of the field.
pub fn check(html: &str, field: &'static str) -> Result<()> {
    if html.len() <= SMALL {
        return Ok(());
    }
    if html.bytes().filter(|byte| *byte == b'&').count() > REFERENCES {
        let message = format!("{field} has too many \"&\" (maximum is {REFERENCES})");
        return Err(Error::invalid(message).field(field));
    }
    if is_bounded(html) {
        return Ok(());
    }
    let message = format!("{field} has too many HTML elements or attributes, or too many elements inside each other");
    Err(Error::invalid(message).field(field))
}

fn is_bounded(html: &str) -> bool {
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let mut parser = parse_fragment(Census::default(), ParseOpts::default(), context, Vec::new(), false);
    let (mut rest, mut separators, mut seen) = (html, 0, 0);
    while !rest.is_empty() {
        let mut end = STEP.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (step, after) = rest.split_at(end);
        parser.process(StrTendril::from_slice(step));
        let census = &parser.tokenizer.sink.sink;
        if census.is_full() {
            return false;
        }
        // Until the parser has produced output, it may still be inside one tag.
        if census.made.get() != seen {
            (separators, seen) = (0, census.made.get());
        }
        separators += step.bytes().filter(|byte| byte.is_ascii_whitespace() || b"/\"'".contains(byte)).count();
        if separators > SEPARATORS {
            return false;
        }
        rest = after;
    }
    parser.finish()
}

/// A tree sink that counts nodes and discards them.
struct Census {
    document: Node,
    elements: Cell<usize>,
    attributes: Cell<usize>,
    deepest: Cell<usize>,
    /// The number of elements, texts and comments.
    made: Cell<usize>,
}

type Node = Rc<Element>;

struct Element {
    name: QualName,
    depth: Cell<usize>,
}

impl Element {
    fn new(name: QualName) -> Node {
        Rc::new(Element { name, depth: Cell::new(0) })
    }
}

impl Default for Census {
    fn default() -> Self {
        let document = Element::new(QualName::new(None, ns!(), local_name!("")));
        let [elements, attributes, deepest, made] = [(); 4].map(|()| Cell::new(0));
        Census { document, elements, attributes, deepest, made }
    }
}

impl Census {
    fn is_full(&self) -> bool {
        self.elements.get() > ELEMENTS || self.attributes.get() > ATTRIBUTES || self.deepest.get() > MAX_DEPTH
    }

    fn count(&self) {
        self.made.set(self.made.get() + 1);
    }

    fn place(&self, depth: usize, child: &NodeOrText<Node>) {
        self.count();
        if let NodeOrText::AppendNode(node) = child {
            node.depth.set(depth);
            self.deepest.set(self.deepest.get().max(depth));
        }
    }
}

impl TreeSink for Census {
    type Handle = Node;
    /// Whether the document is within all limits.
    type Output = bool;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> bool {
        !self.is_full()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Node {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Node) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Node {
        self.count();
        let bytes: usize = attrs.iter().map(|attribute| attribute.name.local.len() + attribute.value.len()).sum();
        self.elements.set(self.elements.get() + 1);
        self.attributes.set(self.attributes.get() + bytes);
        Element::new(name)
    }

    fn create_comment(&self, _: StrTendril) -> Node {
        self.count();
        self.document.clone()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        self.count();
        self.document.clone()
    }

    fn append(&self, parent: &Node, child: NodeOrText<Node>) {
        self.place(parent.depth.get() + 1, &child);
    }

    fn append_based_on_parent_node(&self, element: &Node, _: &Node, child: NodeOrText<Node>) {
        self.place(element.depth.get(), &child);
    }

    fn append_before_sibling(&self, sibling: &Node, child: NodeOrText<Node>) {
        self.place(sibling.depth.get(), &child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Node) -> Node {
        target.clone()
    }

    fn same_node(&self, x: &Node, y: &Node) -> bool {
        Rc::ptr_eq(x, y)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, _: &Node, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, _: &Node) {}

    fn reparent_children(&self, _: &Node, _: &Node) {}
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn accepts_what_people_write() {
        let letter = "<div><p>Dear <b>Ada</b>,<p>see <a href='https://a.test'>this</a><ul><li>one<li>two</ul></div>";
        let table = format!("<table>{}</table>", "<tr><td><b>1</b></td><td><font>x</font><br></td></tr>".repeat(1_000));
        let quotes = format!("{}x{}", "<blockquote>".repeat(50), "</blockquote>".repeat(50));
        let image = format!(
            "<p><img src=\"data:image/png;base64,{}\">",
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4/8".repeat(1_500)
        );
        let styled = "<p><span style=\"font-family: 'Segoe UI', Arial; color: #333\">text</span></p>".repeat(1_000);
        let plain = "one < two & three \u{e9}\u{1f600} ".repeat(4_000);
        for html in [&letter.repeat(300), &table, &quotes, &image, &styled, &plain, &"<p>".repeat(5_000)] {
            assert!(check(html, "body").is_ok(), "{}", &html[..html.len().min(80)]);
        }
    }

    #[test]
    fn rejects_what_grows_when_it_is_parsed() {
        let many = |n: usize| (0..n).map(|i| format!("<b id={i}>")).collect::<String>();
        let attributes = |n: usize| (0..n).map(|i| format!(" a{i}=1")).collect::<String>();
        for html in [
            format!("<p>{}{}", many(200), "<p>x".repeat(400)),
            format!("<p>{}{}", many(150), "<p>x".repeat(2_000)),
            format!("<p><b{}>x{}", attributes(3_000), "<p>x".repeat(8_000)),
            format!("<p><b{}>x", attributes(14_000)),
            format!(
                "<p>{}x{}",
                (0..1_000).map(|i| format!("<b id={i}><!--</b>-->")).collect::<String>(),
                "<p>x".repeat(300)
            ),
            "<div x=\"</div>\">".repeat(6_000),
            "<div>".repeat(10_000),
            "<ul><li>".repeat(5_000),
            "<a><div>".repeat(5_000),
            "<i><p>".repeat(5_000),
            format!(
                "{}{}",
                (0..1_000).map(|i| format!("<div><b id={i}></div>")).collect::<String>(),
                "<p>x".repeat(5_000)
            ),
        ] {
            assert!(check(&html, "body").is_err(), "{}", &html[..80]);
        }
    }

    /// Even the worst input is sanitized fast enough not to delay others.
    #[test]
    fn sanitizing_has_a_bounded_time() {
        let input = format!("<p>{}", (0..9_000).map(|i| format!("<b {i}><p>")).collect::<String>());
        let started = std::time::Instant::now();
        assert!(check(&input, "body").is_err());
        assert!(started.elapsed() < std::time::Duration::from_secs(1), "{:?}", started.elapsed());
    }
}
