//! Inline content as Markdown.

use super::tree::{Node, attribute};
use crate::html::unescape;

/// The kind of block that contains the inline content. Only a paragraph can have several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Paragraph,
    Heading,
    Cell,
}

/// Whether something is bold, and whether it is italic.
type Marks = [bool; 2];

/// The delimiters of bold and italic text.
const STARS: [&str; 2] = ["**", "*"];
/// The HTML elements used instead where the delimiters would be read as literal asterisks.
const ELEMENTS: [&str; 2] = ["strong", "em"];

/// The Markdown of the content of a block.
pub(super) fn line(nodes: &[Node<'_>], place: Place) -> String {
    let mut pieces = Pieces { all: Vec::new(), place };
    pieces.read(nodes, [false; 2], [false; 2]);
    let text = pieces.written(place == Place::Paragraph);
    text.trim_matches(|c: char| c.is_ascii_whitespace()).to_owned()
}

/// Appends the plain text.
pub(super) fn plain(nodes: &[Node<'_>], text: &mut String) {
    for node in nodes {
        unescaped(node.text(), text);
        if node.is("br") {
            text.push('\n');
        }
        plain(node.children(), text);
    }
}

/// The length of the longest run of a character.
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
    /// Whether bold or italic text can neither begin nor end with it.
    fn is_gap(&self) -> bool {
        matches!(self.what, What::Space(_) | What::Break)
    }

    fn is_break(&self) -> bool {
        matches!(self.what, What::Break)
    }

    /// Removes from a gap the marks that its neighbor does not have. `around` are the marks of the nearest piece that
    /// is not a gap.
    fn fit(&mut self, around: &mut Marks) {
        if self.is_gap() {
            self.marks = both(self.marks, *around);
        } else {
            *around = self.marks;
        }
    }
}

/// The content of a block or a link as a flat list.
struct Pieces {
    all: Vec<Piece>,
    place: Place,
}

impl Pieces {
    /// Flattens nodes. `outer` are the marks of the enclosing link.
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

    /// Adjacent code spans are merged, because Markdown would read them as one.
    fn code(&mut self, code: &str, marks: Marks) {
        match self.all.last_mut() {
            Some(Piece { marks: own, what: What::Code(before) }) if *own == marks => before.push_str(code),
            _ => self.all.push(Piece { marks, what: What::Code(code.to_owned()) }),
        }
    }

    /// Adds a link. White space at its ends moves outside of it.
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

    /// Removes the piece at this index if it is white space, and returns it.
    fn take_space(&mut self, index: usize) -> String {
        let Some(Piece { what: What::Space(space), .. }) = self.all.get_mut(index) else { return String::new() };
        let space = std::mem::take(space);
        self.all.remove(index);
        space
    }

    /// Writes the Markdown. `starts` tells whether it begins a line.
    fn written(mut self, starts: bool) -> String {
        // White space at the ends of bold or italic text moves outside of the delimiters.
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
                // A backslash breaks a line only if another line of the block follows.
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

/// The beginning or the end of bold or italic text.
#[derive(Clone, Copy)]
struct Mark {
    /// Where it is in the text.
    at: usize,
    /// The index in [`Marks`].
    style: usize,
    /// Identifies the beginning and the end that belong together.
    pair: usize,
    opens: bool,
}

struct Writer {
    place: Place,
    /// The Markdown without the delimiters.
    text: String,
    marks: Vec<Mark>,
    /// For each pair of marks, whether it is written as an element.
    elements: Vec<bool>,
    /// The style and pair of each mark that is still open.
    open: Vec<(usize, usize)>,
    /// Whether the current position is the beginning of a line.
    starts: bool,
    /// Whether the line so far has only digits.
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

    /// Appends text, with all Markdown syntax escaped.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            let special = match c {
                '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '|' | '~' | '&' => true,
                // At the end of a heading, they would close it.
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
        // An exclamation mark before a link would turn it into an image.
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

    /// Closes the marks that the next of these pieces does not have, and opens those that it has.
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
        // The mark that spans more pieces is the outer one.
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

    /// Inserts the delimiters into the text.
    fn finish(mut self) -> String {
        // A mark that opens where another closes: their delimiters would be read as one run.
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

    /// Whether asterisks at this position are read as this mark: if the character inside is neither a letter nor a digit,
    /// the one outside must be white space or punctuation. Readers differ in which other characters are punctuation.
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

/// A code span.
fn code(text: &str, place: Place) -> String {
    let ticks = "`".repeat(longest_run(text, '`') + 1);
    let is_padded = text.starts_with(' ') && text.ends_with(' ') && text.contains(|c| c != ' ');
    let space = if is_padded || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text = if place == Place::Cell { text.replace('|', "\\|") } else { text.to_owned() };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A URL as a link destination. Characters that the reader would encode are encoded.
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

/// Whether a text that begins with `&` begins with a character reference.
fn is_reference(text: &str) -> bool {
    text[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#').starts_with(';')
}

/// Appends the text of HTML. A non-breaking space is preserved.
fn unescaped(html: &str, text: &mut String) {
    unescape(&html.replace("&nbsp;", "\u{a0}"), text);
}

fn squeezed(text: &str, place: Place) -> String {
    let mut squeezed = String::with_capacity(text.len());
    squeeze(text, place, &mut squeezed);
    squeezed
}

/// Appends a text with each run of white space collapsed to one space or line break, as HTML renders it.
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
