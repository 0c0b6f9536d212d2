//! Deskwire: worker.
