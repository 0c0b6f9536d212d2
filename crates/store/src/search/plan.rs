//! Chooses the indexes that find the candidates of a filter.
//!
//! This does not rely on either database's planner: SQLite has no statistics, and both would guess the frequency of a
//! value that they have not seen yet. Instead, every test with an index is counted up to a limit, and the one that
//! leaves the fewest candidates leads.

use super::filter::{Filter, Leaf, Target, Test};
use super::grams::{self, Grams};
use super::normal::simplify;
use super::resource::{Column, Composite, Resource};
use super::sql::Sql;
use crate::{Dialect, Result, Tx};

/// The thresholds between the ways to evaluate a filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A filter with at most this many candidates is evaluated by examining each of them.
    pub(crate) selective: u64,
    /// More frequent trigrams are not worth searching for.
    pub(crate) common: u64,
    /// The maximum number of objects to examine along the order for a page, before another way is taken.
    pub(crate) walked: usize,
}

impl Limits {
    const COUNTED: Limits = Limits { selective: 10_000, common: 50_000, walked: 8_000 };
    /// For pages without a total: counting more candidates takes longer than it saves.
    pub(crate) const UNCOUNTED: Limits = Limits { selective: 1_000, ..Limits::COUNTED };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::COUNTED
    }
}

/// With this few candidates, finding fewer costs more than it saves.
const FEW: u64 = 40;
/// Counts of tests whose text form is longer than this are not cached.
const LONG: usize = 300;
/// If one list of candidates is at most this many times as long as another, intersecting them is faster than examining
/// each candidate of the shorter one.
const ALIKE: u64 = 4;
/// The limits up to which the tests of a group are counted, one after another.
const STAGES: [u64; 3] = [100, 1_000, u64::MAX];

/// A source of candidates.
#[derive(Clone, Debug)]
pub(crate) enum Drive<'f> {
    /// The index of the test's field.
    Index(&'f Leaf),
    /// An index on several columns, for a test of its first column and tests of others.
    Composite(&'static Composite, Vec<&'f Leaf>),
    /// The trigrams of a text.
    Grams(Grams),
    /// Known ids.
    Given(Vec<i64>),
}

/// How a filter is evaluated. The sources yield candidates, which include all matches.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'f> {
    pub(crate) drives: Vec<Drive<'f>>,
    /// Further sources, each of which also includes all matches and is about as small.
    pub(crate) meets: Vec<Drive<'f>>,
    /// The number of candidates, counted up to one more than would be selective.
    pub(crate) candidates: u64,
    /// Whether `candidates` is the exact number, not an upper bound.
    pub(crate) counted: bool,
    /// Whether the candidates are few enough to examine each.
    pub(crate) selective: bool,
    /// The filter that candidates must still pass to match.
    pub(crate) rest: Filter,
    /// Whether the index contains live objects only.
    pub(crate) live: bool,
}

impl Plan<'_> {
    fn nothing() -> Self {
        Plan {
            drives: Vec::new(),
            meets: Vec::new(),
            candidates: 0,
            counted: true,
            selective: true,
            rest: Filter::All,
            live: true,
        }
    }

    /// Returns whether all candidates match, so that none must be examined.
    pub(crate) fn exact(&self) -> bool {
        self.live && self.rest == Filter::All
    }

    /// Writes the `SELECT ... AS id` of all candidates, each once.
    pub(crate) fn write(&self, sql: &mut Sql, resource: &Resource) {
        // The ranges of one test are disjoint; those of different tests may overlap.
        let between = if self.drives.len() > 1 { " UNION " } else { " UNION ALL " };
        for (i, drive) in self.drives.iter().enumerate() {
            if i > 0 {
                sql.push(between);
            }
            drive.write(sql, resource, between);
        }
    }
}

impl Drive<'_> {
    /// Writes the `SELECT ... AS id` of the source's candidates, each once if `between` is `UNION`.
    pub(crate) fn write(&self, sql: &mut Sql, resource: &Resource, between: &str) {
        match self {
            Drive::Index(leaf) => sql.by_index(resource, leaf, between),
            Drive::Composite(composite, leaves) => {
                sql.rows(resource, "c.id AS id", Some(composite.index), composite.guard);
                sql.tests_of_columns(leaves);
            }
            Drive::Grams(grams) => sql.by_grams(grams),
            Drive::Given(ids) => sql.given(ids),
        }
    }
}

/// The planner's inputs.
pub(crate) struct Planner<'t, 'c> {
    pub(crate) tx: &'t mut Tx<'c>,
    pub(crate) resource: &'static Resource,
    pub(crate) workspace: &'t str,
    pub(crate) limits: Limits,
    pub(crate) fetch: Fetch,
}

/// Whether candidates are fetched at once; counting them first would read them twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fetch {
    /// They are counted.
    No,
    /// They are fetched, unless the index contains them in the order of the results, so that one page of them suffices.
    Unordered,
    /// They are always fetched.
    All,
}

impl Planner<'_, '_> {
    /// Like [`Planner::plan`], for a whole search, with results ordered by id or not. Only this plan may have `meets`.
    pub(crate) fn whole<'f>(&mut self, filter: &'f Filter, by_id: bool) -> Result<Option<Plan<'f>>> {
        if by_id && self.tx.dialect() == Dialect::Sqlite {
            self.fetch = if matches!(filter, Filter::Or(_)) { Fetch::All } else { Fetch::Unordered };
        }
        match filter {
            Filter::And(parts) => self.all(parts, u64::MAX, true),
            _ => self.plan(filter, u64::MAX),
        }
    }

    /// Returns the plan with the fewest candidates. `None` if no index helps. Counting stops above `limit`.
    pub(crate) fn plan<'f>(&mut self, filter: &'f Filter, limit: u64) -> Result<Option<Plan<'f>>> {
        match filter {
            Filter::All => Ok(None),
            Filter::None => Ok(Some(Plan::nothing())),
            Filter::Leaf(leaf) => self.leaf(leaf, limit),
            Filter::And(parts) => self.all(parts, limit, false),
            Filter::Or(parts) => self.any(parts, limit),
        }
    }

    fn all<'f>(&mut self, parts: &'f [Filter], limit: u64, whole: bool) -> Result<Option<Plan<'f>>> {
        // Candidates of a plan that is not chosen would be fetched in vain.
        self.fetch = Fetch::No;
        let options = self.options(parts);
        let mut best: Option<(usize, Plan<'f>)> = None;
        // A frequent value is not counted far while another test may turn out to be rare.
        for stage in STAGES {
            for (i, option) in options.iter().enumerate() {
                let fewest = best.as_ref().map_or(u64::MAX, |(_, plan)| plan.candidates);
                let tests = best.as_ref().map_or(0, |(best, _)| options[*best].parts.len());
                if fewest <= FEW || (fewest <= self.limits.selective && option.rank == SCAN) {
                    break;
                }
                // Counting beyond the best so far is unnecessary. Where that many were counted of both, an index for more
                // of the tests leaves fewer.
                if let Some(plan) = self.option(option, parts, limit.min(stage).min(fewest))?
                    && (plan.candidates, tests) < (fewest, option.parts.len())
                {
                    best = Some((i, plan));
                }
            }
            if stage >= limit || best.as_ref().is_some_and(|(_, plan)| plan.candidates <= stage) {
                break;
            }
            best = None;
        }
        let Some((leading, plan)) = best else { return Ok(None) };
        let mut done = options[leading].parts.clone();
        let mut plan = plan;
        if whole && self.tx.dialect() == Dialect::Sqlite && plan.selective && plan.candidates > FEW {
            self.meets(&mut plan, &mut done, &options, parts)?;
        }
        let others = parts.iter().enumerate().filter(|(i, _)| !done.contains(i)).map(|(_, part)| part.clone());
        plan.rest = simplify(Filter::And(others.chain([plan.rest]).collect()));
        Ok(Some(plan))
    }

    /// Adds to `plan` the other sources with about as few candidates, and to `done` the parts that then need no check.
    fn meets<'f>(
        &mut self,
        plan: &mut Plan<'f>,
        done: &mut Vec<usize>,
        options: &[Choice<'f>],
        parts: &'f [Filter],
    ) -> Result<()> {
        let limit = plan.candidates.saturating_mul(ALIKE).min(self.limits.selective);
        for option in options {
            let [part] = option.parts[..] else { continue };
            if done.contains(&part) || option.rank >= SCAN || !matches!(parts[part], Filter::Leaf(_)) {
                continue;
            }
            // Tests of ids themselves cost nothing.
            if matches!(&parts[part], Filter::Leaf(leaf) if leaf.target == Target::Id) {
                continue;
            }
            let Some(other) = self.option(option, parts, limit)? else { continue };
            if other.candidates > limit {
                continue;
            }
            // An exact source contains exactly the objects that pass its test, so the test need not be checked.
            if other.rest == Filter::All {
                done.push(part);
            }
            plan.live |= other.live;
            plan.counted = false;
            plan.meets.extend(other.drives);
        }
        Ok(())
    }

    /// Returns the ways to find candidates for a group. Those that promise few candidates, or cost little, come first.
    fn options<'f>(&self, parts: &'f [Filter]) -> Vec<Choice<'f>> {
        let mut options: Vec<Choice<'f>> = Vec::with_capacity(parts.len());
        let mut covered: Vec<usize> = Vec::new();
        for composite in self.resource.composites {
            let first = composite.columns.first().and_then(|column| on_column(parts, column));
            let tested: Vec<(usize, &'f Leaf)> =
                composite.columns.iter().filter_map(|column| on_column(parts, column)).collect();
            let besides: Vec<(usize, &'f Leaf)> =
                composite.besides.iter().filter_map(|column| on_column(parts, column)).collect();
            if first.is_some() && tested.len() + besides.len() > 1 {
                if tested.len() > 1 {
                    covered.extend(tested.iter().map(|(part, _)| *part));
                }
                let (parts, leaves): (Vec<usize>, Vec<&Leaf>) = tested.into_iter().chain(besides).unzip();
                options.push(Choice { rank: POINTS, parts, composite: Some((composite, leaves)) });
            }
        }
        // The index of a column leaves no fewer candidates than one that also covers other columns. Only where few
        // objects share a value is the other index not worth counting.
        for (i, part) in parts.iter().enumerate() {
            let rank = rank(part);
            if rank < POINTS || !covered.contains(&i) {
                options.push(Choice { rank, parts: vec![i], composite: None });
            }
        }
        // Where no object has the value of a column, an index that contains it only behind others is read in vain.
        options.sort_by_key(|option| (option.rank, option.composite.is_some()));
        options
    }

    fn option<'f>(&mut self, option: &Choice<'f>, parts: &'f [Filter], limit: u64) -> Result<Option<Plan<'f>>> {
        let Some((composite, leaves)) = &option.composite else {
            return option.parts.first().map_or(Ok(None), |part| self.plan(&parts[*part], limit));
        };
        let drives = vec![Drive::Composite(composite, leaves.clone())];
        let mut plan = Plan { drives, candidates: u64::MAX, selective: false, ..Plan::nothing() };
        self.count_into(&mut plan, limit)?;
        Ok(Some(self.rated(plan)))
    }

    fn any<'f>(&mut self, parts: &'f [Filter], limit: u64) -> Result<Option<Plan<'f>>> {
        let (mut sum, fetch) = (Plan::nothing(), self.fetch);
        for part in parts {
            let left = limit.saturating_sub(sum.candidates);
            let Some(plan) = self.plan(part, left)? else {
                return Ok(None);
            };
            self.fetch = fetch;
            sum.candidates += plan.candidates;
            // Candidates of several parts would count twice.
            sum.counted = sum.drives.is_empty() && plan.counted;
            sum.live &= plan.live;
            if plan.rest != Filter::All {
                // It is unknown which part a candidate comes from.
                sum.rest = Filter::Or(parts.to_vec());
            }
            sum.drives.extend(plan.drives);
        }
        Ok(Some(self.rated(sum)))
    }

    fn leaf<'f>(&mut self, leaf: &'f Leaf, limit: u64) -> Result<Option<Plan<'f>>> {
        if leaf.negated {
            return Ok(None);
        }
        let mut plan = Plan {
            drives: vec![Drive::Index(leaf)],
            candidates: u64::MAX,
            counted: false,
            selective: false,
            live: match leaf.target {
                Target::Id | Target::Column(_) => true,
                Target::Value { .. } => self.resource.values_are_live,
                Target::Link(_) => false,
            },
            ..Plan::nothing()
        };
        if let Some(points) = distinct_points(leaf) {
            plan.candidates = points;
            return Ok(Some(self.rated(plan)));
        }
        let indexed = leaf.target.indexed();
        let mut known = None;
        if matches!(leaf.test, Test::Within(_)) {
            if !indexed {
                return Ok(None);
            }
            let ordered = leaf.points() == Some(1) && matches!(leaf.target, Target::Column(_));
            if self.fetch == Fetch::All || (self.fetch == Fetch::Unordered && !ordered) {
                self.fetch_into(&mut plan, limit)?;
                return Ok(Some(self.rated(plan)));
            }
        } else {
            let Some(choice) = grams::choose(self.tx, self.workspace, leaf, self.limits)? else {
                return Ok(indexed.then(|| self.rated(plan)));
            };
            let pieces = choice.grams.spaced();
            let common = self.tx.memory().frequency(&pieces).is_some_and(|count| count > self.limits.selective);
            if common && indexed && self.tx.dialect() == Dialect::Postgres {
                // The trigram index would read all rows that contain the trigrams; the range of the field's own index
                // is shorter.
                return Ok(Some(self.rated(plan)));
            }
            plan.drives[0] = Drive::Grams(choice.grams);
            plan.rest = Filter::Leaf(leaf.clone());
            plan.live = self.resource.values_are_live;
            if common {
                return Ok(Some(self.rated(plan)));
            }
            if let Some(count) = choice.at_most
                && count <= limit.min(self.limits.selective)
            {
                plan.candidates = count;
                return Ok(Some(self.rated(plan)));
            }
            known = Some(pieces);
        }
        self.count_into(&mut plan, limit)?;
        if let Some(pieces) = known
            && plan.candidates > self.limits.selective
        {
            self.tx.memory().keep_frequency(&pieces, plan.candidates);
        }
        Ok(Some(self.rated(plan)))
    }

    fn rated<'f>(&self, plan: Plan<'f>) -> Plan<'f> {
        Plan {
            candidates: plan.candidates.min(self.limits.selective + 1),
            selective: plan.candidates <= self.limits.selective,
            ..plan
        }
    }

    /// Counts the candidates of a plan with one source up to `limit` + 1, or far enough to call them many.
    fn count_into(&mut self, plan: &mut Plan<'_>, limit: u64) -> Result<()> {
        let limit = limit.min(self.limits.selective);
        let key = self.many_lately(plan, limit);
        if plan.candidates == u64::MAX {
            plan.candidates = self.count(plan, limit)?;
            plan.counted = plan.candidates <= limit;
            self.keep_many(key, plan, limit);
        }
        Ok(())
    }

    /// Fetches the candidates instead, if there are at most `limit`.
    fn fetch_into(&mut self, plan: &mut Plan<'_>, limit: u64) -> Result<()> {
        let limit = limit.min(self.limits.selective);
        let key = self.many_lately(plan, limit);
        if plan.candidates == u64::MAX {
            let sql = self.first(plan, "p.id", limit);
            let mut ids: Vec<i64> = self.tx.query_all(sql.text(), &sql.values(), |row| row.get(0))?;
            plan.candidates = u64::try_from(ids.len()).unwrap_or(u64::MAX);
            self.keep_many(key, plan, limit);
            if plan.candidates <= limit {
                ids.sort_unstable();
                plan.drives = if ids.is_empty() { Vec::new() } else { vec![Drive::Given(ids)] };
                plan.counted = true;
            }
        }
        Ok(())
    }

    /// Sets the number of candidates to the cached one, if that is more than `limit`, so that they need not be counted
    /// again. Returns the cache key.
    fn many_lately(&mut self, plan: &mut Plan<'_>, limit: u64) -> Option<String> {
        let key = format!("{} {} {:?}", self.workspace, self.resource.name(), plan.drives);
        if let Some(many) = self.tx.memory().frequency(&key).filter(|many| *many > limit) {
            plan.candidates = many;
        }
        (key.len() < LONG).then_some(key)
    }

    fn keep_many(&mut self, key: Option<String>, plan: &Plan<'_>, limit: u64) {
        if let Some(key) = key
            && plan.candidates > limit.max(FEW)
        {
            self.tx.memory().keep_frequency(&key, plan.candidates);
        }
    }

    /// Counts candidates up to `limit` + 1.
    fn count(&mut self, plan: &Plan<'_>, limit: u64) -> Result<u64> {
        let sql = self.first(plan, "count(*)", limit);
        let count = self.tx.query_one(sql.text(), &sql.values(), |row| row.get::<i64>(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Returns the `SELECT` of `what` from the first `limit` + 1 candidates.
    fn first(&self, plan: &Plan<'_>, what: &str, limit: u64) -> Sql {
        let mut sql = Sql::new(self.tx, self.workspace);
        sql.push("SELECT ").push(what).push(" FROM (SELECT d.id FROM (");
        plan.write(&mut sql, self.resource);
        sql.push(") d LIMIT ").bind(i64::try_from(limit + 1).unwrap_or(i64::MAX)).push(") p");
        sql
    }
}

/// A way to find candidates for a group.
struct Choice<'f> {
    rank: u8,
    /// The parts of the group that it checks.
    parts: Vec<usize>,
    composite: Option<(&'static Composite, Vec<&'f Leaf>)>,
}

/// Returns the test of a column among the parts of a group, if an index can answer it.
fn on_column<'f>(parts: &'f [Filter], column: &Column) -> Option<(usize, &'f Leaf)> {
    parts.iter().enumerate().find_map(|(i, part)| match part {
        Filter::Leaf(leaf)
            if !leaf.negated
                && matches!(leaf.test, Test::Within(_))
                && matches!(leaf.target, Target::Column(tested) if tested == column) =>
        {
            Some((i, leaf))
        }
        _ => None,
    })
}

/// Returns the maximum number of objects that a test for given values can match, if few objects share a value of the
/// field.
fn distinct_points(leaf: &Leaf) -> Option<u64> {
    let distinct = match leaf.target {
        Target::Id => true,
        Target::Column(column) => column.distinct,
        Target::Value { .. } | Target::Link(_) => false,
    };
    leaf.points().filter(|_| distinct)
}

/// The rank of tests that must read each value of the field; they come last.
const SCAN: u8 = 6;
/// The rank of tests for given values.
const POINTS: u8 = 2;

/// Returns the rank by which the parts of a group are counted. Those that promise few candidates, or cost little, come
/// first.
fn rank(filter: &Filter) -> u8 {
    match filter {
        Filter::All | Filter::None => 0,
        Filter::Leaf(leaf) if leaf.negated => SCAN,
        Filter::Leaf(leaf) => match &leaf.test {
            Test::Within(_) if distinct_points(leaf).is_some() => 1,
            Test::Within(_) => {
                if leaf.points().is_some() {
                    POINTS
                } else {
                    4
                }
            }
            Test::Contains(_) | Test::EndsWith(_) => match leaf.target {
                Target::Column(column) if column.letter.is_some() => 3,
                _ => SCAN,
            },
        },
        Filter::And(_) | Filter::Or(_) => 5,
    }
}
