//! What each version of the API changed, and how to undo it.
//!
//! The core speaks only the newest version. An answer for an older caller is walked backwards: from the newest
//! version down to the one above the caller's, each undoes its own changes. A version's file is its changelog.
//! Whole operations come and go by the window of their row in the routes table; behaviour that differs without
//! changing a shape is a gate.

pub mod gates;
mod unstable;
mod v2_10;
mod v2_11;
mod v2_12;
mod v2_13;
mod v2_14;
mod v2_15;
mod v2_16;
mod v2_8;
mod v2_9;
mod version;

use serde_json::{Map, Value};
pub use version::Version;

/// One change of one version.
pub struct Change {
    /// What it says in the changelog.
    pub text: &'static str,
    undo: Undo,
}

type Object = Map<String, Value>;

enum Undo {
    /// The answer of one operation (`METHOD /path`).
    Response(&'static str, fn(&mut Object)),
    /// Every object with this `type`, wherever it is.
    Object(&'static str, fn(&mut Object)),
    /// Fields that objects of this `type` did not have before, but for versions that showed them for a while.
    Added(&'static str, &'static [&'static str], &'static [Version]),
}

/// A change of one operation's answer.
const fn response(operation: &'static str, text: &'static str, undo: fn(&mut Object)) -> Change {
    Change { text, undo: Undo::Response(operation, undo) }
}

/// A change of every object of a type.
const fn object(of: &'static str, text: &'static str, undo: fn(&mut Object)) -> Change {
    Change { text, undo: Undo::Object(of, undo) }
}

/// Fields that objects of a type gained.
const fn added(of: &'static str, fields: &'static [&'static str], text: &'static str) -> Change {
    Change { text, undo: Undo::Added(of, fields, &[]) }
}

/// Fields that objects of a type gained, and that some older versions had had as well.
const fn added_again(
    of: &'static str,
    fields: &'static [&'static str],
    had: &'static [Version],
    text: &'static str,
) -> Change {
    Change { text, undo: Undo::Added(of, fields, had) }
}

/// The versions that changed something, newest first.
const CHANGES: &[(Version, &[Change])] = &[
    (Version::Unstable, unstable::CHANGES),
    (Version::V2_16, v2_16::CHANGES),
    (Version::V2_15, v2_15::CHANGES),
    (Version::V2_14, v2_14::CHANGES),
    (Version::V2_13, v2_13::CHANGES),
    (Version::V2_12, v2_12::CHANGES),
    (Version::V2_11, v2_11::CHANGES),
    (Version::V2_10, v2_10::CHANGES),
    (Version::V2_9, v2_9::CHANGES),
    (Version::V2_8, v2_8::CHANGES),
];

/// Keys below which everything is the user's own.
const FREE: &[&str] = &["custom_attributes", "metadata", "ticket_attributes"];

/// Whether answers of this version may differ from the newest one's.
pub fn differs(version: Version) -> bool {
    version < Version::Unstable
}

/// Turns the newest answer into the one this version gives.
pub fn down(version: Version, operation: &str, answer: &mut Value) {
    for (_, changes) in CHANGES.iter().take_while(|(v, _)| *v > version) {
        for change in *changes {
            if let (Undo::Response(of, undo), Value::Object(map)) = (&change.undo, &mut *answer)
                && *of == operation
            {
                undo(map);
            }
        }
    }
    walk(version, answer);
}

/// Undoes the changes of objects, from the outside in.
fn walk(version: Version, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(version, item)),
        Value::Object(map) => {
            if map.get("type").is_some_and(Value::is_string) {
                undo_object(version, map);
            }
            for (key, item) in map.iter_mut() {
                if !FREE.contains(&key.as_str()) {
                    walk(version, item);
                }
            }
        }
        _ => {}
    }
}

fn undo_object(version: Version, map: &mut Object) {
    for (_, changes) in CHANGES.iter().take_while(|(v, _)| *v > version) {
        for change in *changes {
            match change.undo {
                Undo::Object(of, undo) if is(map, of) => undo(map),
                Undo::Added(of, fields, had) if is(map, of) && !had.contains(&version) => {
                    for field in fields {
                        map.shift_remove(*field);
                    }
                }
                _ => {}
            }
        }
    }
}

fn is(map: &Object, of: &str) -> bool {
    map.get("type").and_then(Value::as_str) == Some(of)
}

/// The changelog: what each version changed, in words.
pub fn changelog() -> impl Iterator<Item = (Version, &'static str)> {
    CHANGES.iter().flat_map(|(version, changes)| changes.iter().map(move |c| (*version, c.text)))
}
