//! Filters: trees of tests on the fields of an object.

use std::cmp::Ordering;

use super::fold;
use super::resource::{Column, Kind, Link};

/// The number of characters of a text that `search_values` keeps.
pub const TEXT_LENGTH: usize = 255;

/// A value that fields are compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A whole number. Times (unix seconds) and ids too.
    Int(i64),
    /// A floating point number. Booleans in `search_values` are 0 and 1.
    Real(f64),
    /// True or false.
    Bool(bool),
    /// A text.
    Text(String),
}

impl Literal {
    /// Compares values of one field. Literals of different kinds never occur in one field.
    fn compare(&self, other: &Literal) -> Ordering {
        match (self, other) {
            (Literal::Int(a), Literal::Int(b)) => a.cmp(b),
            (Literal::Real(a), Literal::Real(b)) => a.total_cmp(b),
            (Literal::Bool(a), Literal::Bool(b)) => a.cmp(b),
            (Literal::Text(a), Literal::Text(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Literal::Int(_) => 0,
            Literal::Real(_) => 1,
            Literal::Bool(_) => 2,
            Literal::Text(_) => 3,
        }
    }
}

impl From<i64> for Literal {
    fn from(value: i64) -> Literal {
        Literal::Int(value)
    }
}

impl From<f64> for Literal {
    fn from(value: f64) -> Literal {
        // Turns -0 into 0, so that comparing bits and comparing numbers agree.
        Literal::Real(value + 0.0)
    }
}

impl From<bool> for Literal {
    fn from(value: bool) -> Literal {
        Literal::Bool(value)
    }
}

impl From<&str> for Literal {
    fn from(value: &str) -> Literal {
        Literal::Text(value.to_owned())
    }
}

impl From<String> for Literal {
    fn from(value: String) -> Literal {
        Literal::Text(value)
    }
}

/// A boundary between two values: just before or just after `at`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The value at the boundary.
    pub at: Literal,
    /// Whether the boundary is after the value.
    pub after: bool,
}

impl Cut {
    pub(crate) fn compare(&self, other: &Cut) -> Ordering {
        self.at.compare(&other.at).then(self.after.cmp(&other.after))
    }
}

/// The values between two boundaries. `None` leaves that side open.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// The lower boundary.
    pub low: Option<Cut>,
    /// The upper boundary.
    pub high: Option<Cut>,
}

impl Interval {
    /// The interval of all values.
    pub const FULL: Interval = Interval { low: None, high: None };

    pub(crate) fn point(at: Literal) -> Interval {
        Interval { low: Some(Cut { at: at.clone(), after: false }), high: Some(Cut { at, after: true }) }
    }

    /// Returns the only value of the interval, if there is exactly one.
    pub(crate) fn as_point(&self) -> Option<&Literal> {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) if !low.after && high.after && low.at == high.at => Some(&low.at),
            _ => None,
        }
    }
}

/// The field that a test reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// The id of the object.
    Id,
    /// A column of the resource's table.
    Column(&'static Column),
    /// A row of `search_values`.
    Value {
        /// The id of a data attribute, or the small number of a standard field.
        field: i64,
        /// Whether the field contains texts rather than numbers.
        text: bool,
    },
    /// The rows of another table for the object.
    Link(&'static Link),
}

impl Target {
    /// Returns how the values compare.
    pub fn kind(self) -> Kind {
        match self {
            Target::Id | Target::Link(_) => Kind::Int,
            Target::Column(column) => column.kind,
            Target::Value { text: true, .. } => Kind::Folded,
            Target::Value { text: false, .. } => Kind::Real,
        }
    }

    /// Returns whether an object may lack a value.
    pub fn nullable(self) -> bool {
        match self {
            Target::Id => false,
            Target::Column(column) => column.nullable,
            Target::Value { .. } | Target::Link(_) => true,
        }
    }

    /// Returns the index of a column.
    pub(crate) fn index(self) -> Option<&'static str> {
        match self {
            Target::Column(column) => column.index,
            Target::Id | Target::Value { .. } | Target::Link(_) => None,
        }
    }

    /// Returns whether an index finds objects by their values, or orders them.
    pub(crate) fn indexed(self) -> bool {
        !matches!(self, Target::Column(column) if column.index.is_none())
    }

    /// Returns whether objects can be ordered by the field.
    pub fn orders(self) -> bool {
        self.indexed() && !self.many()
    }

    /// Returns whether an object may have several values, so that different ones may pass two tests.
    pub(crate) fn many(self) -> bool {
        matches!(self, Target::Link(_))
    }

    /// Returns `text` as this field stores it.
    fn text(self, text: &str) -> String {
        match self {
            Target::Value { text: true, .. } => fold(text).chars().take(TEXT_LENGTH).collect(),
            _ if self.kind() == Kind::Folded => fold(text),
            _ => text.to_owned(),
        }
    }

    fn literal(self, literal: Literal) -> Literal {
        #[expect(clippy::cast_precision_loss, reason = "ids and times stay below 2^53")]
        match (self.kind(), literal) {
            (Kind::Real, Literal::Int(n)) => Literal::Real(n as f64),
            (Kind::Real, Literal::Bool(b)) => Literal::Real(f64::from(u8::from(b))),
            (Kind::Bool, Literal::Int(n)) => Literal::Bool(n != 0),
            (Kind::Bool, Literal::Real(x)) => Literal::Bool(x != 0.0),
            (Kind::Folded | Kind::Exact, Literal::Text(text)) => Literal::Text(self.text(&text)),
            (_, literal) => literal,
        }
    }
}

/// The condition on a value. An object without a value never meets it.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The value is in one of these intervals, which are sorted and disjoint.
    Within(Vec<Interval>),
    /// The text contains this.
    Contains(String),
    /// The text ends with this.
    EndsWith(String),
}

/// A test of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// The field.
    pub target: Target,
    /// The condition.
    pub test: Test,
    /// Whether the test is negated. Objects without a value then match.
    pub negated: bool,
}

impl Leaf {
    /// Returns how many ranges of an index contain the matches: one for all given values, and one per interval.
    pub(crate) fn walks(&self) -> usize {
        let Test::Within(intervals) = &self.test else { return 1 };
        let ranges = intervals.iter().filter(|interval| interval.as_point().is_none()).count();
        ranges + usize::from(ranges < intervals.len())
    }

    /// Returns how many values pass the test, if it lists them.
    pub(crate) fn points(&self) -> Option<u64> {
        let Test::Within(intervals) = &self.test else { return None };
        let all = intervals.iter().all(|interval| interval.as_point().is_some());
        all.then_some(u64::try_from(intervals.len()).unwrap_or(u64::MAX))
    }
}

/// A filter: tests, combined.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Matches everything.
    All,
    /// Matches nothing.
    None,
    /// Matches what passes the test.
    Leaf(Leaf),
    /// Matches what all of these match.
    And(Vec<Filter>),
    /// Matches what at least one of these matches.
    Or(Vec<Filter>),
}

impl Filter {
    fn leaf(target: Target, test: Test) -> Filter {
        Filter::Leaf(Leaf { target, test, negated: false })
    }

    fn range(target: Target, low: Option<Cut>, high: Option<Cut>) -> Filter {
        Filter::leaf(target, Test::Within(vec![Interval { low, high }]))
    }

    fn cut(target: Target, at: impl Into<Literal>, after: bool) -> Cut {
        let at = target.literal(at.into());
        Cut { at, after }
    }

    /// Matches if the value equals `value`.
    pub fn eq(target: Target, value: impl Into<Literal>) -> Filter {
        let value = target.literal(value.into());
        Filter::leaf(target, Test::Within(vec![Interval::point(value)]))
    }

    /// Matches if the value differs from `value`, or there is none.
    pub fn ne(target: Target, value: impl Into<Literal>) -> Filter {
        Filter::eq(target, value).negate()
    }

    /// Matches if the value is one of `values`.
    pub fn is_in(target: Target, values: impl IntoIterator<Item = Literal>) -> Filter {
        let points = values.into_iter().map(|value| Interval::point(target.literal(value)));
        Filter::leaf(target, Test::Within(union(points.collect())))
    }

    /// Matches if the value is none of `values`, or there is none.
    pub fn not_in(target: Target, values: impl IntoIterator<Item = Literal>) -> Filter {
        Filter::is_in(target, values).negate()
    }

    /// Matches if the value is greater than `value`.
    pub fn gt(target: Target, value: impl Into<Literal>) -> Filter {
        Filter::range(target, Some(Filter::cut(target, value, true)), None)
    }

    /// Matches if the value is greater than or equal to `value`.
    pub fn ge(target: Target, value: impl Into<Literal>) -> Filter {
        Filter::range(target, Some(Filter::cut(target, value, false)), None)
    }

    /// Matches if the value is less than `value`.
    pub fn lt(target: Target, value: impl Into<Literal>) -> Filter {
        Filter::range(target, None, Some(Filter::cut(target, value, false)))
    }

    /// Matches if the value is less than or equal to `value`.
    pub fn le(target: Target, value: impl Into<Literal>) -> Filter {
        Filter::range(target, None, Some(Filter::cut(target, value, true)))
    }

    /// Matches if the value is greater than or equal to `low` and less than `high`.
    pub fn between(target: Target, low: impl Into<Literal>, high: impl Into<Literal>) -> Filter {
        let low = Filter::cut(target, low, false);
        let high = Filter::cut(target, high, false);
        Filter::range(target, Some(low), Some(high))
    }

    /// Matches if the text contains `text`.
    pub fn contains(target: Target, text: &str) -> Filter {
        Filter::leaf(target, Test::Contains(target.text(text)))
    }

    /// Matches if the text does not contain `text`, or there is none.
    pub fn not_contains(target: Target, text: &str) -> Filter {
        Filter::contains(target, text).negate()
    }

    /// Matches if the text starts with `text`.
    pub fn starts_with(target: Target, text: &str) -> Filter {
        let text = target.text(text);
        let high = successor(&text).map(|at| Cut { at: Literal::Text(at), after: false });
        let low = Cut { at: Literal::Text(text), after: false };
        Filter::range(target, Some(low), high)
    }

    /// Matches if the text ends with `text`.
    pub fn ends_with(target: Target, text: &str) -> Filter {
        Filter::leaf(target, Test::EndsWith(target.text(text)))
    }

    /// Matches if there is a value and it is not the empty text.
    pub fn is_set(target: Target) -> Filter {
        match target.kind() {
            Kind::Folded | Kind::Exact => Filter::gt(target, ""),
            Kind::Int | Kind::Real | Kind::Bool => Filter::range(target, None, None),
        }
    }

    /// Matches if there is no value, or it is the empty text.
    pub fn is_unset(target: Target) -> Filter {
        Filter::is_set(target).negate()
    }

    /// Returns the filter that matches exactly what this one does not.
    #[must_use]
    pub fn negate(self) -> Filter {
        match self {
            Filter::All => Filter::None,
            Filter::None => Filter::All,
            Filter::Leaf(leaf) => Filter::Leaf(Leaf { negated: !leaf.negated, ..leaf }),
            Filter::And(parts) => Filter::Or(parts.into_iter().map(Filter::negate).collect()),
            Filter::Or(parts) => Filter::And(parts.into_iter().map(Filter::negate).collect()),
        }
    }
}

/// Returns the least text that is greater than every text that starts with `prefix`.
fn successor(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let next = match u32::from(last) {
            0xD7FF => Some('\u{E000}'),
            code => char::from_u32(code + 1),
        };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

/// Returns whether no value is between the boundaries.
fn is_empty(interval: &Interval) -> bool {
    matches!((&interval.low, &interval.high), (Some(low), Some(high)) if low.compare(high).is_ge())
}

fn low_order(a: Option<&Cut>, b: Option<&Cut>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.compare(b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn high_order(a: Option<&Cut>, b: Option<&Cut>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.compare(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Returns the union of the intervals, sorted and disjoint.
pub(crate) fn union(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.retain(|interval| !is_empty(interval));
    intervals.sort_by(|a, b| low_order(a.low.as_ref(), b.low.as_ref()));
    let mut joined: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        if let Some(last) = joined.last_mut() {
            let apart = matches!((&last.high, &interval.low), (Some(high), Some(low)) if high.compare(low).is_lt());
            if !apart {
                if high_order(interval.high.as_ref(), last.high.as_ref()).is_gt() {
                    last.high = interval.high;
                }
                continue;
            }
        }
        joined.push(interval);
    }
    joined
}

/// Returns the intersection of two lists of intervals, each sorted and disjoint.
pub(crate) fn intersection(a: &[Interval], b: &[Interval]) -> Vec<Interval> {
    let (mut i, mut j, mut common) = (0, 0, Vec::new());
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        let low = if low_order(x.low.as_ref(), y.low.as_ref()).is_ge() { &x.low } else { &y.low };
        let x_ends_first = high_order(x.high.as_ref(), y.high.as_ref()).is_lt();
        let high = if x_ends_first { &x.high } else { &y.high };
        let both = Interval { low: low.clone(), high: high.clone() };
        if !is_empty(&both) {
            common.push(both);
        }
        if x_ends_first {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

/// Returns the complement of the intervals, which are sorted and disjoint.
pub(crate) fn complement(intervals: &[Interval]) -> Vec<Interval> {
    let mut gaps = Vec::with_capacity(intervals.len() + 1);
    let mut low: Option<Cut> = None;
    for (i, interval) in intervals.iter().enumerate() {
        if i > 0 || interval.low.is_some() {
            gaps.push(Interval { low: low.take(), high: interval.low.clone() });
        }
        match &interval.high {
            Some(high) => low = Some(high.clone()),
            None => return gaps,
        }
    }
    gaps.push(Interval { low, high: None });
    gaps
}
