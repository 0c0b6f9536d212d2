//! Which operations each version of the API has, as the published descriptions say.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

/// All versions, oldest first.
pub(super) const VERSIONS: [&str; 11] =
    ["2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15", "2.16", "Unstable"];

/// The part of a description that is read: the methods of each path.
#[derive(Deserialize)]
struct File {
    paths: BTreeMap<String, HashMap<String, Box<RawValue>>>,
}

/// The operations of every version: method and path, whose parameters have no names because versions name them differently.
#[derive(Debug)]
pub(super) struct Description {
    versions: HashMap<&'static str, HashSet<String>>,
}

impl Description {
    /// Reads `spec/VERSION.json` of each version in the directory of the contract.
    pub(super) fn read(contract: &Path) -> Result<Self, String> {
        let mut versions = HashMap::new();
        for version in VERSIONS {
            let path = contract.join("spec").join(format!("{version}.json"));
            let text = std::fs::read_to_string(&path).map_err(|e| format!("reading {}: {e}", path.display()))?;
            let file: File = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
            let of_path = |(path, methods): (&String, &HashMap<String, Box<RawValue>>)| {
                let path = unnamed(path);
                methods.keys().map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
            };
            versions.insert(version, file.paths.iter().flat_map(of_path).collect());
        }
        Ok(Self { versions })
    }

    /// Whether a version has the operation that a call belongs to: of all versions' operations that fit, the one with the
    /// most literal text.
    pub(super) fn has(&self, version: &str, call: &str) -> bool {
        let fitting = self.versions.values().flatten().filter(|operation| fits(operation, call));
        let own = fitting.max_by_key(|operation| literal(operation));
        own.is_some_and(|own| self.versions.get(version).is_some_and(|all| all.contains(own)))
    }

    /// The lists whose objects are also read one by one, in any version: `GET /tags` if there is `GET /tags/{}`.
    pub(super) fn lists(&self) -> BTreeSet<&str> {
        let all: BTreeSet<&str> = self.versions.values().flatten().map(String::as_str).collect();
        let lists = all.iter().copied().filter_map(|operation| operation.strip_suffix("/{}"));
        lists.filter(|list| list.starts_with("GET ") && !list.contains('{') && all.contains(list)).collect()
    }
}

/// A path template whose parameters have no names.
fn unnamed(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether a call, without its query, is one of an operation.
pub(super) fn fits(operation: &str, call: &str) -> bool {
    let call = call.split('?').next().unwrap_or_default();
    let (mut given, mut wanted) = (call.split('/'), operation.split('/'));
    loop {
        match (given.next(), wanted.next()) {
            (None, None) => return true,
            (Some(given), Some(wanted)) if given == wanted || (wanted == "{}" && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

/// How much of a template is no parameter.
fn literal(operation: &str) -> usize {
    operation.split('/').filter(|part| *part != "{}").map(str::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_the_most_literal_operation() {
        let of = |all: &[&str]| all.iter().map(|operation| (*operation).to_owned()).collect();
        let old = of(&["GET /contacts/{}", "PUT /contacts/{}", "GET /contacts"]);
        let new = of(&["GET /contacts/{}", "GET /contacts/activities"]);
        let description = Description { versions: HashMap::from([("2.7", old), ("2.8", new)]) };
        assert!(description.has("2.8", "GET /contacts/activities?per_page=1"));
        assert!(!description.has("2.7", "GET /contacts/activities"));
        assert!(description.has("2.7", "GET /contacts/5"));
        assert!(description.has("2.7", "PUT /contacts/5") && !description.has("2.8", "PUT /contacts/5"));
        assert!(!description.has("2.7", "GET /contacts/") && !description.has("2.9", "GET /contacts"));
        assert_eq!(unnamed("/contacts/{id}/notes"), "/contacts/{}/notes");
        assert_eq!(description.lists().into_iter().collect::<Vec<_>>(), ["GET /contacts"]);
    }
}
