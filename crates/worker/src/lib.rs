//! Deskwire: worker.

/// Does what is due.
pub async fn run_due(_db: &deskwire_store::Db) -> usize { 0 }
