//! The changes to undo for each version, by type of object.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::{CHANGES, Change, Effect, FREE, Object, Required, Version};

/// The plans of all versions, oldest first.
static PLANS: LazyLock<Vec<Plan>> = LazyLock::new(|| Version::ALL.iter().map(|v| Plan::new(*v, CHANGES)).collect());

/// The changes to undo in responses of this version.
pub(super) fn of(version: Version) -> &'static Plan {
    &PLANS[version as usize]
}

/// The changes to undo for one version.
#[derive(Default)]
pub(super) struct Plan {
    responses: BTreeMap<&'static str, Vec<fn(&mut Object)>>,
    /// The types by name, as bytes of the JSON text.
    types: BTreeMap<&'static [u8], Type>,
}

/// The changes to undo in objects of one type.
#[derive(Default)]
pub(super) struct Type {
    /// All changes in order, each with its position among the changes of all types.
    steps: Vec<(usize, Step)>,
    /// The changes by field, if they affect only fields.
    fields: BTreeMap<&'static [u8], FieldEdit>,
    /// The bits of the names of these fields.
    marks: u64,
    /// Whether a change needs the whole object.
    pub(super) whole: bool,
    /// The fields that objects of this type always have.
    pub(super) required: Option<Required>,
}

enum Step {
    Whole(fn(&mut Object)),
    Change(&'static str, fn(&mut Value)),
    Remove(&'static str),
}

/// The change of a field.
pub(super) enum FieldEdit {
    /// The field is removed.
    Remove,
    /// The value is edited by these functions, in order.
    Change(Vec<fn(&mut Value)>),
}

impl Plan {
    pub(super) fn new(version: Version, all: &[(Version, &[Change])]) -> Plan {
        let mut plan = Plan::default();
        let changes = all.iter().take_while(|(v, _)| *v > version).flat_map(|(_, changes)| *changes);
        for (place, change) in changes.enumerate() {
            match change.effect {
                Effect::Response(operation, undo) => plan.responses.entry(operation).or_default().push(undo),
                Effect::Object(of, undo) => plan.of(of).add(place, Step::Whole(undo)),
                Effect::Field(of, name, undo) => plan.of(of).add(place, Step::Change(name, undo)),
                Effect::Added(of, names, had) if !had.contains(&version) => {
                    for name in names {
                        plan.of(of).add(place, Step::Remove(name));
                    }
                }
                Effect::Required(of, required, only) if only == version => plan.of(of).required = Some(required),
                Effect::Added(..) | Effect::Required(..) | Effect::Feature { .. } => {}
            }
        }
        plan
    }

    fn of(&mut self, name: &'static str) -> &mut Type {
        self.types.entry(name.as_bytes()).or_default()
    }

    /// Whether nothing needs to be undone for this version.
    pub(super) fn is_empty(&self) -> bool {
        self.responses.is_empty() && self.types.is_empty()
    }

    /// Whether a change needs the whole response of this operation.
    pub(super) fn is_about(&self, operation: &str) -> bool {
        self.responses.contains_key(operation)
    }

    /// The changes to undo in objects of this type, if any.
    pub(super) fn of_type(&self, name: &[u8]) -> Option<&Type> {
        self.types.get(name)
    }

    /// Turns the newest response of an operation into that of this version.
    pub(super) fn answer(&self, operation: &str, answer: &mut Value) {
        if let Value::Object(map) = answer {
            self.responses.get(operation).into_iter().flatten().for_each(|undo| undo(map));
        }
        self.walk(answer);
    }

    /// Undoes the changes of objects, outer objects first.
    pub(super) fn walk(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Value::Object(map) => self.object(map),
            _ => {}
        }
    }

    /// Undoes the changes of one object and of the objects in it.
    pub(super) fn object(&self, map: &mut Object) {
        self.itself(map);
        let of = map.get("type").and_then(Value::as_str).and_then(|name| self.of_type(name.as_bytes()));
        if let Some(required) = of.and_then(|of| of.required) {
            required.fill(map);
        }
        for (key, item) in map.iter_mut() {
            if !is_free(key.as_bytes()) {
                self.walk(item);
            }
        }
    }

    /// Undoes the changes of an object itself. If one of them changes its type, the changes of the older type follow.
    fn itself(&self, map: &mut Object) {
        let mut next = 0;
        'named: while let Some(of) = map.get("type").and_then(Value::as_str).and_then(|t| self.of_type(t.as_bytes())) {
            for (place, step) in of.steps.iter().filter(|(place, _)| *place >= next) {
                match step {
                    Step::Remove(name) => drop(map.shift_remove(*name)),
                    Step::Change(name, undo) => map.get_mut(*name).into_iter().for_each(*undo),
                    Step::Whole(undo) => {
                        undo(map);
                        let named = map.get("type").and_then(Value::as_str).unwrap_or_default();
                        if !self.of_type(named.as_bytes()).is_some_and(|t| std::ptr::eq(t, of)) {
                            next = place + 1;
                            continue 'named;
                        }
                    }
                }
            }
            return;
        }
    }
}

impl Type {
    fn add(&mut self, place: usize, step: Step) {
        if let Step::Remove(name) | Step::Change(name, _) = &step {
            self.marks |= mark(name.as_bytes());
        }
        match step {
            Step::Whole(_) => self.whole = true,
            Step::Remove(name) => drop(self.fields.insert(name.as_bytes(), FieldEdit::Remove)),
            Step::Change(name, undo) => {
                match self.fields.entry(name.as_bytes()).or_insert(FieldEdit::Change(Vec::new())) {
                    FieldEdit::Change(undos) => undos.push(undo),
                    FieldEdit::Remove => {}
                }
            }
        }
        self.steps.push((place, step));
    }

    /// The change of this field, if any.
    pub(super) fn of_field(&self, name: &[u8]) -> Option<&FieldEdit> {
        // A filter that quickly determines that most fields are unchanged.
        if self.marks & mark(name) == 0 { None } else { self.fields.get(name) }
    }
}

impl Required {
    /// The bit of a field: the first bit for `known_by`, and 0 for fields that are not required.
    pub(super) fn bit(&self, name: &[u8]) -> u64 {
        let place = self.fields.iter().position(|(field, _)| field.as_bytes() == name).map_or(0, |place| 2 << place);
        place | u64::from(self.known_by.as_bytes() == name)
    }

    /// The required fields whose bits are not in `seen`, if the object has `known_by`.
    pub(super) fn missing(&self, seen: u64) -> impl Iterator<Item = (&'static str, &'static str)> {
        let fields: &[_] = if seen & 1 == 1 { self.fields } else { &[] };
        fields.iter().copied().enumerate().filter(move |(place, _)| seen & 2 << place == 0).map(|(_, field)| field)
    }

    /// Adds the required fields that an object lacks.
    pub(super) fn fill(&self, map: &mut Object) {
        let seen = map.keys().fold(0, |seen, name| seen | self.bit(name.as_bytes()));
        for (name, text) in self.missing(seen) {
            map.insert(name.to_owned(), serde_json::from_str(text).unwrap_or_default());
        }
    }
}

/// Maps a name to one of 64 bits.
fn mark(name: &[u8]) -> u64 {
    let letter = |at: usize| name.get(at).copied().map_or(0, usize::from);
    1 << ((name.len() * 5 + letter(0) + letter(name.len() / 2) * 3) % 64)
}

/// Whether everything below this key is user data.
pub(super) fn is_free(key: &[u8]) -> bool {
    FREE.iter().any(|free| free.len() == key.len() && free.as_bytes() == key)
}
