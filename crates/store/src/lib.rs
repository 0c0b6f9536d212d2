//! Deskwire: store.
