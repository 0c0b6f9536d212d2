//! Reports. Durations are seconds; medians and percentiles of more than a minute are within 1.6 %.

use deskwire_domain::reports;
use serde::Serialize;

/// What the points of a report are apart.
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

/// Some durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReportDurations {
    pub count: i64,
    pub median: Option<i64>,
    /// Nine in ten are not longer.
    pub p90: Option<i64>,
}

/// What happened in some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReportFigures {
    /// Conversations that began.
    pub began: i64,
    /// From a contact's first message to the first response.
    pub first_response: ReportDurations,
    /// From a contact's first message to when the conversation was closed, of those that are closed.
    pub close: ReportDurations,
}

/// What happened from a time to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReportPoint {
    pub at: i64,
    pub figures: ReportFigures,
    /// How many conversations were not closed at its end; null for times to come.
    pub backlog: Option<i64>,
}

/// What happened in the period, and what is open now: of everyone, a team or a teammate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReportLine {
    /// Null for conversations that are assigned to none.
    pub id: Option<String>,
    /// Null for what is no longer known.
    pub name: Option<String>,
    pub figures: ReportFigures,
    pub open: i64,
    pub snoozed: i64,
}

/// A report of conversations, tickets among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConversationReport {
    /// When the period begins.
    pub from: i64,
    /// When it is over.
    pub until: i64,
    /// What the points are apart.
    pub step: ReportStep,
    /// In order.
    pub points: Vec<ReportPoint>,
    /// All of the period.
    pub all: ReportLine,
    /// Everyone's conversations by the teams that they are assigned to, most first.
    pub teams: Vec<ReportLine>,
    /// The same by teammates.
    pub teammates: Vec<ReportLine>,
    /// How many conversations began in each hour of the week: 24 numbers for each day, from Monday on.
    pub hours: Vec<Vec<i64>>,
    /// Whether older conversations are still to be counted.
    pub is_counting: bool,
}

impl ConversationReport {
    /// As the inbox is told it.
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
