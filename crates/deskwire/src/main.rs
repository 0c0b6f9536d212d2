//! The `deskwire` program.
fn main() {}
