//! The demo's audiences.

use deskwire_domain::audiences::{self, Input, Predicate};
use deskwire_domain::{Cx, Result};

/// Name, and attribute, comparison and value of its predicate.
const AUDIENCES: &[(&str, &str, &str, &str)] =
    &[("Big spenders", "company.monthly_spend", "gt", "5000"), ("Reachable by phone", "phone", "known", "")];

/// Creates audiences of users.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let predicate = |attribute: &str, comparison: &str, value: &str| Predicate {
        attribute: attribute.to_owned(),
        comparison: comparison.to_owned(),
        value: value.to_owned(),
        ..Predicate::default()
    };
    for (name, attribute, comparison, value) in AUDIENCES {
        let input = Input {
            name: Some(Some((*name).to_owned())),
            predicates: Some(vec![predicate(attribute, comparison, value)]),
            role_predicates: Some(vec![predicate("role", "eq", "user")]),
        };
        audiences::create(cx, &input)?;
    }
    Ok(())
}
