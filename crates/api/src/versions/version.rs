//! The API versions, in order.

use std::fmt;

macro_rules! versions {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A version of the API. Newer versions are greater. `Unstable` is the newest, which the core implements.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum Version { $($name),+ }

        impl Version {
            /// All versions, oldest first.
            pub const ALL: &[Version] = &[$(Version::$name),+];

            /// The value in the `Intercom-Version` header.
            pub const fn as_str(self) -> &'static str {
                match self { $(Version::$name => $text),+ }
            }
        }
    };
}

versions! {
    V2_7 = "2.7", V2_8 = "2.8", V2_9 = "2.9", V2_10 = "2.10", V2_11 = "2.11", V2_12 = "2.12",
    V2_13 = "2.13", V2_14 = "2.14", V2_15 = "2.15", V2_16 = "2.16", Unstable = "Unstable",
}

impl Version {
    /// The version of an app that has not selected one: the newest numbered version.
    pub const DEFAULT: Version = Version::V2_16;

    /// Parses a header or a setting, in any case. `Preview` means `Unstable`.
    pub fn parse(text: &str) -> Option<Version> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("preview") {
            return Some(Version::Unstable);
        }
        Self::ALL.iter().copied().find(|v| v.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
