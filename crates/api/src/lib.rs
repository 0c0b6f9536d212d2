//! Deskwire: api.
