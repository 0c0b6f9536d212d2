//! What each version of the API changed, and how to undo it.
//!
//! The core speaks only the newest version. An answer for an older caller is walked backwards: from the newest
//! version down to the one above the caller's, each undoes its own changes. A version's file is its changelog.
//! Whole operations come and go by the window of their row in the routes table; behaviour that differs without
//! changing a shape is a gate.
//!
//! Changes are told in terms of finished answers, but an answer is not built and walked for them: at start they are
//! sorted by the version that wants them undone and the type of object they are about (`plan.rs`), and an answer is
//! cut into shape while it is written (`render.rs`). So an object costs what the changes of its own type cost,
//! however many others there are.

pub mod gates;
mod plan;
mod render;
#[cfg(test)]
mod tests;
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
mod window;

use serde::Serialize;
use serde_json::{Map, Value};
pub use version::Version;
pub use window::Window;

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
    /// One field, where it is there, of every object with this `type`.
    Field(&'static str, &'static str, fn(&mut Value)),
    /// Fields that objects of this `type` did not have before, but for versions that showed them for a while.
    Added(&'static str, &'static [&'static str], &'static [Version]),
    /// Fields that objects of this `type` always have in this one version.
    Required(&'static str, Required, Version),
}

/// Fields that objects of a type always have.
#[derive(Clone, Copy)]
struct Required {
    /// Only objects with this field: references have the same `type`, and not this field.
    known_by: &'static str,
    /// The fields, each with the JSON text of its value where there is nothing to show.
    fields: &'static [(&'static str, &'static str)],
}

/// A change of one operation's answer.
const fn response(operation: &'static str, text: &'static str, undo: fn(&mut Object)) -> Change {
    Change { text, undo: Undo::Response(operation, undo) }
}

/// A change of every object of a type. Where it is about one field, [`field`] is much cheaper to undo.
const fn object(of: &'static str, text: &'static str, undo: fn(&mut Object)) -> Change {
    Change { text, undo: Undo::Object(of, undo) }
}

/// A change of what one field of every object of a type holds.
const fn field(of: &'static str, name: &'static str, text: &'static str, undo: fn(&mut Value)) -> Change {
    Change { text, undo: Undo::Field(of, name, undo) }
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

/// Fields that one older version requires, of objects of a type that have the field `known_by`.
const fn required(
    version: Version,
    of: &'static str,
    known_by: &'static str,
    fields: &'static [(&'static str, &'static str)],
    text: &'static str,
) -> Change {
    Change { text, undo: Undo::Required(of, Required { known_by, fields }, version) }
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

/// The JSON text of the newest answer, as this version gives it.
pub fn render(version: Version, operation: &str, view: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    render::text(plan::of(version), operation, view)
}

/// The changelog: what each version changed, in words.
pub fn changelog() -> impl Iterator<Item = (Version, &'static str)> {
    CHANGES.iter().flat_map(|(version, changes)| changes.iter().map(move |c| (*version, c.text)))
}
