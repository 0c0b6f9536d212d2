//! By which indexes the objects that may match are found.
//!
//! Neither database's planner is relied on: SQLite has no statistics, and both would guess at the
//! frequency of a value they have not seen yet. Instead every test that has an index is counted,
//! up to a limit, and the one that leaves the fewest candidates leads.

use super::filter::{Filter, Leaf, Target, Test};
use super::grams::{self, Grams};
use super::normal::simplify;
use super::resource::Resource;
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
/// How far the tests of a group are counted, one time after the other.
const STAGES: [u64; 3] = [100, 1_000, u64::MAX];

/// How the candidates of one test are found.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// By the index of the field.
    Index,
    /// By the pieces of the text.
    Grams(Grams),
}

/// Where candidates come from: each test gives some, together they include all that match.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'f> {
    pub(crate) drives: Vec<(&'f Leaf, Source)>,
    /// How many there are, counted up to one more than would be selective.
    pub(crate) candidates: u64,
    /// Whether they are few enough to look at each.
    pub(crate) selective: bool,
    /// What candidates still have to pass to match.
    pub(crate) rest: Filter,
    /// Whether the index knows that the candidates are live.
    pub(crate) live: bool,
}

impl Plan<'_> {
    fn nothing() -> Self {
        Plan { drives: Vec::new(), candidates: 0, selective: true, rest: Filter::All, live: true }
    }

    /// Whether all candidates match, so that none has to be looked at.
    pub(crate) fn exact(&self) -> bool {
        self.live && self.rest == Filter::All
    }

    /// `SELECT ... AS id` of all candidates, each once.
    pub(crate) fn write(&self, sql: &mut Sql, resource: &Resource) {
        // The walks of one test never meet; those of different tests do.
        let between = if self.drives.len() > 1 { " UNION " } else { " UNION ALL " };
        for (i, (leaf, source)) in self.drives.iter().enumerate() {
            if i > 0 {
                sql.push(between);
            }
            match source {
                Source::Index => sql.by_index(resource, leaf, between),
                Source::Grams(grams) => sql.by_grams(grams),
            }
        }
    }
}

/// What plans are made with.
pub(crate) struct Planner<'t, 'c> {
    pub(crate) tx: &'t mut Tx<'c>,
    pub(crate) resource: &'static Resource,
    pub(crate) workspace: &'t str,
    pub(crate) limits: Limits,
}

impl Planner<'_, '_> {
    /// The plan that leaves the fewest candidates, or `None` if no index helps. Counting stops above
    /// `limit`.
    pub(crate) fn plan<'f>(&mut self, filter: &'f Filter, limit: u64) -> Result<Option<Plan<'f>>> {
        match filter {
            Filter::All => Ok(None),
            Filter::None => Ok(Some(Plan::nothing())),
            Filter::Leaf(leaf) => self.leaf(leaf, limit),
            Filter::And(parts) => self.all(parts, limit),
            Filter::Or(parts) => self.any(parts, limit),
        }
    }

    fn all<'f>(&mut self, parts: &'f [Filter], limit: u64) -> Result<Option<Plan<'f>>> {
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|i| rank(&parts[*i]));
        let mut best: Option<(usize, Plan<'f>)> = None;
        // A frequent value is not counted far while another test may turn out to be rare.
        for stage in STAGES {
            for i in &order {
                let fewest = best.as_ref().map_or(u64::MAX, |(_, plan)| plan.candidates);
                if fewest <= FEW || (fewest <= self.limits.selective && rank(&parts[*i]) == SCAN) {
                    break;
                }
                // More than the best so far need not be counted.
                if let Some(plan) = self.plan(&parts[*i], limit.min(stage).min(fewest))?
                    && plan.candidates < fewest
                {
                    best = Some((*i, plan));
                }
            }
            if stage >= limit || best.as_ref().is_some_and(|(_, plan)| plan.candidates <= stage) {
                break;
            }
            best = None;
        }
        Ok(best.map(|(leading, plan)| {
            let others = parts.iter().enumerate().filter(|(i, _)| *i != leading).map(|(_, part)| part.clone());
            let rest = simplify(Filter::And(others.chain([plan.rest]).collect()));
            Plan { rest, ..plan }
        }))
    }

    fn any<'f>(&mut self, parts: &'f [Filter], limit: u64) -> Result<Option<Plan<'f>>> {
        let mut sum = Plan::nothing();
        for part in parts {
            let left = limit.saturating_sub(sum.candidates);
            let Some(plan) = self.plan(part, left)? else {
                return Ok(None);
            };
            sum.candidates += plan.candidates;
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
            drives: vec![(leaf, Source::Index)],
            candidates: u64::MAX,
            selective: false,
            rest: Filter::All,
            live: match leaf.target {
                Target::Id | Target::Column(_) => true,
                Target::Value { .. } => self.resource.values_are_live,
                Target::Link(_) => false,
            },
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
            plan.drives[0].1 = Source::Grams(choice.grams);
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
        plan.candidates = self.count(&plan, limit.min(self.limits.selective))?;
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

    /// Counts candidates up to `limit` + 1, where it stops.
    fn count(&mut self, plan: &Plan<'_>, limit: u64) -> Result<u64> {
        let mut sql = Sql::new(self.tx.dialect(), self.workspace);
        sql.push("SELECT count(*) FROM (SELECT 1 FROM (");
        plan.write(&mut sql, self.resource);
        sql.push(") d LIMIT ").bind(i64::try_from(limit + 1).unwrap_or(i64::MAX)).push(") p");
        let count = self.tx.query_one(sql.text(), &sql.values(), |row| row.get::<i64>(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// How many objects a test for given values of a field can match where few share a value.
fn distinct_points(leaf: &Leaf) -> Option<u64> {
    let distinct = match leaf.target {
        Target::Id => true,
        Target::Column(column) => column.distinct,
        Target::Value { .. } | Target::Link(_) => false,
    };
    let Test::Within(intervals) = &leaf.test else {
        return None;
    };
    let points = distinct && intervals.iter().all(|interval| interval.as_point().is_some());
    points.then_some(u64::try_from(intervals.len()).unwrap_or(u64::MAX))
}

/// Tests that have to look at each value of the field come last.
const SCAN: u8 = 6;

/// In which order the parts of a group are counted: those first that promise to be few, or cost little.
fn rank(filter: &Filter) -> u8 {
    match filter {
        Filter::All | Filter::None => 0,
        Filter::Leaf(leaf) if leaf.negated => SCAN,
        Filter::Leaf(leaf) => match &leaf.test {
            Test::Within(_) if distinct_points(leaf).is_some() => 1,
            Test::Within(intervals) => {
                let points = intervals.iter().all(|interval| interval.as_point().is_some());
                if points { 2 } else { 4 }
            }
            Test::Contains(_) | Test::EndsWith(_) => match leaf.target {
                Target::Column(column) if column.letter.is_some() => 3,
                _ => SCAN,
            },
        },
        Filter::And(_) | Filter::Or(_) => 5,
    }
}
