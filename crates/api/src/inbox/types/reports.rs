//! Reports. Durations are seconds; medians and percentiles of more than a minute are within 1.6 %.

use deskwire_domain::reports;
use serde::Serialize;

/// The distance between the points of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum ReportStep {
    Hour,
    Day,
    Week,
    Month,
}

/// Statistics of durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReportDurations {
    pub count: i64,
    pub median: Option<i64>,
    /// The 90th percentile.
    pub p90: Option<i64>,
}

/// The figures of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReportFigures {
    /// The number of conversations that began.
    pub began: i64,
    /// The times from a contact's first message to the first response.
    pub first_response: ReportDurations,
    /// The times from a contact's first message until the conversation was closed, of those that are closed.
    pub close: ReportDurations,
}

/// The figures from one point to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReportPoint {
    pub at: i64,
    pub figures: ReportFigures,
    /// The number of conversations that were not closed at its end; null in the future.
    pub backlog: Option<i64>,
}

/// The figures of the period, and the current backlog: of everyone, a team or a teammate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReportLine {
    /// The id; null for unassigned conversations.
    pub id: Option<String>,
    /// The name; null if it is no longer known.
    pub name: Option<String>,
    pub figures: ReportFigures,
    pub open: i64,
    pub snoozed: i64,
}

/// A report of conversations, tickets among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConversationReport {
    /// The beginning of the period.
    pub from: i64,
    /// The end of the period.
    pub until: i64,
    /// The distance between the points.
    pub step: ReportStep,
    /// The points, in order.
    pub points: Vec<ReportPoint>,
    /// The figures of the whole period.
    pub all: ReportLine,
    /// Everyone's conversations by assigned team, the largest number first.
    pub teams: Vec<ReportLine>,
    /// Everyone's conversations by assigned teammate, in the same order.
    pub teammates: Vec<ReportLine>,
    /// The number of conversations that began in each hour of the week: 24 numbers for each day, from Monday on.
    pub hours: Vec<Vec<i64>>,
    /// Whether older conversations have not been counted yet.
    pub is_counting: bool,
}

impl ConversationReport {
    /// The inbox's form of a report.
    pub fn of(report: &reports::Report, period: &reports::Period) -> Self {
        Self {
            from: period.start(),
            until: period.end(),
            step: match report.step {
                reports::Step::Hour => ReportStep::Hour,
                reports::Step::Day => ReportStep::Day,
                reports::Step::Week => ReportStep::Week,
                reports::Step::Month => ReportStep::Month,
            },
            points: report.points.iter().map(point).collect(),
            all: line(&report.all),
            teams: report.teams.iter().map(line).collect(),
            teammates: report.admins.iter().map(line).collect(),
            hours: report.hours.iter().map(|day| day.to_vec()).collect(),
            is_counting: report.is_counting,
        }
    }
}

fn point(point: &reports::Point) -> ReportPoint {
    ReportPoint { at: point.at, figures: figures(&point.figures), backlog: point.backlog }
}

fn line(line: &reports::Line) -> ReportLine {
    ReportLine {
        id: (line.id != 0).then(|| line.id.to_string()),
        name: line.name.clone(),
        figures: figures(&line.figures),
        open: line.open,
        snoozed: line.snoozed,
    }
}

fn figures(figures: &reports::Figures) -> ReportFigures {
    let durations = |of: reports::Durations| ReportDurations { count: of.count, median: of.median, p90: of.p90 };
    ReportFigures {
        began: figures.began,
        first_response: durations(figures.first_response),
        close: durations(figures.close),
    }
}
