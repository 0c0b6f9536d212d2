//! The changes of each version of the API, and how to undo them.
//!
//! The core implements only the newest version. The file of each version is its changelog: its changes to requests,
//! responses and errors. A response for an older version is derived backwards: from the newest version down to the one
//! after the caller's, each undoes its own changes. What cannot be undone in a finished response is a [`Feature`],
//! which the code checks with [`Version::has`]. Whole operations are added and removed by the window of their row in
//! the routes table.
//!
//! Changes are declared as edits of finished responses, but responses are not built and traversed for them. At start,
//! changes are sorted by version and by type of object (`plan.rs`), and a response is edited while it is written
//! (`render.rs`). So the cost of an object depends on the changes of its own type only, however many others there are.

mod activity_types;
mod changelog;
#[cfg(test)]
mod entries;
mod escape;
mod feature;
mod json;
mod plan;
mod refusal;
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

pub(crate) use activity_types::{is_described, undescribed};
pub use changelog::changelog;
pub use feature::Feature;
pub(crate) use refusal::{Form, OperationVersion, Refusal, refusal};
use serde::Serialize;
use serde_json::{Map, Value};
pub use version::Version;
pub use window::Window;

/// One change of one version.
struct Change {
    /// The text in the changelog; empty if the change describes itself.
    text: &'static str,
    effect: Effect,
}

type Object = Map<String, Value>;

/// The kind of a change, and how it is undone.
#[derive(Clone, Copy)]
enum Effect {
    /// Behaviour that the code checks. `of` contains operations, or topics and types of webhooks.
    Feature { part: Part, of: &'static [&'static str], feature: Feature, before: &'static [Version] },
    /// The response of one operation (`METHOD /path`).
    Response(&'static str, fn(&mut Object)),
    /// Every object with this `type`, at any depth.
    Object(&'static str, fn(&mut Object)),
    /// One field, where present, of every object with this `type`.
    Field(&'static str, &'static str, fn(&mut Value)),
    /// Fields that objects of this `type` did not have before, except in the versions listed.
    Added(&'static str, &'static [&'static str], &'static [Version]),
    /// Fields that objects of this `type` always have in this one version.
    Required(&'static str, Required, Version),
}

/// The part of the API that a feature belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Requests,
    Answers,
    Webhooks,
    Refusals,
}

/// The operations of a change that affects all of them.
const ANY: &[&str] = &[];

/// Fields that objects of a type always have.
#[derive(Clone, Copy)]
struct Required {
    /// Selects the objects with this field: references have the same `type`, but not this field.
    known_by: &'static str,
    /// The fields, each with its empty value as JSON.
    fields: &'static [(&'static str, &'static str)],
}

/// A change of the parameters of these operations.
const fn request(of: &'static [&'static str], text: &'static str, feature: Feature) -> Change {
    of_feature(Part::Requests, of, text, feature, &[])
}

/// A change of the responses of these operations, if the view depends on the version.
const fn answer(of: &'static [&'static str], text: &'static str, feature: Feature) -> Change {
    of_feature(Part::Answers, of, text, feature, &[])
}

/// A change of the responses of these operations that some older versions had as well.
const fn answer_again(
    of: &'static [&'static str],
    text: &'static str,
    feature: Feature,
    before: &'static [Version],
) -> Change {
    of_feature(Part::Answers, of, text, feature, before)
}

/// A change of the items of webhooks and the event stream for these topics, or for all topics about objects of these
/// types.
const fn webhook(of: &'static [&'static str], text: &'static str, feature: Feature) -> Change {
    of_feature(Part::Webhooks, of, text, feature, &[])
}

/// A change of the errors of these operations.
const fn errors(of: &'static [&'static str], text: &'static str, feature: Feature) -> Change {
    of_feature(Part::Refusals, of, text, feature, &[])
}

const fn of_feature(
    part: Part,
    of: &'static [&'static str],
    text: &'static str,
    feature: Feature,
    before: &'static [Version],
) -> Change {
    Change { text, effect: Effect::Feature { part, of, feature, before } }
}

/// A change of the response of one operation.
const fn response(operation: &'static str, text: &'static str, undo: fn(&mut Object)) -> Change {
    Change { text, effect: Effect::Response(operation, undo) }
}

/// A change of every object of a type. For a single field, [`field`] is much cheaper to undo.
const fn object(of: &'static str, text: &'static str, undo: fn(&mut Object)) -> Change {
    Change { text, effect: Effect::Object(of, undo) }
}

/// A change of the value of one field of every object of a type.
const fn field(of: &'static str, name: &'static str, text: &'static str, undo: fn(&mut Value)) -> Change {
    Change { text, effect: Effect::Field(of, name, undo) }
}

/// Fields that objects of a type gained.
const fn added(of: &'static str, fields: &'static [&'static str]) -> Change {
    added_again(of, fields, &[])
}

/// Fields that objects of a type gained, and that some older versions had as well.
const fn added_again(of: &'static str, fields: &'static [&'static str], before: &'static [Version]) -> Change {
    Change { text: "", effect: Effect::Added(of, fields, before) }
}

/// Fields that one older version requires in objects of a type that have the field `known_by`.
const fn required(
    version: Version,
    of: &'static str,
    known_by: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> Change {
    Change { text: "", effect: Effect::Required(of, Required { known_by, fields }, version) }
}

/// The versions with changes, newest first.
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

/// Keys whose values are user data.
const FREE: &[&str] = &["custom_attributes", "metadata", "ticket_attributes"];

/// Returns the response in this version as JSON text.
pub fn render(version: Version, operation: &str, view: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    render::text(plan::of(version), operation, view)
}
