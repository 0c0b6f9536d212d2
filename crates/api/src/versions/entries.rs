//! Tests that every operation, type, field and topic in an entry or a rule exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

use super::refusal::RULES;
use super::{CHANGES, Change, Effect, Part, Version};
use crate::public;
use crate::topics::Topic;

fn entries() -> impl Iterator<Item = (Version, &'static Change)> {
    CHANGES.iter().flat_map(|(version, changes)| changes.iter().map(|change| (*version, change)))
}

#[test]
fn changes_name_operations_that_older_versions_have_as_well() {
    let table = public::table();
    for (version, change) in entries() {
        let named = match &change.effect {
            Effect::Feature { part, of, .. } if *part != Part::Webhooks => of,
            Effect::Response(of, _) => &[*of][..],
            _ => continue,
        };
        for operation in named {
            let row = table.rows().iter().find(|row| row.operation == *operation);
            let window = row.unwrap_or_else(|| panic!("{version} changes {operation}, which is not a row")).window;
            assert!(window.since() < version, "{version} introduces {operation}, so it cannot change it");
            assert!(window.contains(version), "{version} does not have {operation}");
        }
    }
}

#[test]
fn rules_name_operations() {
    let table = public::table();
    for operation in RULES.iter().flat_map(|rule| rule.operations) {
        assert!(table.rows().iter().any(|row| row.operation == *operation), "{operation} is not a row");
    }
}

#[test]
fn changes_of_webhooks_name_topics_or_types() {
    for (version, change) in entries() {
        let Effect::Feature { part: Part::Webhooks, of, .. } = &change.effect else { continue };
        for name in *of {
            let is_named = |topic: &Topic| topic.name == *name || topic.name.starts_with(&format!("{name}."));
            assert!(Topic::ALL.iter().any(is_named), "{version}: there is no topic {name}");
        }
    }
}

/// The fields in the published descriptions.
#[derive(Default)]
struct Described {
    /// The fields of objects by type.
    of_type: BTreeMap<String, BTreeSet<String>>,
    together: BTreeSet<BTreeSet<String>>,
}

impl Described {
    /// Reads the descriptions, if they are available.
    #[expect(clippy::disallowed_methods, reason = "the descriptions are not part of the server")]
    fn read() -> Option<Self> {
        let directory = std::env::var_os("DESKWIRE_CONTRACT")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contract"), PathBuf::from);
        let mut described = Self::default();
        for entry in std::fs::read_dir(directory.join("spec")).ok()? {
            let text = std::fs::read(entry.unwrap().path()).unwrap();
            described.collect(&serde_json::from_slice(&text).unwrap());
        }
        Some(described)
    }

    /// Collects fields. Examples have a `type`; schemas list the possible ones.
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(map) => {
                if let Some(name) = map.get("type").and_then(Value::as_str) {
                    self.of_type.entry(name.to_owned()).or_default().extend(map.keys().cloned());
                }
                if let Some(Value::Object(properties)) = map.get("properties") {
                    self.together.insert(properties.keys().cloned().collect());
                    for name in properties.get("type").into_iter().flat_map(names) {
                        self.of_type.entry(name).or_default().extend(properties.keys().cloned());
                    }
                }
                map.values().for_each(|item| self.collect(item));
            }
            _ => {}
        }
    }

    fn has(&self, of: &str, field: &str) -> bool {
        self.of_type.get(of).is_some_and(|fields| fields.contains(field))
    }
}

/// The strings in a schema.
fn names(schema: &Value) -> Vec<String> {
    let named = ["enum", "example", "default"].into_iter().filter_map(|key| schema.get(key));
    let texts = named.flat_map(|v| v.as_array().map_or_else(|| vec![v], |all| all.iter().collect()));
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn changes_name_types_and_fields_that_the_descriptions_show() {
    let Some(described) = Described::read() else { return };
    assert!(!described.of_type.is_empty(), "there are no descriptions");
    for (version, change) in entries() {
        let (of, fields) = match &change.effect {
            Effect::Feature { .. } | Effect::Response(..) => continue,
            Effect::Object(of, _) => (of, vec!["type"]),
            Effect::Field(of, name, _) => (of, vec![*name]),
            Effect::Added(of, names, _) => (of, names.to_vec()),
            Effect::Required(of, required, _) => {
                for (field, _) in required.fields {
                    let pair = [required.known_by, *field];
                    let is_listed = |all: &BTreeSet<String>| pair.iter().all(|name| all.contains(*name));
                    assert!(described.together.iter().any(is_listed), "{version}: {of} has no {field}");
                }
                (of, vec![required.known_by])
            }
        };
        for field in fields {
            assert!(described.has(of, field), "{version}: the descriptions show no {field} of {of}");
        }
    }
}
