//! What stands in a line, as Markdown.

use super::tree::{Node, attribute};
use crate::html::unescape;

/// Where a line stands. Only a paragraph can have several.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Paragraph,
    Heading,
    Cell,
}

/// Whether something is bold, and whether it is italic.
type Marks = [bool; 2];

/// What stands around a text that is bold or italic.
const STARS: [&str; 2] = ["**", "*"];
/// The same as HTML, where stars would be read as stars.
const ELEMENTS: [&str; 2] = ["strong", "em"];

/// The Markdown of what is in a block.
pub(super) fn line(nodes: &[Node<'_>], place: Place) -> String {
    let mut pieces = Pieces { all: Vec::new(), place };
    pieces.read(nodes, [false; 2], [false; 2]);
    let text = pieces.written(place == Place::Paragraph);
    text.trim_matches(|c: char| c.is_ascii_whitespace()).to_owned()
}

/// The text alone.
pub(super) fn plain(nodes: &[Node<'_>], text: &mut String) {
    for node in nodes {
        unescaped(node.text(), text);
        if node.is("br") {
            text.push('\n');
        }
        plain(node.children(), text);
    }
}

/// How many of a character there are in a row, at most.
pub(super) fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

struct Piece {
    marks: Marks,
    what: What,
}

enum What {
    /// A text that neither begins nor ends with white space.
    Text(String),
    Space(String),
    Break,
    Code(String),
    /// Markdown.
    Done(String),
}

impl Piece {
    /// Whether it can be neither the first nor the last of what is bold or italic.
    fn is_gap(&self) -> bool {
        matches!(self.what, What::Space(_) | What::Break)
    }

    fn is_break(&self) -> bool {
        matches!(self.what, What::Break)
    }

    /// Takes off marks that what is next to it does not have, where there is nothing to mark. `around` are those of the
    /// nearest piece that is no gap.
    fn fit(&mut self, around: &mut Marks) {
        if self.is_gap() {
            self.marks = both(self.marks, *around);
        } else {
            *around = self.marks;
        }
    }
}

/// What is in a block or in a link, without the elements.
struct Pieces {
    all: Vec<Piece>,
    place: Place,
}

impl Pieces {
    /// Reads nodes. `outer` are the marks of the link that all of this is in.
    fn read(&mut self, nodes: &[Node<'_>], marks: Marks, outer: Marks) {
        for node in nodes {
            let Node::Element { name, tag, children } = node else {
                let mut text = String::new();
                unescaped(node.text(), &mut text);
                self.text(&text, marks);
                continue;
            };
            match *name {
                "br" => self.line_break(marks),
                "img" => {
                    let (alt, src) =
                        (attribute(tag, "alt").unwrap_or_default(), attribute(tag, "src").unwrap_or_default());
                    let image = format!("![{}]({})", escaped(&squeezed(&alt, Place::Cell)), target(&src));
                    self.all.push(Piece { marks, what: What::Done(image) });
                }
                "b" | "strong" => self.read(children, [!outer[0], marks[1]], outer),
                "i" | "em" => self.read(children, [marks[0], !outer[1]], outer),
                "code" => {
                    let mut code = String::new();
                    plain(children, &mut code);
                    if code.is_empty() {
                        self.read(children, marks, outer);
                    } else {
                        self.code(&code.replace(['\n', '\r'], " "), marks);
                    }
                }
                "a" => match attribute(tag, "href") {
                    Some(href) => self.link(&href, children, marks, outer),
                    None => self.read(children, marks, outer),
                },
                _ => self.read(children, marks, outer),
            }
        }
    }

    fn text(&mut self, text: &str, marks: Marks) {
        let inner = text.trim_start();
        let (before, core) = (&text[..text.len() - inner.len()], inner.trim_end());
        self.space(before, marks);
        if !core.is_empty() {
            self.all.push(Piece { marks, what: What::Text(squeezed(core, self.place)) });
        }
        self.space(&inner[core.len()..], marks);
    }

    fn space(&mut self, space: &str, marks: Marks) {
        let space = match self.all.last_mut() {
            Some(Piece { marks: own, what: What::Space(before) }) => {
                if !space.is_empty() {
                    squeeze(space, self.place, before);
                    *own = both(*own, marks);
                }
                return;
            }
            Some(piece) if piece.is_break() => space.trim_start_matches(|c: char| c.is_ascii_whitespace()),
            _ => space,
        };
        if !space.is_empty() {
            self.all.push(Piece { marks, what: What::Space(squeezed(space, self.place)) });
        }
    }

    fn line_break(&mut self, marks: Marks) {
        if let Some(Piece { what: What::Space(space), .. }) = self.all.last_mut() {
            let kept = space.trim_end_matches(|c: char| c.is_ascii_whitespace()).len();
            space.truncate(kept);
            if kept == 0 {
                self.all.pop();
            }
        }
        self.all.push(Piece { marks, what: What::Break });
    }

    /// Code that follows code is the same code: two spans would be read as one.
    fn code(&mut self, code: &str, marks: Marks) {
        match self.all.last_mut() {
            Some(Piece { marks: own, what: What::Code(before) }) if *own == marks => before.push_str(code),
            _ => self.all.push(Piece { marks, what: What::Code(code.to_owned()) }),
        }
    }

    /// A link, with the white space at its ends around it.
    fn link(&mut self, href: &str, children: &[Node<'_>], marks: Marks, outer: Marks) {
        let mut inner = Pieces { all: Vec::new(), place: self.place };
        inner.read(children, [false; 2], [outer[0] || marks[0], outer[1] || marks[1]]);
        let last = inner.all.len().saturating_sub(1);
        let after = inner.take_space(last);
        let before = inner.take_space(0);
        self.space(&before, marks);
        if !inner.all.is_empty() {
            let link = format!("[{}]({})", inner.written(false), target(href));
            self.all.push(Piece { marks, what: What::Done(link) });
        }
        self.space(&after, marks);
    }

    /// Takes the piece of this index away, if it is white space.
    fn take_space(&mut self, index: usize) -> String {
        let Some(Piece { what: What::Space(space), .. }) = self.all.get_mut(index) else { return String::new() };
        let space = std::mem::take(space);
        self.all.remove(index);
        space
    }

    /// The Markdown of all. `starts` tells whether it begins a line.
    fn written(mut self, starts: bool) -> String {
        // White space at the ends of what is bold or italic is outside.
        let mut around = [false; 2];
        for piece in &mut self.all {
            piece.fit(&mut around);
        }
        around = [false; 2];
        for piece in self.all.iter_mut().rev() {
            piece.fit(&mut around);
        }
        let first = self.all.iter().position(|piece| !piece.is_break()).unwrap_or(self.all.len());
        let last = self.all.iter().rposition(|piece| !piece.is_break()).unwrap_or(0);
        let mut writer = Writer::new(self.place, starts);
        for (at, piece) in self.all.iter().enumerate() {
            writer.turn_to(&self.all[at..]);
            match &piece.what {
                What::Text(text) | What::Space(text) => writer.text(text),
                What::Code(text) => writer.raw(&code(text, self.place)),
                What::Done(text) => writer.raw(text),
                // A backslash breaks a line only if another one of the block follows.
                What::Break if self.place != Place::Paragraph || at < first || at > last => writer.raw("<br>"),
                What::Break => writer.line_break(),
            }
        }
        writer.turn_to(&[]);
        writer.finish()
    }
}

fn both(one: Marks, other: Marks) -> Marks {
    [one[0] && other[0], one[1] && other[1]]
}

/// The begin or the end of what is bold or italic.
#[derive(Clone, Copy)]
struct Mark {
    /// Where it is in the text.
    at: usize,
    /// The index in [`Marks`].
    style: usize,
    /// Which begin and end belong together.
    pair: usize,
    opens: bool,
}

struct Writer {
    place: Place,
    /// Markdown without the marks.
    text: String,
    marks: Vec<Mark>,
    /// Of each pair of marks, whether it is an element rather than stars.
    elements: Vec<bool>,
    /// Style and pair of what has begun and not ended.
    open: Vec<(usize, usize)>,
    /// Whether a line begins here.
    starts: bool,
    /// Whether a line has begun with digits alone.
    digits: bool,
}

impl Writer {
    fn new(place: Place, starts: bool) -> Writer {
        Writer {
            place,
            text: String::new(),
            marks: Vec::new(),
            elements: Vec::new(),
            open: Vec::new(),
            starts,
            digits: false,
        }
    }

    /// A text in which nothing means more than itself.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            let special = match c {
                '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '|' | '~' | '&' => true,
                // At the end of a heading they would be no part of it.
                '#' if self.place == Place::Heading => self.text.is_empty() || self.text.ends_with(' '),
                '#' | '+' | '-' | '>' | '=' => self.starts,
                '.' | ')' => self.digits,
                _ => false,
            };
            if special {
                self.text.push('\\');
            }
            self.text.push(c);
            self.digits = (self.starts || self.digits) && c.is_ascii_digit();
            self.starts = c == '\n' || (self.starts && c == ' ');
        }
    }

    fn raw(&mut self, text: &str) {
        // Before a link, an exclamation mark would make an image of it.
        let is_next = self.marks.last().is_none_or(|mark| mark.at < self.text.len());
        if text.starts_with('[') && self.text.ends_with('!') && is_next {
            self.text.pop();
            self.text.push_str("\\!");
        }
        self.text.push_str(text);
        (self.starts, self.digits) = (false, false);
    }

    fn line_break(&mut self) {
        self.text.push_str("\\\n");
        (self.starts, self.digits) = (true, false);
    }

    /// Ends what the next of these pieces is not, and begins what it is.
    fn turn_to(&mut self, rest: &[Piece]) {
        let marks = rest.first().map_or([false; 2], |piece| piece.marks);
        while self.open.iter().any(|&(style, _)| !marks[style]) {
            if let Some((style, pair)) = self.open.pop() {
                self.mark(style, pair, false);
            }
        }
        if self.open.len() == marks.iter().filter(|mark| **mark).count() {
            return;
        }
        // What lasts longer is outside.
        let then = rest.iter().map(|piece| piece.marks).find(|marks| *marks != [true; 2]);
        for style in if then == Some([false, true]) { [1, 0] } else { [0, 1] } {
            if marks[style] && !self.open.iter().any(|&(other, _)| other == style) {
                let pair = self.elements.len();
                self.elements.push(false);
                self.open.push((style, pair));
                self.mark(style, pair, true);
            }
        }
    }

    fn mark(&mut self, style: usize, pair: usize, opens: bool) {
        self.marks.push(Mark { at: self.text.len(), style, pair, opens });
        (self.starts, self.digits) = (false, false);
    }

    /// Puts the marks into the text.
    fn finish(mut self) -> String {
        // What begins where something else ends: the stars of both would be read as one.
        let mut ended = None;
        for mark in &self.marks {
            if !mark.opens {
                ended = Some(mark.at);
            } else if ended == Some(mark.at) {
                self.elements[mark.pair] = true;
            }
        }
        let mut changed = true;
        while changed {
            changed = false;
            for index in 0..self.marks.len() {
                let pair = self.marks[index].pair;
                if !self.elements[pair] && !self.can_be_stars(index) {
                    self.elements[pair] = true;
                    changed = true;
                }
            }
        }
        let mut text = String::with_capacity(self.text.len() + 4 * self.marks.len());
        let mut from = 0;
        for mark in &self.marks {
            text.push_str(&self.text[from..mark.at]);
            from = mark.at;
            if self.elements[mark.pair] {
                let slash = if mark.opens { "" } else { "/" };
                text.push_str(&format!("<{slash}{}>", ELEMENTS[mark.style]));
            } else {
                text.push_str(STARS[mark.style]);
            }
        }
        text.push_str(&self.text[from..]);
        text
    }

    /// Whether stars are read as this mark: next to something else than a letter or a digit inside, there must be white space
    /// or a punctuation mark outside. Which other characters are punctuation marks is left open.
    fn can_be_stars(&self, index: usize) -> bool {
        let mark = self.marks[index];
        let is_element = |other: &Mark| self.elements[other.pair];
        let mut earlier = self.marks[..index].iter().rev().take_while(|other| other.at == mark.at);
        let mut later = self.marks[index + 1..].iter().take_while(|other| other.at == mark.at);
        let before = if earlier.any(is_element) { Some('>') } else { self.text[..mark.at].chars().next_back() };
        let after = if later.any(is_element) { Some('<') } else { self.text[mark.at..].chars().next() };
        let (inside, outside) = if mark.opens { (after, before) } else { (before, after) };
        inside.is_some_and(char::is_alphanumeric)
            || outside.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation())
    }
}

fn escaped(text: &str) -> String {
    let mut writer = Writer::new(Place::Cell, false);
    writer.text(text);
    writer.text
}

/// Code of one line.
fn code(text: &str, place: Place) -> String {
    let ticks = "`".repeat(longest_run(text, '`') + 1);
    let is_padded = text.starts_with(' ') && text.ends_with(' ') && text.contains(|c| c != ' ');
    let space = if is_padded || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text = if place == Place::Cell { text.replace('|', "\\|") } else { text.to_owned() };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// An address as a link takes it. What the reader would encode is encoded.
fn target(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    for (at, c) in url.char_indices() {
        match c {
            '(' | ')' => text.extend(['\\', c]),
            '&' if is_reference(&url[at..]) => text.push_str("\\&"),
            ' ' | '"' | '<' | '>' | '[' | '\\' | ']' | '`' | '{' | '|' | '}' => {
                text.push_str(&format!("%{:02X}", u32::from(c)));
            }
            _ => text.push(c),
        }
    }
    text
}

/// Whether a text that begins with `&` begins like a character reference.
fn is_reference(text: &str) -> bool {
    text[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#').starts_with(';')
}

/// The text of HTML. A space that does not break stays one.
fn unescaped(html: &str, text: &mut String) {
    unescape(&html.replace("&nbsp;", "\u{a0}"), text);
}

fn squeezed(text: &str, place: Place) -> String {
    let mut squeezed = String::with_capacity(text.len());
    squeeze(text, place, &mut squeezed);
    squeezed
}

/// Appends a text in which what HTML shows as one space is one, or the end of one line.
fn squeeze(text: &str, place: Place, into: &mut String) {
    for c in text.chars() {
        if !c.is_ascii_whitespace() {
            into.push(c);
            continue;
        }
        let ends_line = place == Place::Paragraph && matches!(c, '\n' | '\r');
        let last = into.chars().next_back();
        if last == Some('\n') || (last == Some(' ') && !ends_line) {
            continue;
        }
        if last == Some(' ') {
            into.pop();
        }
        into.push(if ends_line { '\n' } else { ' ' });
    }
}
