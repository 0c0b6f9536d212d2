//! Deskwire: domain.
