//! Objects that a workspace file no longer declares.

/// A removed object, and how often it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its name.
    pub name: String,
    /// How many objects of each kind used it, or were removed with it. The kinds are in the singular.
    pub uses: Vec<(&'static str, i64)>,
}
