//! Simplifies filters without changing what they match.

use super::filter::{Filter, Interval, Leaf, Literal, Target, Test, complement, intersection, union};
use super::resource::Kind;

/// Returns the simplest known form of `filter`: groups are flat, tests of one field are joined into one, parts that
/// match everything or nothing are removed, and negation remains only where it cannot be expressed otherwise.
pub(crate) fn simplify(filter: Filter) -> Filter {
    match filter {
        Filter::All | Filter::None => filter,
        Filter::Leaf(leaf) => simplify_leaf(leaf),
        Filter::And(parts) => group(parts, true),
        Filter::Or(parts) => group(parts, false),
    }
}

fn simplify_leaf(mut leaf: Leaf) -> Filter {
    if matches!(&leaf.test, Test::Contains(text) | Test::EndsWith(text) if text.is_empty()) {
        leaf.test = Test::Within(vec![Interval::FULL]);
    }
    if let Test::Within(intervals) = &mut leaf.test {
        *intervals = union(std::mem::take(intervals));
        if leaf.target.kind() == Kind::Bool {
            *intervals = points_of_bool(intervals, leaf.target.nullable());
        }
        let full = intervals.as_slice() == [Interval::FULL];
        if leaf.negated && !leaf.target.nullable() {
            *intervals = complement(intervals);
            leaf.negated = false;
            return simplify_leaf(leaf);
        }
        if intervals.is_empty() {
            return if leaf.negated { Filter::All } else { Filter::None };
        }
        if full && !leaf.target.nullable() {
            return Filter::All;
        }
    }
    Filter::Leaf(leaf)
}

/// Rewrites intervals of booleans as points: a value that is not true is false.
fn points_of_bool(intervals: &[Interval], nullable: bool) -> Vec<Interval> {
    let both = [false, true].map(|value| Interval::point(Literal::Bool(value)));
    let has = |point: &Interval| !intersection(intervals, std::slice::from_ref(point)).is_empty();
    let found: Vec<Interval> = both.into_iter().filter(has).collect();
    if found.len() == 2 && !nullable { vec![Interval::FULL] } else { found }
}

fn group(parts: Vec<Filter>, all: bool) -> Filter {
    let (neutral, absorbing) = if all { (Filter::All, Filter::None) } else { (Filter::None, Filter::All) };
    let mut flat: Vec<Filter> = Vec::with_capacity(parts.len());
    for part in parts {
        let part = simplify(part);
        match part {
            Filter::And(inner) if all => inner.into_iter().for_each(|p| join(&mut flat, p, all)),
            Filter::Or(inner) if !all => inner.into_iter().for_each(|p| join(&mut flat, p, all)),
            part if part == neutral => {}
            part if part == absorbing => return absorbing,
            part => join(&mut flat, part, all),
        }
    }
    if flat.contains(&absorbing) {
        return absorbing;
    }
    flat.retain(|part| *part != neutral);
    match flat.len() {
        0 => neutral,
        1 => flat.remove(0),
        _ if all => Filter::And(flat),
        _ => Filter::Or(flat),
    }
}

/// Adds `part`, joined with a test of the same field if possible.
fn join(flat: &mut Vec<Filter>, part: Filter, all: bool) {
    if flat.contains(&part) {
        return;
    }
    if let Filter::Leaf(new) = &part {
        for old in flat.iter_mut() {
            if let Filter::Leaf(leaf) = old
                && let Some(joined) = join_leaves(leaf, new, all)
            {
                *old = simplify_leaf(joined);
                return;
            }
        }
    }
    flat.push(part);
}

fn join_leaves(a: &Leaf, b: &Leaf, all: bool) -> Option<Leaf> {
    let (Test::Within(x), Test::Within(y)) = (&a.test, &b.test) else {
        return None;
    };
    if a.target != b.target || a.negated != b.negated {
        return None;
    }
    // not x and not y = not (x or y), and the other way round
    let intersect = all != a.negated;
    // Different tags may pass two tests, but a single value must pass both.
    if intersect && a.target.many() {
        return None;
    }
    let intervals = if intersect { intersection(x, y) } else { union(x.iter().chain(y).cloned().collect()) };
    Some(Leaf { test: Test::Within(intervals), ..a.clone() })
}

/// Returns the test whose intervals must contain the objects' values of `target`, if the filter states it directly.
pub(crate) fn bounds(filter: &Filter, target: Target) -> Option<&Leaf> {
    let bounding = |part: &Filter| match part {
        Filter::Leaf(leaf) => leaf.target == target && !leaf.negated && matches!(leaf.test, Test::Within(_)),
        _ => false,
    };
    let part = match filter {
        Filter::And(parts) => parts.iter().find(|part| bounding(part))?,
        part if bounding(part) => part,
        _ => return None,
    };
    match part {
        Filter::Leaf(leaf) => Some(leaf),
        _ => None,
    }
}
