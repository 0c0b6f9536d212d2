//! A report of a period.

use std::collections::HashMap;

use deskwire_store::report_counts::{self as store, Group, GroupKind};
use deskwire_store::{admins, jobs as job_rows, teams};

use super::DAY;
use super::QUARTER;
use super::day::{self, What};
use super::histogram::{Durations, Histogram};
use super::period::{Period, Step};
use crate::Cx;
use crate::error::Result;
use crate::ids::{AdminId, Id, TeamId};
use crate::jobs::JobKind;

/// Whose conversations are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Everyone's.
    All,
    /// Those of a team, or of none.
    Team(Option<TeamId>),
    /// Those of a teammate, or of nobody.
    Admin(Option<AdminId>),
}

impl Asked {
    fn group(self) -> Group {
        match self {
            Self::All => (GroupKind::All, 0),
            Self::Team(id) => (GroupKind::Team, id.map_or(0, Id::number)),
            Self::Admin(id) => (GroupKind::Admin, id.map_or(0, Id::number)),
        }
    }
}

/// What happened in some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Conversations that began.
    pub began: i64,
    /// First responses, and how long contacts waited for them.
    pub first_response: Durations,
    /// Conversations that were closed and still are, and how long they took.
    pub close: Durations,
}

/// A point of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// When it begins, in unix seconds.
    pub at: i64,
    /// What happened until the next.
    pub figures: Figures,
    /// How many conversations were not closed at its end; none of points that are still to come.
    pub backlog: Option<i64>,
}

/// A team or a teammate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id; 0 for conversations that are assigned to none.
    pub id: i64,
    /// Its name, unless it is no longer known.
    pub name: Option<String>,
    /// What happened in the period.
    pub figures: Figures,
    /// What is open and snoozed now.
    pub open: i64,
    /// What is snoozed now.
    pub snoozed: i64,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What its points are apart.
    pub step: Step,
    /// Those of the period, in order.
    pub points: Vec<Point>,
    /// What happened in all of it, and what is open and snoozed now.
    pub all: Line,
    /// Everyone's conversations by team, those with most first.
    pub teams: Vec<Line>,
    /// The same by teammate.
    pub admins: Vec<Line>,
    /// How many conversations began in each hour of the week, from Monday on.
    pub hours: [[i64; 24]; 7],
    /// Whether older conversations are still to be counted.
    pub is_counting: bool,
}

/// What was counted.
#[derive(Debug, Clone, Default)]
struct Sum {
    began: i64,
    ended: i64,
    answered: Histogram,
    closed: Histogram,
}

impl Sum {
    fn add(&mut self, what: What, count: i64) {
        match what {
            What::Began => self.began += count,
            What::Ended => self.ended += count,
            What::Answered(bucket) => self.answered.add(bucket, count),
            What::Closed(bucket) => self.closed.add(bucket, count),
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

/// The report of a period.
pub fn read(cx: &mut Cx, asked: Asked, period: &Period) -> Result<Report> {
    let is_counting = job_rows::is_unfinished(cx, JobKind::ReportCount)?;
    let backlogs: HashMap<Group, (i64, i64)> =
        store::all(cx)?.into_iter().map(|row| ((row.kind, row.group_id), (row.open, row.snoozed))).collect();
    let group = asked.group();
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
    Ok(Report {
        step: period.step,
        points,
        all,
        teams: lines(cx, GroupKind::Team, period, &backlogs, &teams)?,
        admins: lines(cx, GroupKind::Admin, period, &backlogs, &names)?,
        hours,
        is_counting,
    })
}

/// What happened to the conversations of a group.
struct Course {
    /// At each point.
    sums: Vec<Sum>,
    /// How many began in each hour of the week.
    hours: [[i64; 24]; 7],
    /// How many more began than ended after the period.
    later: i64,
}

fn course(cx: &mut Cx, group: Group, period: &Period) -> Result<Course> {
    let mut sums = vec![Sum::default(); period.points().len()];
    let (mut hours, mut later) = ([[0; 24]; 7], 0);
    // With the day that the end is in, for what happened after it.
    let (first, over) = (period.days().0, period.end().div_euclid(DAY) + 1);
    for (number, quarters) in store::quarters_of(cx, group, first, over)? {
        let clock = period.clock(number);
        day::each(&quarters, |quarter, what, count| {
            let at = number * DAY + i64::from(quarter) * QUARTER;
            if let Some(sum) = period.point(at).and_then(|point| sums.get_mut(point)) {
                sum.add(what, count);
                if what == What::Began {
                    let (weekday, hour) = clock.hour(at);
                    hours[weekday][hour] += count;
                }
            } else if at >= period.end() {
                later += change(what, count);
            }
        });
    }
    for total in store::totals_since(cx, group, over)? {
        day::each(&total, |_, what, count| later += change(what, count));
    }
    Ok(Course { sums, hours, later })
}

/// How a backlog changes.
fn change(what: What, count: i64) -> i64 {
    match what {
        What::Began => count,
        What::Ended => -count,
        What::Answered(_) | What::Closed(_) => 0,
    }
}

/// The points, with the backlog at the end of each, of which that of the last is known.
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

/// What happened by team or teammate.
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
        day::each(&total, |_, what, count| sum.add(what, count));
    }
    let (begins, ends) = period.days();
    for number in (begins..ends).filter(|day| !(first..over).contains(day)) {
        for (group, quarters) in store::quarters(cx, kind, number)? {
            let sum = sums.entry(group).or_default();
            day::each(&quarters, |quarter, what, count| {
                if period.point(number * DAY + i64::from(quarter) * QUARTER).is_some() {
                    sum.add(what, count);
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
    // Without what neither happened in the period nor waits now.
    lines.retain(|line| (line.figures, line.open, line.snoozed) != (Figures::default(), 0, 0));
    lines.sort_by_key(|line| (std::cmp::Reverse(line.figures.began), line.id));
    Ok(lines)
}
