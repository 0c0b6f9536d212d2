//! In which order results come, and the places between them where pages end.

use std::cmp::Ordering;

use super::filter::{Literal, Target};
use super::resource::Kind;

/// An order of results. Objects without a value come last, whichever the direction; equal values are
/// ordered by id, so that every object has its one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// What is compared.
    pub target: Target,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Order {
    /// The newest first. Ids grow with time and never change, so a walk in this order neither skips
    /// nor repeats what was there from its start to its end.
    pub const NEWEST: Order = Order { target: Target::Id, descending: true };

    pub(crate) fn by_id(self) -> bool {
        self.target == Target::Id
    }

    pub(crate) fn compare(self, a: &Place, b: &Place) -> Ordering {
        let direct = |ordering: Ordering| {
            if self.descending { ordering.reverse() } else { ordering }
        };
        let keys = match (&a.key, &b.key) {
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(Literal::Int(a)), Some(Literal::Int(b))) => direct(a.cmp(b)),
            (Some(Literal::Real(a)), Some(Literal::Real(b))) => direct(a.total_cmp(b)),
            (Some(Literal::Bool(a)), Some(Literal::Bool(b))) => direct(a.cmp(b)),
            (Some(Literal::Text(a)), Some(Literal::Text(b))) => direct(a.cmp(b)),
            // Both without, or of two kinds, which one field never has.
            _ => Ordering::Equal,
        };
        keys.then(direct(a.id.cmp(&b.id)))
    }
}

/// Where an object stands in an order: its value, if it has one, and its id. In the order of ids the
/// value is absent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) key: Option<Literal>,
    pub(crate) id: i64,
}

/// Where a page ended, for the next one to go on from.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    pub(crate) place: Place,
    /// The number of the page that starts here; the second page is 2. It only informs.
    pub page: u64,
}

impl Position {
    /// As text without secrets, to be given to clients in whatever wrapping.
    pub fn encode(&self) -> String {
        let (page, id) = (self.page, self.place.id);
        match &self.place.key {
            None => format!("{page}.{id}"),
            Some(Literal::Int(n)) => format!("{page}.{id}.{n}"),
            Some(Literal::Real(x)) => format!("{page}.{id}.{x:?}"),
            Some(Literal::Bool(b)) => format!("{page}.{id}.{b}"),
            Some(Literal::Text(text)) => format!("{page}.{id}.{text}"),
        }
    }

    /// Reads what [`Position::encode`] wrote for the same order; `None` for anything else.
    pub fn decode(text: &str, order: Order) -> Option<Position> {
        let (page, rest) = text.split_once('.')?;
        let (id, key) = match rest.split_once('.') {
            Some((id, key)) => (id, Some(key)),
            None => (rest, None),
        };
        let key = match key {
            None if order.by_id() || order.target.nullable() => None,
            Some(key) if !order.by_id() => Some(match order.target.kind() {
                Kind::Int => Literal::Int(key.parse().ok()?),
                Kind::Real => Literal::Real(key.parse().ok().filter(|x: &f64| x.is_finite())?),
                Kind::Bool => Literal::Bool(key.parse().ok()?),
                Kind::Folded | Kind::Exact if key.contains('\0') => return None,
                Kind::Folded | Kind::Exact => Literal::Text(key.to_owned()),
            }),
            _ => return None,
        };
        Some(Position { place: Place { key, id: id.parse().ok()? }, page: page.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::contacts;

    fn order(target: Target) -> Order {
        Order { target, descending: true }
    }

    #[test]
    fn positions_come_back_as_they_went() {
        let value = Target::Value { field: 7, text: false };
        for (target, key) in [
            (Target::Id, None),
            (Target::Column(&contacts::CREATED_AT), Some(Literal::Int(-5))),
            (Target::Column(&contacts::NAME), Some(Literal::from("a.b.c ü"))),
            (Target::Column(&contacts::NAME), Some(Literal::from(""))),
            (Target::Column(&contacts::NAME), None),
            (value, Some(Literal::Real(0.1))),
        ] {
            let position = Position { place: Place { key, id: 42 }, page: 3 };
            let text = position.encode();
            assert_eq!(Position::decode(&text, order(target)), Some(position));
        }
    }

    #[test]
    fn garbage_is_no_position() {
        for text in ["", "1", "x.1", "1.x", "1.2.3", "1.2.", ".", "1.99999999999999999999"] {
            assert_eq!(Position::decode(text, Order::NEWEST), None, "{text}");
        }
        let created = order(Target::Column(&contacts::CREATED_AT));
        for text in ["1.2", "1.2.x", "1.2.0.5"] {
            assert_eq!(Position::decode(text, created), None, "{text}");
        }
    }
}
