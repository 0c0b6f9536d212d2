//! The settings of a workspace, as teammates change them: the verbs of each noun, with an entry in the activity log.

pub mod attributes;
pub mod objects;
pub mod tags;
pub mod tickets;

use serde_json::{Value, json};

use crate::Cx;
use crate::activity;
use crate::error::Result;

/// A window of a list that is ordered by name.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only names that contain this.
    pub words: Option<String>,
    /// The name after which the window begins.
    pub after: Option<String>,
    /// The maximum number of entries.
    pub limit: usize,
}

/// A window of a list by name, and the name after which there are more.
pub(crate) fn window<T>(all: Vec<T>, name: impl Fn(&T) -> &str, wanted: &Wanted) -> (Vec<T>, Option<String>) {
    let key = |name: &str| (name.to_lowercase(), name.to_owned());
    let words = wanted.words.as_deref().map(str::trim).unwrap_or_default().to_lowercase();
    let after = wanted.after.as_deref().map(key);
    let mut found: Vec<((String, String), T)> = all.into_iter().map(|one| (key(name(&one)), one)).collect();
    found.retain(|(key, _)| key.0.contains(&words) && after.as_ref().is_none_or(|after| key > after));
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    let more = found.len() > wanted.limit;
    found.truncate(wanted.limit);
    let next = found.last().filter(|_| more).map(|(key, _)| key.1.clone());
    (found.into_iter().map(|(_, one)| one).collect(), next)
}

/// A change, for the activity log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done<'a> {
    /// The type of the entry.
    pub activity_type: &'static str,
    /// The verb, such as `created` or `changed`.
    pub word: &'static str,
    /// The noun with an article: `the tag`.
    pub what: &'static str,
    /// Its name.
    pub name: &'a str,
}

/// Logs a change, with the id of the changed object.
pub(crate) fn log(cx: &mut Cx, done: Done<'_>, id: &(impl ToString + ?Sized), ip: Option<&str>) -> Result<()> {
    log_with(cx, done, json!({"id": id.to_string(), "name": done.name}), ip)
}

/// The same, with more details.
pub(crate) fn log_with(cx: &mut Cx, done: Done<'_>, metadata: Value, ip: Option<&str>) -> Result<()> {
    let Done { activity_type, word, what, name } = done;
    activity::log_action(cx, activity_type, &format!("{word} {what} {name}"), metadata, ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_on_each_other() {
        let names = ["b", "A", "a", "C", "ab"];
        let page = |words: Option<&str>, after: Option<&str>, limit| {
            let wanted = Wanted { words: words.map(Into::into), after: after.map(Into::into), limit };
            window(names.to_vec(), |name| name, &wanted)
        };
        assert_eq!(page(None, None, 2), (vec!["A", "a"], Some("a".to_owned())));
        assert_eq!(page(None, Some("a"), 3), (vec!["ab", "b", "C"], None));
        assert_eq!(page(Some(" B"), None, 1), (vec!["ab"], Some("ab".to_owned())));
        assert_eq!(page(Some("x"), None, 1), (vec![], None));
    }
}
