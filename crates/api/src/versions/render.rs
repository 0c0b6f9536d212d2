//! Writes a response for an older version, at the cost of writing it for the newest.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;
use serde_json::{Serializer, Value};

use super::plan::{Cut, Plan, Type, is_free};

/// The largest buffer that a thread keeps, in bytes.
const MAX_KEPT: usize = 256 << 10;

thread_local! {
    /// The buffer in which this thread writes responses, so that long ones are not copied repeatedly while they grow.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer. It is the thread's own, unless a rendering runs within another.
fn buffer() -> Vec<u8> {
    let mut buffer = BUFFER.take();
    buffer.clear();
    buffer
}

/// Copies the contents of a buffer to a vector of the same length.
fn written(buffer: Vec<u8>) -> Vec<u8> {
    if buffer.capacity() > MAX_KEPT {
        return buffer;
    }
    let text = buffer.clone();
    BUFFER.set(buffer);
    text
}

/// The text of a response.
///
/// Objects have their `type` as the first field, so that fields can be removed or edited while they are written.
/// Rarely, an object has it after a field that must be edited. Then the whole response is built, edited and written
/// instead, which is several times slower and has the same result.
pub(super) fn text(plan: &Plan, operation: &str, view: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    if plan.is_empty() {
        let mut text = buffer();
        serde_json::to_writer(&mut text, view)?;
        return Ok(written(text));
    }
    if !plan.is_about(operation)
        && let Some(text) = cut(plan, view)?
    {
        return Ok(text);
    }
    let mut value = serde_json::to_value(view)?;
    plan.answer(operation, &mut value);
    serde_json::to_vec(&value)
}

/// The text, edited while it is written; `None` if that is not possible.
pub(super) fn cut(plan: &Plan, view: &impl Serialize) -> serde_json::Result<Option<Vec<u8>>> {
    let text = Text(RefCell::new(buffer()));
    let mut cutter = Cutter { plan, text: &text, open: Vec::with_capacity(8), early: Vec::new(), lost: false };
    view.serialize(&mut Serializer::with_formatter(&text, &mut cutter))?;
    Ok((!cutter.lost).then(|| written(text.0.into_inner())))
}

/// The text so far. The serializer writes plain values to it, and the cutter writes the rest.
struct Text(RefCell<Vec<u8>>);

impl Text {
    fn len(&self) -> usize {
        self.0.borrow().len()
    }

    fn push(&self, bytes: &[u8]) {
        self.0.borrow_mut().extend_from_slice(bytes);
    }
}

impl Write for &Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.push(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The action on a field after its value has been written.
#[derive(Clone, Copy)]
enum Action<'p> {
    Keep,
    /// The field is the type of the object.
    Name,
    /// The value is unchanged.
    Untouched,
    Cut(&'p Cut),
}

/// An object being written.
struct Open<'p> {
    /// Where its text begins.
    start: usize,
    /// Where the text of the field being written begins, with the comma before it.
    field: usize,
    /// Where its name and its value begin.
    key: usize,
    value: usize,
    action: Action<'p>,
    /// Whether a field has been written and kept.
    some: bool,
    /// Whether its type is known.
    named: bool,
    of: Option<&'p Type>,
    /// Whether nothing in it is edited: it is below an unchanged field, or will be edited as a whole.
    still: bool,
    /// The number of early fields that belong to outer objects.
    early: usize,
    /// The bits of the required fields that have been written.
    seen: u64,
}

impl Open<'_> {
    /// Whether the value being written is not edited, either at all or until its object is edited as a whole.
    fn is_still(&self) -> bool {
        self.still || self.of.is_some_and(|of| of.whole) || matches!(self.action, Action::Untouched | Action::Cut(_))
    }
}

/// Receives every token of a response as it is written.
struct Cutter<'p> {
    plan: &'p Plan,
    text: &'p Text,
    open: Vec<Open<'p>>,
    /// The positions (from, to) of the names of fields that were written before the types of their objects were known.
    early: Vec<(usize, usize)>,
    lost: bool,
}

impl Cutter<'_> {
    fn begin(&mut self) {
        let start = self.text.len();
        self.text.push(b"{");
        let still = self.open.last().is_some_and(Open::is_still);
        self.open.push(Open {
            start,
            field: start,
            key: start,
            value: start,
            action: Action::Keep,
            some: false,
            named: still,
            of: None,
            still,
            early: self.early.len(),
            seen: 0,
        });
    }

    fn begin_key(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        open.field = self.text.len();
        if open.some {
            self.text.push(b",");
        }
        open.key = self.text.len();
    }

    fn end_key(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        if open.still {
            return;
        }
        let text = self.text.0.borrow();
        let key = &text[open.key + 1..text.len() - 1];
        open.action = match open.of {
            Some(of) if !of.whole => of.of_field(key).map_or(Action::Keep, Action::Cut),
            Some(_) => Action::Keep,
            None if open.named => Action::Keep,
            None if key == b"type" => Action::Name,
            None => {
                self.early.push((open.key + 1, text.len() - 1));
                Action::Keep
            }
        };
        if let Some(required) = open.of.and_then(|of| of.required)
            && !matches!(open.action, Action::Cut(Cut::Remove))
        {
            open.seen |= required.bit(key);
        }
        if matches!(open.action, Action::Keep) && is_free(key) {
            open.action = Action::Untouched;
        }
    }

    fn begin_value(&mut self) {
        self.text.push(b":");
        if let Some(open) = self.open.last_mut() {
            open.value = self.text.len();
        }
    }

    fn end_value(&mut self) -> io::Result<()> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        match open.action {
            Action::Keep => {}
            Action::Untouched => open.action = Action::Keep,
            Action::Name => {
                open.action = Action::Keep;
                open.named = true;
                let text = self.text.0.borrow();
                let name = text[open.value..].strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
                open.of = name.and_then(|name| self.plan.of_type(name));
                if let Some(of) = open.of {
                    // Too late: the inner objects have already been written, with or without edits.
                    let late = |(from, to): &(usize, usize)| {
                        if of.whole {
                            matches!(text[to + 2], b'{' | b'[')
                        } else {
                            of.of_field(&text[*from..*to]).is_some()
                        }
                    };
                    if let Some(required) = of.required {
                        let early = self.early[open.early..].iter();
                        open.seen = early.fold(0, |seen, (from, to)| seen | required.bit(&text[*from..*to]));
                    }
                    let itself = !of.whole && of.of_field(b"type").is_some();
                    self.lost |= itself || self.early[open.early..].iter().any(late);
                }
                self.early.truncate(open.early);
            }
            Action::Cut(Cut::Remove) => {
                self.text.0.borrow_mut().truncate(open.field);
                return Ok(());
            }
            Action::Cut(Cut::Change(undos)) => {
                let mut text = self.text.0.borrow_mut();
                let mut value: Value = serde_json::from_slice(&text[open.value..])?;
                for undo in undos {
                    undo(&mut value);
                }
                self.plan.walk(&mut value);
                text.truncate(open.value);
                serde_json::to_writer(&mut *text, &value)?;
            }
        }
        open.some = true;
        Ok(())
    }

    /// Writes a value that is JSON text already. If it may contain objects to edit, it is parsed and traversed.
    fn raw(&mut self, piece: &str) -> io::Result<()> {
        if !piece.contains('{') || self.open.last().is_some_and(Open::is_still) {
            self.text.push(piece.as_bytes());
            return Ok(());
        }
        let mut value: Value = serde_json::from_str(piece)?;
        self.plan.walk(&mut value);
        Ok(serde_json::to_writer(&mut self.text, &value)?)
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        if let Some(required) = open.of.filter(|of| !open.still && !of.whole).and_then(|of| of.required) {
            // An object with a type has at least one field.
            for (name, value) in required.missing(open.seen) {
                self.text.push(format!(",\"{name}\":{value}").as_bytes());
            }
        }
        self.text.push(b"}");
        self.early.truncate(open.early);
        if !open.still && open.of.is_some_and(|of| of.whole) && !self.lost {
            let mut text = self.text.0.borrow_mut();
            let mut map = serde_json::from_slice(&text[open.start..])?;
            self.plan.object(&mut map);
            text.truncate(open.start);
            serde_json::to_writer(&mut *text, &map)?;
        }
        Ok(())
    }
}

/// Everything is written to the cutter's text; the given writer is that text.
impl Formatter for &mut Cutter<'_> {
    fn begin_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin();
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.end()
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        self.begin_key();
        Ok(())
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.end_key();
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin_value();
        Ok(())
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.end_value()
    }

    fn write_raw_fragment<W: ?Sized + Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.raw(fragment)
    }
}
