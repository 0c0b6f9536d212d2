//! Writes a response for an older version, at the cost of writing it for the newest.

use std::cell::RefCell;

use serde::Serialize;
use serde_json::{Result, Value};

use super::plan::{FieldEdit, Plan, Type, is_free};

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
pub(super) fn text(plan: &Plan, operation: &str, view: &impl Serialize) -> Result<Vec<u8>> {
    if plan.is_empty() {
        let mut writer = Writer::new(None);
        view.serialize(&mut writer)?;
        return Ok(written(writer.text));
    }
    if !plan.is_about(operation)
        && let Some(text) = edited(plan, view)?
    {
        return Ok(text);
    }
    let mut value = serde_json::to_value(view)?;
    plan.answer(operation, &mut value);
    serde_json::to_vec(&value)
}

/// The text, edited while it is written; `None` if that is not possible.
pub(super) fn edited(plan: &Plan, view: &impl Serialize) -> Result<Option<Vec<u8>>> {
    let mut writer = Writer::new(Some(plan));
    view.serialize(&mut writer)?;
    Ok((!writer.needs_fallback).then(|| written(writer.text)))
}

/// The action on a field after its value has been written.
#[derive(Clone, Copy)]
enum Action<'p> {
    Keep,
    /// The field is the type of the object.
    Name,
    /// The value is unchanged.
    Untouched,
    Edit(&'p FieldEdit),
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
    /// Whether its type is known.
    named: bool,
    of: Option<&'p Type>,
    /// Whether nothing in it is edited: it is below an unchanged field, or will be edited as a whole.
    passthrough: bool,
    /// The number of fields before a type that belong to outer objects.
    before_type: usize,
    /// The bits of the required fields that have been written.
    seen: u64,
}

impl Open<'_> {
    /// Whether the value being written is not edited, either at all or until its object is edited as a whole.
    fn passes_through(&self) -> bool {
        self.passthrough
            || self.of.is_some_and(|of| of.whole)
            || matches!(self.action, Action::Untouched | Action::Edit(_))
    }

    /// Whether a change comes too late: the type is known only now, and a field that it edits is among those `before`.
    /// Records the required fields among them.
    fn is_late(&mut self, text: &[u8], before: &[(usize, usize)]) -> bool {
        let Some(of) = self.of else { return false };
        if let Some(required) = of.required {
            self.seen = before.iter().fold(0, |seen, (from, to)| seen | required.bit(&text[*from..*to]));
        }
        let itself = !of.whole && of.of_field(b"type").is_some();
        // Inner objects have already been written, with or without edits.
        let is_edited = |(from, to): &(usize, usize)| {
            if of.whole { matches!(text[to + 2], b'{' | b'[') } else { of.of_field(&text[*from..*to]).is_some() }
        };
        itself || before.iter().any(is_edited)
    }
}

/// Writes a response, and edits each field once it is written.
pub(super) struct Writer<'p> {
    /// The changes to undo, if there are any.
    plan: Option<&'p Plan>,
    pub(super) text: Vec<u8>,
    /// The objects that are being written, if there is a plan.
    open: Vec<Open<'p>>,
    /// The positions (from, to) of the names of fields that were written before the types of their objects were known.
    before_type: Vec<(usize, usize)>,
    /// Whether a change came too late.
    needs_fallback: bool,
    /// Whether the next text is JSON already.
    pub(super) is_raw: bool,
}

impl<'p> Writer<'p> {
    fn new(plan: Option<&'p Plan>) -> Self {
        let open = if plan.is_some() { Vec::with_capacity(8) } else { Vec::new() };
        Writer { plan, text: buffer(), open, before_type: Vec::new(), needs_fallback: false, is_raw: false }
    }

    /// Begins an object.
    pub(super) fn begin(&mut self) {
        let start = self.text.len();
        self.text.push(b'{');
        if self.plan.is_none() {
            return;
        }
        let passthrough = self.open.last().is_some_and(Open::passes_through);
        self.open.push(Open {
            start,
            field: start,
            key: start,
            value: start,
            action: Action::Keep,
            named: passthrough,
            of: None,
            passthrough,
            before_type: self.before_type.len(),
            seen: 0,
        });
    }

    pub(super) fn begin_key(&mut self) {
        let field = self.text.len();
        // No value ends with a brace that opens.
        if self.text.last() != Some(&b'{') {
            self.text.push(b',');
        }
        if let Some(open) = self.open.last_mut() {
            (open.field, open.key) = (field, self.text.len());
        }
    }

    /// Decides what happens to a field, whose name has just been written.
    pub(super) fn end_key(&mut self, key: &[u8]) {
        let Some(open) = self.open.last_mut() else { return };
        if open.passthrough {
            return;
        }
        open.action = match open.of {
            Some(of) if !of.whole => of.of_field(key).map_or(Action::Keep, Action::Edit),
            Some(_) => Action::Keep,
            None if open.named => Action::Keep,
            None if key == b"type" => Action::Name,
            None => {
                self.before_type.push((open.key + 1, open.key + 1 + key.len()));
                Action::Keep
            }
        };
        if let Some(required) = open.of.and_then(|of| of.required)
            && !matches!(open.action, Action::Edit(FieldEdit::Remove))
        {
            open.seen |= required.bit(key);
        }
        if matches!(open.action, Action::Keep) && is_free(key) {
            open.action = Action::Untouched;
        }
    }

    pub(super) fn begin_value(&mut self) {
        self.text.push(b':');
        if let Some(open) = self.open.last_mut() {
            open.value = self.text.len();
        }
    }

    pub(super) fn end_value(&mut self) -> Result<()> {
        let (Some(open), Some(plan)) = (self.open.last_mut(), self.plan) else { return Ok(()) };
        let text = &mut self.text;
        match open.action {
            Action::Keep => {}
            Action::Untouched => open.action = Action::Keep,
            Action::Name => {
                let name = text[open.value..].strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
                open.of = name.and_then(|name| plan.of_type(name));
                (open.action, open.named) = (Action::Keep, true);
                self.needs_fallback |= open.is_late(text, &self.before_type[open.before_type..]);
                self.before_type.truncate(open.before_type);
            }
            Action::Edit(FieldEdit::Remove) => text.truncate(open.field),
            Action::Edit(FieldEdit::Change(undos)) => {
                let mut value: Value = serde_json::from_slice(&text[open.value..])?;
                for undo in undos {
                    undo(&mut value);
                }
                plan.walk(&mut value);
                text.truncate(open.value);
                serde_json::to_writer(text, &value)?;
            }
        }
        Ok(())
    }

    /// Writes a value that is JSON text already. If it may contain objects to edit, it is parsed and traversed.
    pub(super) fn raw(&mut self, piece: &str) -> Result<()> {
        let Some(plan) =
            self.plan.filter(|_| piece.contains('{') && !self.open.last().is_some_and(Open::passes_through))
        else {
            self.text.extend_from_slice(piece.as_bytes());
            return Ok(());
        };
        let mut value: Value = serde_json::from_str(piece)?;
        plan.walk(&mut value);
        serde_json::to_writer(&mut self.text, &value)
    }

    /// Ends an object.
    pub(super) fn end(&mut self) -> Result<()> {
        let (Some(open), Some(plan)) = (self.open.pop(), self.plan) else {
            self.text.push(b'}');
            return Ok(());
        };
        let text = &mut self.text;
        if let Some(required) = open.of.filter(|of| !open.passthrough && !of.whole).and_then(|of| of.required) {
            // An object with a type has at least one field.
            for (name, value) in required.missing(open.seen) {
                text.extend_from_slice(format!(",\"{name}\":{value}").as_bytes());
            }
        }
        text.push(b'}');
        self.before_type.truncate(open.before_type);
        if !open.passthrough && open.of.is_some_and(|of| of.whole) && !self.needs_fallback {
            let mut map = serde_json::from_slice(&text[open.start..])?;
            plan.object(&mut map);
            text.truncate(open.start);
            serde_json::to_writer(text, &map)?;
        }
        Ok(())
    }
}
