//! By which indexes the objects that may match are found.
//!
//! Neither database's planner is relied on: SQLite has no statistics, and both would guess at the
//! frequency of a value they have not seen yet. Instead every test that has an index is counted,
//! up to a limit, and the one that leaves the fewest candidates leads.

use super::filter::{Filter, Leaf, Target, Test};
use super::grams::{self, Grams};
use super::normal::simplify;
use super::resource::{Column, Composite, Resource};
use super::sql::Sql;
use crate::{Dialect, Result, Tx};

/// Where one way of working out a filter gives way to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A filter that leaves at most so many candidates is worked out by looking at each of them.
    pub(crate) selective: u64,
    /// Pieces of text that occur more often are not worth looking for.
    pub(crate) common: u64,
    /// How many objects are walked by before the search for a page goes another way.
    pub(crate) walked: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { selective: 10_000, common: 50_000, walked: 8_000 }
    }
}

/// So few candidates that looking for fewer costs more than it saves.
const FEW: u64 = 40;
/// Tests that take more letters than this to write down are counted each time.
const LONG: usize = 300;
/// A list of candidates so many times as long as another is faster held against it than each of the other looked up.
const ALIKE: u64 = 4;
/// How far the tests of a group are counted, one time after the other.
const STAGES: [u64; 3] = [100, 1_000, u64::MAX];

/// Where candidates come from.
#[derive(Clone, Debug)]
pub(crate) enum Drive<'f> {
    /// The index of a field.
    Index(&'f Leaf),
    /// An index on several columns, for a test of the first and of others.
    Composite(&'static Composite, Vec<&'f Leaf>),
    /// The pieces of a text.
    Grams(Grams),
    /// They are known already.
    Given(Vec<i64>),
}

/// How a filter is worked out: the drives give candidates, which together include all that match.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'f> {
    pub(crate) drives: Vec<Drive<'f>>,
    /// Each of these gives a superset of what matches, too, and is about as short.
    pub(crate) meets: Vec<Drive<'f>>,
    /// How many candidates there are, counted up to one more than would be selective.
    pub(crate) candidates: u64,
    /// Whether that is their number, not only a limit of it.
    pub(crate) counted: bool,
    /// Whether they are few enough to look at each.
    pub(crate) selective: bool,
    /// What candidates still have to pass to match.
    pub(crate) rest: Filter,
    /// Whether the index knows that the candidates are live.
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

    /// Whether all candidates match, so that none has to be looked at.
    pub(crate) fn exact(&self) -> bool {
        self.live && self.rest == Filter::All
    }

    /// `SELECT ... AS id` of all candidates of the drives, each once.
    pub(crate) fn write(&self, sql: &mut Sql, resource: &Resource) {
        // The walks of one test never meet; those of different tests do.
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
    /// `SELECT ... AS id` of its candidates, each once if its own parts are joined by `UNION`.
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

/// What plans are made with.
pub(crate) struct Planner<'t, 'c> {
    pub(crate) tx: &'t mut Tx<'c>,
    pub(crate) resource: &'static Resource,
    pub(crate) workspace: &'t str,
    pub(crate) limits: Limits,
    pub(crate) fetch: Fetch,
}

/// Whether candidates are fetched at once, where counting them first would go over them twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fetch {
    /// They are counted.
    No,
    /// Unless they lie in the index as results are ordered, so that only a page of them has to be fetched.
    Unordered,
    /// In any case.
    All,
}

impl Planner<'_, '_> {
    /// The same as [`Planner::plan`] for a whole search, whose results are ordered by id or not; only its `meets` may
    /// be more than none.
    pub(crate) fn whole<'f>(&mut self, filter: &'f Filter, by_id: bool) -> Result<Option<Plan<'f>>> {
        if by_id && self.tx.dialect() == Dialect::Sqlite {
            self.fetch = if matches!(filter, Filter::Or(_)) { Fetch::All } else { Fetch::Unordered };
        }
        match filter {
            Filter::And(parts) => self.all(parts, u64::MAX, true),
            _ => self.plan(filter, u64::MAX),
        }
    }

    /// The plan that leaves the fewest candidates, or `None` if no index helps. Counting stops above
    /// `limit`.
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
        // What turns out not to lead would be fetched in vain.
        self.fetch = Fetch::No;
        let options = self.options(parts);
        let mut best: Option<(usize, Plan<'f>)> = None;
        // A frequent value is not counted far while another test may turn out to be rare.
        for stage in STAGES {
            for (i, option) in options.iter().enumerate() {
                let fewest = best.as_ref().map_or(u64::MAX, |(_, plan)| plan.candidates);
                if fewest <= FEW || (fewest <= self.limits.selective && option.rank == SCAN) {
                    break;
                }
                // More than the best so far need not be counted.
                if let Some(plan) = self.option(option, parts, limit.min(stage).min(fewest))?
                    && plan.candidates < fewest
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

    /// Adds to `plan` what else leaves about as few candidates, and to `done` the parts that then need no look.
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
            // Tests for ids themselves cost nothing.
            if matches!(&parts[part], Filter::Leaf(leaf) if leaf.target == Target::Id) {
                continue;
            }
            let Some(other) = self.option(option, parts, limit)? else { continue };
            if other.candidates > limit {
                continue;
            }
            // What an exact source leaves out does not match; what it leaves in passes its test.
            if other.rest == Filter::All {
                done.push(part);
            }
            plan.live |= other.live;
            plan.counted = false;
            plan.meets.extend(other.drives);
        }
        Ok(())
    }

    /// The ways to find candidates for a group, those first that promise to be few, or cost little.
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
        // The index of a column leaves no fewer than one that has others besides; only where few share a value, it is
        // not worth counting the other.
        for (i, part) in parts.iter().enumerate() {
            let rank = rank(part);
            if rank < POINTS || !covered.contains(&i) {
                options.push(Choice { rank, parts: vec![i], composite: None });
            }
        }
        options.sort_by_key(|option| option.rank);
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
            // What two of them have in common would count twice.
            sum.counted = sum.drives.is_empty() && plan.counted;
            sum.live &= plan.live;
            if plan.rest != Filter::All {
                // Nobody knows which part a candidate comes from.
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
                // Its index would read all the rows that have the pieces; the field's own is shorter.
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

    /// Counts the candidates of a plan with one drive up to `limit` + 1, or far enough to call them many.
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

    /// Fetches them instead, if they are no more than that.
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

    /// Sets the candidates to what they were lately, if that was more than `limit`: that much need not be counted
    /// again. The answer is the name they are remembered by.
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

    /// Counts candidates up to `limit` + 1, where it stops.
    fn count(&mut self, plan: &Plan<'_>, limit: u64) -> Result<u64> {
        let sql = self.first(plan, "count(*)", limit);
        let count = self.tx.query_one(sql.text(), &sql.values(), |row| row.get::<i64>(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// `SELECT` of `what` of the first `limit` + 1 candidates.
    fn first(&self, plan: &Plan<'_>, what: &str, limit: u64) -> Sql {
        let mut sql = Sql::new(self.tx, self.workspace);
        sql.push("SELECT ").push(what).push(" FROM (SELECT d.id FROM (");
        plan.write(&mut sql, self.resource);
        sql.push(") d LIMIT ").bind(i64::try_from(limit + 1).unwrap_or(i64::MAX)).push(") p");
        sql
    }
}

/// One way to find candidates for a group.
struct Choice<'f> {
    rank: u8,
    /// The parts of the group that it passes judgement on.
    parts: Vec<usize>,
    composite: Option<(&'static Composite, Vec<&'f Leaf>)>,
}

/// The test of a column among the parts of a group, if it is one that an index can answer.
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

/// How many objects a test for given values of a field can match where few share a value.
fn distinct_points(leaf: &Leaf) -> Option<u64> {
    let distinct = match leaf.target {
        Target::Id => true,
        Target::Column(column) => column.distinct,
        Target::Value { .. } | Target::Link(_) => false,
    };
    leaf.points().filter(|_| distinct)
}

/// Tests that have to look at each value of the field come last.
const SCAN: u8 = 6;
/// Tests for given values.
const POINTS: u8 = 2;

/// In which order the parts of a group are counted: those first that promise to be few, or cost little.
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
