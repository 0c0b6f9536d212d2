//! Operations that the published descriptions have and this server does not implement yet. They respond with 501, so
//! that clients do not take them for a missing record or a mistyped path.

use deskwire_domain::error::{Error, ErrorKind};
use http::Method;

use crate::versions::Version;

/// One `METHOD /path/template VERSIONS` per line, written by `scripts/operations.py`.
const LIST: &str = include_str!("not_implemented.txt");

/// One operation that is not implemented.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    method: Method,
    /// `METHOD /path/template`.
    pub(crate) name: &'static str,
    /// The first and the last version of each range that has it.
    versions: Vec<(Version, Version)>,
}

/// All operations that are not implemented, by path and method.
#[derive(Debug, Default)]
pub(crate) struct NotImplemented {
    paths: matchit::Router<Vec<Operation>>,
}

impl NotImplemented {
    /// The list of this release.
    #[expect(clippy::expect_used, reason = "the list is a constant; a test reads it")]
    pub(crate) fn read() -> Self {
        let mut by_path: Vec<(&'static str, Vec<Operation>)> = Vec::new();
        for line in LIST.lines() {
            let (path, operation) = parse(line).expect("a line of not_implemented.txt can be read");
            match by_path.iter_mut().find(|(known, _)| *known == path) {
                Some((_, operations)) => operations.push(operation),
                None => by_path.push((path, vec![operation])),
            }
        }
        let mut paths = matchit::Router::new();
        for (path, operations) in by_path {
            paths.insert(path, operations).expect("the paths of not_implemented.txt can be told apart");
        }
        Self { paths }
    }

    /// The operation that a request calls, if it is not implemented.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<&Operation> {
        self.paths.at(path).ok()?.value.iter().find(|operation| operation.method == *method)
    }
}

impl Operation {
    /// The error for a caller of this version.
    pub(crate) fn refusal(&self, version: Version) -> Error {
        if !self.versions.iter().any(|(first, last)| (*first..=*last).contains(&version)) {
            return ErrorKind::VersionInvalid.into();
        }
        let message = format!("{} of version {} is not implemented by this server", self.name, version.as_str());
        Error::new(ErrorKind::NotImplemented, message)
    }
}

fn parse(line: &'static str) -> Option<(&'static str, Operation)> {
    let (name, versions) = line.rsplit_once(' ')?;
    let (method, path) = name.split_once(' ')?;
    let range = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some((Version::parse(first)?, Version::parse(last)?))
    };
    let versions = versions.split(',').map(range).collect::<Option<_>>()?;
    Some((path, Operation { method: method.parse().ok()?, name, versions }))
}

#[cfg(test)]
mod tests {
    use super::{LIST, NotImplemented, parse};
    use crate::versions::Version;

    #[test]
    fn the_list_can_be_read_and_holds_nothing_that_is_routed() {
        NotImplemented::read();
        let routes = crate::public::table();
        let shape = |path: &str| {
            let name = |s: &str| if s.starts_with('{') { "{}".to_owned() } else { s.to_owned() };
            path.split('/').map(name).collect::<Vec<_>>().join("/")
        };
        for line in LIST.lines() {
            let (path, operation) = parse(line).unwrap_or_else(|| panic!("{line} cannot be read"));
            let routed = routes.rows().iter().find(|r| r.method == operation.method && shape(r.path) == shape(path));
            let both = routed.filter(|route| {
                Version::ALL
                    .iter()
                    .any(|v| route.window.contains(*v) && operation.versions.iter().any(|(a, b)| (*a..=*b).contains(v)))
            });
            assert!(both.is_none(), "{line} is implemented: run scripts/operations.py");
        }
    }
}
