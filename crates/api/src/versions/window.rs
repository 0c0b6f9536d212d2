use std::ops::{RangeFrom, RangeInclusive};

use super::Version;

/// The versions that have an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window(Version, Version);

impl Window {
    /// Whether this version has the operation.
    pub fn contains(self, version: Version) -> bool {
        (self.0..=self.1).contains(&version)
    }

    /// The first version that has the operation.
    pub fn since(self) -> Version {
        self.0
    }

    /// The last version that has the operation.
    pub fn until(self) -> Version {
        self.1
    }
}

impl From<RangeFrom<Version>> for Window {
    fn from(range: RangeFrom<Version>) -> Self {
        Self(range.start, Version::Unstable)
    }
}

impl From<RangeInclusive<Version>> for Window {
    fn from(range: RangeInclusive<Version>) -> Self {
        Self(*range.start(), *range.end())
    }
}
