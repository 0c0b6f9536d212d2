//! Deleting a company.

use deskwire_store::{Hold, Tx, companies as store, contact_companies};
use serde_json::json;

use super::{Company, hold};
use crate::actor::Actor;
use crate::error::Result;
use crate::events::{self, Topic};
use crate::{ids, people_index};

/// Archives a company for good and detaches its contacts. Its `company_id` is free again: who sends it next makes a
/// new company.
pub fn delete(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    let before = hold(tx, actor, id, Hold::End)?;
    contact_companies::detach_all(tx, actor.workspace(), id)?;
    people_index::drop(tx, actor, id)?;
    let gone = Company { state: "archived".to_owned(), user_count: 0, updated_at: tx.now(), ..before };
    store::update(tx, actor.workspace(), &gone)?;
    let payload = json!({"type": "company", "id": ids::hex(id), "company_id": gone.company_id, "name": gone.name});
    events::emit(tx, actor, Topic::CompanyDeleted, id, &payload)
}
