//! Evaluates filters one contact at a time, in memory.

use std::cmp::Ordering;

use super::people::{PLAN, Person, SCORE, VIP, WORKS_AT};
use crate::search::{Cut, Filter, Kind, Literal, Order, Target, Test, fold};

fn texts(text: Option<&String>, fold_it: bool) -> Vec<Literal> {
    text.map(|text| Literal::Text(if fold_it { fold(text) } else { text.clone() })).into_iter().collect()
}

/// Returns the values of a contact for a field.
pub(super) fn values(person: &Person, target: Target) -> Vec<Literal> {
    let ints = |n: Option<i64>| n.map(Literal::Int).into_iter().collect();
    match target {
        Target::Id => vec![Literal::Int(person.id)],
        Target::Link(link) if *link == WORKS_AT => person.companies.iter().map(|id| Literal::Int(*id)).collect(),
        Target::Link(_) => person.tags.iter().map(|tag| Literal::Int(*tag)).collect(),
        Target::Value { field: PLAN, .. } => texts(person.plan.as_ref(), true),
        Target::Value { field: SCORE, .. } => person.score.map(Literal::Real).into_iter().collect(),
        Target::Value { field: VIP, .. } if person.vip => vec![Literal::Real(1.0)],
        Target::Value { .. } => Vec::new(),
        Target::Column(column) => {
            let folded = column.kind == Kind::Folded;
            match column.name {
                "role" => vec![Literal::from(person.role)],
                "external_id" => texts(person.external_id.as_ref(), folded),
                "email_key" => texts(person.email.as_ref(), folded),
                "phone" | "formatted_phone" => texts(person.phone.as_ref(), folded),
                "name_key" => texts(person.name.as_ref(), folded),
                "owner_id" => ints(person.owner_id),
                "created_at" | "updated_at" => vec![Literal::Int(person.created_at)],
                "has_hard_bounced" => vec![Literal::Bool(person.bounced)],
                "last_seen_at" => ints(person.last_seen_at),
                other => panic!("{other}"),
            }
        }
    }
}

fn order_of(a: &Literal, b: &Literal) -> Ordering {
    match (a, b) {
        (Literal::Int(a), Literal::Int(b)) => a.cmp(b),
        (Literal::Real(a), Literal::Real(b)) => a.partial_cmp(b).unwrap(),
        (Literal::Bool(a), Literal::Bool(b)) => a.cmp(b),
        (Literal::Text(a), Literal::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        _ => panic!("{a:?} is compared with {b:?}"),
    }
}

fn above(value: &Literal, cut: &Cut) -> bool {
    match order_of(value, &cut.at) {
        Ordering::Greater => true,
        Ordering::Equal => !cut.after,
        Ordering::Less => false,
    }
}

fn meets(value: &Literal, test: &Test) -> bool {
    match (test, value) {
        (Test::Within(intervals), _) => intervals.iter().any(|interval| {
            interval.low.as_ref().is_none_or(|cut| above(value, cut))
                && interval.high.as_ref().is_none_or(|cut| !above(value, cut))
        }),
        (Test::Contains(part), Literal::Text(whole)) => whole.contains(part.as_str()),
        (Test::EndsWith(end), Literal::Text(whole)) => whole.ends_with(end.as_str()),
        _ => panic!("{test:?} of {value:?}"),
    }
}

/// Returns whether the contact matches.
pub(super) fn matches(person: &Person, filter: &Filter) -> bool {
    match filter {
        Filter::All => true,
        Filter::None => false,
        Filter::And(parts) => parts.iter().all(|part| matches(person, part)),
        Filter::Or(parts) => parts.iter().any(|part| matches(person, part)),
        Filter::Leaf(leaf) => {
            let values = values(person, leaf.target);
            values.iter().any(|value| meets(value, &leaf.test)) != leaf.negated
        }
    }
}

/// Returns the ids of the matches, in order.
pub(super) fn search(people: &[Person], filter: &Filter, order: Order) -> Vec<i64> {
    let mut found: Vec<&Person> =
        people.iter().filter(|person| person.state == "active" && matches(person, filter)).collect();
    let turned = |ordering: Ordering| {
        if order.descending { ordering.reverse() } else { ordering }
    };
    found.sort_by(|a, b| {
        let (x, y) = (values(a, order.target), values(b, order.target));
        let by_value = match (x.first(), y.first()) {
            (Some(x), Some(y)) => turned(order_of(x, y)),
            (x, y) => y.is_some().cmp(&x.is_some()),
        };
        by_value.then(turned(a.id.cmp(&b.id)))
    });
    found.into_iter().map(|person| person.id).collect()
}
