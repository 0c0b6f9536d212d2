//! A report of a period.

use std::collections::HashMap;

use deskwire_store::report_counts::{self as store, Group, GroupKind};
use deskwire_store::{admins, jobs as job_rows, teams};

use super::DAY;
use super::QUARTER;
use super::day::{self, Measure};
use super::histogram::{Durations, Histogram};
use super::period::{Period, Step};
use crate::actor::{Access, Noun};
use crate::error::Result;
use crate::ids::{AdminId, Id, TeamId};
use crate::jobs::JobKind;
use crate::{Cx, permissions};

/// The group whose conversations a report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupFilter {
    /// All conversations.
    All,
    /// Conversations of a team, or without a team.
    Team(Option<TeamId>),
    /// Conversations of a teammate, or without one.
    Admin(Option<AdminId>),
}

impl GroupFilter {
    fn group(self) -> Group {
        match self {
            Self::All => (GroupKind::All, 0),
            Self::Team(id) => (GroupKind::Team, id.map_or(0, Id::number)),
            Self::Admin(id) => (GroupKind::Admin, id.map_or(0, Id::number)),
        }
    }
}

/// The figures of a time span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// The number of new conversations.
    pub began: i64,
    /// The times to the first response.
    pub first_response: Durations,
    /// The times to close, of conversations that are still closed.
    pub close: Durations,
}

/// A point of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// When it begins, in unix seconds.
    pub at: i64,
    /// The figures up to the next point.
    pub figures: Figures,
    /// The number of conversations that were not closed at its end; `None` for points in the future.
    pub backlog: Option<i64>,
}

/// A team or a teammate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id; 0 for unassigned conversations.
    pub id: i64,
    /// Its name, if it is known.
    pub name: Option<String>,
    /// The figures of the period.
    pub figures: Figures,
    /// The current number of open and snoozed conversations.
    pub open: i64,
    /// The current number of snoozed conversations.
    pub snoozed: i64,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The distance between its points.
    pub step: Step,
    /// Its points, in order.
    pub points: Vec<Point>,
    /// The figures of the whole period, and the current backlog.
    pub all: Line,
    /// All conversations by team, those with the most first.
    pub teams: Vec<Line>,
    /// The same by teammate.
    pub admins: Vec<Line>,
    /// The number of new conversations in each hour of the week, from Monday on.
    pub hours: [[i64; 24]; 7],
    /// Whether older conversations are still being counted.
    pub is_counting: bool,
}

/// The sum of counts.
#[derive(Debug, Clone, Default)]
struct Sum {
    began: i64,
    ended: i64,
    answered: Histogram,
    closed: Histogram,
}

impl Sum {
    fn add(&mut self, measure: Measure, count: i64) {
        match measure {
            Measure::Began => self.began += count,
            Measure::Ended => self.ended += count,
            Measure::Answered(bucket) => self.answered.add(bucket, count),
            Measure::Closed(bucket) => self.closed.add(bucket, count),
        }
    }

    fn join(&mut self, other: &Sum) {
        self.began += other.began;
        self.ended += other.ended;
        self.answered.join(&other.answered);
        self.closed.join(&other.closed);
    }

    fn figures(&self) -> Figures {
        Figures { began: self.began, first_response: self.answered.durations(), close: self.closed.durations() }
    }
}

/// The report of a period. Those who may not read teammates get only their own line of teammates, and that of
/// conversations without one.
pub fn read(cx: &mut Cx, filter: GroupFilter, period: &Period) -> Result<Report> {
    let actor = cx.actor();
    let is_seen = |id: AdminId| actor.reads(Noun::Admins) || actor.admin_id() == Some(id);
    if let GroupFilter::Admin(Some(id)) = filter
        && !is_seen(id)
    {
        return Err(permissions::refused(permissions::name(Noun::Admins, Access::Read)));
    }
    let is_counting = job_rows::is_unfinished(cx, JobKind::ReportCount)?;
    let backlogs: HashMap<Group, (i64, i64)> =
        store::all(cx)?.into_iter().map(|row| ((row.kind, row.group_id), (row.open, row.snoozed))).collect();
    let group = filter.group();
    let (open, snoozed) = backlogs.get(&group).copied().unwrap_or_default();
    let Course { sums, hours, later } = course(cx, group, period)?;
    let mut all = Sum::default();
    for sum in &sums {
        all.join(sum);
    }
    let points = points(cx, period, &sums, open + snoozed - later);
    let all = Line { id: group.1, name: None, figures: all.figures(), open, snoozed };
    let teams: HashMap<i64, String> = teams::all(cx)?.into_iter().map(|team| (team.id.number(), team.name)).collect();
    // Removed ones too.
    let names = admins::ever(cx)?.into_iter().map(|admin| (admin.id.number(), admin.name)).collect();
    let mut admins = lines(cx, GroupKind::Admin, period, &backlogs, &names)?;
    admins.retain(|line| line.id == 0 || is_seen(AdminId::new(line.id)));
    Ok(Report {
        step: period.step,
        points,
        all,
        teams: lines(cx, GroupKind::Team, period, &backlogs, &teams)?,
        admins,
        hours,
        is_counting,
    })
}

/// The history of a group.
struct Course {
    /// The sum of each point.
    sums: Vec<Sum>,
    /// The number of new conversations in each hour of the week.
    hours: [[i64; 24]; 7],
    /// The change of the backlog after the period.
    later: i64,
}

fn course(cx: &mut Cx, group: Group, period: &Period) -> Result<Course> {
    let mut sums = vec![Sum::default(); period.points().len()];
    let (mut hours, mut later) = ([[0; 24]; 7], 0);
    // Includes the day that the period ends in, to count the rest of that day.
    let (first, over) = (period.days().0, period.end().div_euclid(DAY) + 1);
    for (number, quarters) in store::quarters_of(cx, group, first, over)? {
        let clock = period.clock(number);
        day::each(&quarters, |quarter, measure, count| {
            let at = number * DAY + i64::from(quarter) * QUARTER;
            if let Some(sum) = period.point(at).and_then(|point| sums.get_mut(point)) {
                sum.add(measure, count);
                if measure == Measure::Began {
                    let (weekday, hour) = clock.hour(at);
                    hours[weekday][hour] += count;
                }
            } else if at >= period.end() {
                later += change(measure, count);
            }
        });
    }
    for total in store::totals_since(cx, group, over)? {
        day::each(&total, |_, measure, count| later += change(measure, count));
    }
    Ok(Course { sums, hours, later })
}

/// The change of the backlog.
fn change(measure: Measure, count: i64) -> i64 {
    match measure {
        Measure::Began => count,
        Measure::Ended => -count,
        Measure::Answered(_) | Measure::Closed(_) => 0,
    }
}

/// The points, with the backlog at the end of each, computed back from that of the last.
fn points(cx: &Cx, period: &Period, sums: &[Sum], last: i64) -> Vec<Point> {
    let (now, mut backlog) = (cx.now(), last);
    let mut points = Vec::with_capacity(sums.len());
    for (at, sum) in period.points().iter().zip(sums).rev() {
        points.push(Point { at: *at, figures: sum.figures(), backlog: (*at <= now).then_some(backlog) });
        backlog -= sum.began - sum.ended;
    }
    points.reverse();
    points
}

/// The figures by team or teammate.
fn lines(
    cx: &mut Cx,
    kind: GroupKind,
    period: &Period,
    backlogs: &HashMap<Group, (i64, i64)>,
    names: &HashMap<i64, String>,
) -> Result<Vec<Line>> {
    let mut sums: HashMap<i64, Sum> = HashMap::new();
    let (first, over) = period.whole_days();
    for (group, total) in store::totals(cx, kind, first, over)? {
        let sum = sums.entry(group).or_default();
        day::each(&total, |_, measure, count| sum.add(measure, count));
    }
    let (begins, ends) = period.days();
    for number in (begins..ends).filter(|day| !(first..over).contains(day)) {
        for (group, quarters) in store::quarters(cx, kind, number)? {
            let sum = sums.entry(group).or_default();
            day::each(&quarters, |quarter, measure, count| {
                if period.point(number * DAY + i64::from(quarter) * QUARTER).is_some() {
                    sum.add(measure, count);
                }
            });
        }
    }
    let of_kind = backlogs.iter().filter(|((of, _), _)| *of == kind);
    let line = |((_, id), (open, snoozed)): (&Group, &(i64, i64))| {
        let figures = sums.get(id).map(Sum::figures).unwrap_or_default();
        Line { id: *id, name: names.get(id).cloned(), figures, open: *open, snoozed: *snoozed }
    };
    let mut lines: Vec<Line> = of_kind.map(line).collect();
    // Drops lines without figures and without a backlog.
    lines.retain(|line| (line.figures, line.open, line.snoozed) != (Figures::default(), 0, 0));
    lines.sort_by_key(|line| (std::cmp::Reverse(line.figures.began), line.id));
    Ok(lines)
}
