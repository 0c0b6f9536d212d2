//! What a workspace file no longer declares, and what used it.

/// Something that was removed, and how much of the workspace used it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// What people call it by.
    pub name: String,
    /// How many things of each kind used it, or went with it; the kinds in the singular.
    pub uses: Vec<(&'static str, i64)>,
}
