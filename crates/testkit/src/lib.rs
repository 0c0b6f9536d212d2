//! Deskwire: testkit.
