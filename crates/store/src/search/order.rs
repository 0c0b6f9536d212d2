//! The order of results, and the positions in it where pages end.

use std::cmp::Ordering;

use super::filter::{Literal, Target};
use super::resource::Kind;

/// An order of results. Objects without a value come last in either direction. Equal values are ordered by id, so that
/// every object has a unique position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// The field to order by.
    pub target: Target,
    /// Whether the greatest value comes first.
    pub descending: bool,
}

impl Order {
    /// Newest first. Ids increase with time and never change, so paging in this order neither skips nor repeats an
    /// object that exists throughout.
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
            // Both lack a value, or they are of two kinds, which never happens in one field.
            _ => Ordering::Equal,
        };
        keys.then(direct(a.id.cmp(&b.id)))
    }
}

/// The position of an object in an order: its value, if it has one, and its id. Without a value if the order is by id.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) key: Option<Literal>,
    pub(crate) id: i64,
}

/// The end of a page, from which the next one continues.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    pub(crate) place: Place,
    /// The number of the page that starts here, for information only. The second page is 2.
    pub page: u64,
}

impl Position {
    /// Encodes the position as text without secrets, for cursors given to clients.
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

    /// Decodes the output of [`Position::encode`] for the same order. `None` for any other text.
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
    fn rejects_malformed_positions() {
        for text in ["", "1", "x.1", "1.x", "1.2.3", "1.2.", ".", "1.99999999999999999999"] {
            assert_eq!(Position::decode(text, Order::NEWEST), None, "{text}");
        }
        let created = order(Target::Column(&contacts::CREATED_AT));
        for text in ["1.2", "1.2.x", "1.2.0.5"] {
            assert_eq!(Position::decode(text, created), None, "{text}");
        }
    }
}
