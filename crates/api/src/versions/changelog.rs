//! The changelog between two versions.

use std::fmt::Write;

use super::{CHANGES, Change, Effect, Part, Version};

/// The changes after `from`, up to `to`, newest version first, in Markdown that is readable as plain text. `operations`
/// are all operations, each with the first and the last version that has it.
pub fn changelog(from: Version, to: Version, operations: &[(&'static str, Version, Version)]) -> String {
    let mut text = String::new();
    for version in Version::ALL.iter().rev().copied().filter(|version| *version > from && *version <= to) {
        let changes = CHANGES.iter().find(|(of, _)| *of == version).map_or(&[][..], |(_, changes)| changes);
        let lines = |part| changes.iter().filter(move |c| c.part() == part).map(Change::line).collect::<Vec<_>>();
        let parts = [
            ("Operations", came_and_went(version, operations)),
            ("Requests", lines(Part::Requests)),
            ("Answers", lines(Part::Answers)),
            ("Webhooks", lines(Part::Webhooks)),
            ("Refusals", lines(Part::Refusals)),
        ];
        let gap = if text.is_empty() { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{gap}## {version}");
        for (title, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
            let _ = write!(text, "\n{title}:\n\n");
            for line in lines {
                let _ = writeln!(text, "- {line}");
            }
        }
    }
    text
}

fn came_and_went(version: Version, operations: &[(&'static str, Version, Version)]) -> Vec<String> {
    let mut sorted = operations.to_vec();
    sorted.sort_by_key(|(name, ..)| name.split_once(' ').map(|(method, path)| (path, method)));
    let next = |version: Version| Version::ALL.get(version as usize + 1);
    let added = sorted.iter().filter(|(_, since, _)| *since == version).map(|(name, ..)| format!("adds `{name}`"));
    let ended = sorted.iter().filter(|(.., until)| next(*until) == Some(&version));
    added.chain(ended.map(|(name, ..)| format!("removes `{name}`"))).collect()
}

impl Change {
    fn part(&self) -> Part {
        match self.effect {
            Effect::Feature { part, .. } => part,
            _ => Part::Answers,
        }
    }

    /// The line of a change: its subject, and its text.
    fn line(&self) -> String {
        let text = self.text;
        match self.effect {
            Effect::Feature { of, before, .. } => {
                let of = if of.is_empty() { "all operations".to_owned() } else { listed(of.iter()) };
                format!("{of}: {text}{}", as_before(before))
            }
            Effect::Response(of, _) | Effect::Object(of, _) => format!("`{of}`: {text}"),
            Effect::Field(of, name, _) => format!("`{of}`: `{name}` {text}"),
            Effect::Added(of, fields, before) => {
                format!("`{of}`: adds {}{}", listed(fields.iter()), as_before(before))
            }
            Effect::Required(of, required, _) => {
                format!("`{of}`: {} may be absent", listed(required.fields.iter().map(|(name, _)| name)))
            }
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a &'static str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn as_before(versions: &[Version]) -> String {
    let names: Vec<&str> = versions.iter().map(|version| version.as_str()).collect();
    if names.is_empty() { String::new() } else { format!(", as in {}", names.join(", ")) }
}
