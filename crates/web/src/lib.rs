//! The inbox's files, embedded into the program: what `npm run build` in `web/` made. This crate knows no HTTP.

/// A file of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Its path below the root of the inbox, like `assets/index-4f2a.js`.
    pub path: &'static str,
    /// Its media type, as the `Content-Type` header has it.
    pub content_type: &'static str,
    /// The SHA-256 of its content, in hexadecimal digits.
    pub hash: &'static str,
    /// Its content.
    pub identity: &'static [u8],
    /// The same, compressed by Brotli.
    pub br: Option<&'static [u8]>,
    /// The same, compressed by gzip.
    pub gz: Option<&'static [u8]>,
}

/// All files in the order of their paths; none if the program was built without the inbox.
pub const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// What tells this build of the inbox from others; `none` if there is no inbox.
pub const BUILD: &str = env!("DESKWIRE_UI_BUILD");

/// The file of a path among files in the order of their paths.
pub fn find<'a>(assets: &'a [Asset], path: &str) -> Option<&'a Asset> {
    assets.binary_search_by(|asset| asset.path.cmp(path)).ok().map(|at| &assets[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_paths() {
        let file = |path| Asset { path, content_type: "", hash: "", identity: b"", br: None, gz: None };
        let files = ["assets/a.js", "assets/b.js", "index.html"].map(file);
        assert_eq!(find(&files, "assets/b.js"), Some(&files[1]));
        assert_eq!(find(&files, "assets/c.js"), None);
        assert!(ASSETS.is_sorted_by_key(|asset| asset.path));
        assert_eq!(ASSETS.is_empty(), BUILD == "none");
    }
}
