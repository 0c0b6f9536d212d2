//! The dataset of the status of teammates.

use super::Kind::{Flag, Number, Text};
use super::Shows::Admins;
use super::{Attribute, Dataset};

/// When teammates went away and came back.
pub(super) const STATUS_CHANGES: Dataset = Dataset {
    id: "admin_status_change",
    name: "Teammate status change",
    description: "A change of a teammate's status: active or away, with the reason, and until when it lasted.",
    time: "status_started_at",
    attributes: ATTRIBUTES,
    table: "admin_status_changes",
    condition: "",
    member: "(t.id IS NOT NULL)",
    narrow: "(t.id IS NOT NULL)",
};

/// A column of the next change of the same teammate.
macro_rules! next {
    ($sql:literal) => {
        concat!(
            "(SELECT ",
            $sql,
            " FROM admin_status_changes n WHERE n.workspace_id = $1 AND n.admin_id = t.admin_id AND n.id > t.id \
             ORDER BY n.id LIMIT 1)"
        )
    };
}

/// A column of a teammate.
macro_rules! of_teammate {
    ($column:literal, $id:literal) => {
        concat!("(SELECT a.", $column, " FROM admins a WHERE a.workspace_id = $1 AND a.id = ", $id, ")")
    };
}

const REASON: &str = "(SELECT r.label FROM away_status_reasons r WHERE r.workspace_id = $1 AND r.id = t.reason_id)";

#[rustfmt::skip]
const ATTRIBUTES: &[Attribute] = &[
    Attribute::new("system", "teammate_id", "Teammate ID", Number, "t.admin_id"),
    Attribute::new("system", "teammate", "Teammate", Text, of_teammate!("name", "t.admin_id")).shows(Admins),
    Attribute::new("system", "status", "Status", Text, "CASE WHEN t.is_away THEN 'away' ELSE 'active' END"),
    Attribute::new("system", "status_started_at", "Status started at", Number, "t.created_at"),
    Attribute::new("system", "status_ended_at", "Status ended at", Number, next!("n.created_at")),
    Attribute::new("system", "time_in_status", "Time in status (seconds)", Number, next!("n.created_at - t.created_at")),
    Attribute::new("system", "away_status_reason_id", "Away status reason ID", Number, "t.reason_id"),
    Attribute::new("system", "away_status_reason", "Away status reason", Text, REASON),
    Attribute::new("system", "reassigns_replies", "Reassigns replies", Flag, "t.reassigns"),
    Attribute::new("system", "changed_by_teammate_id", "Changed by, teammate ID", Number, "t.changed_by"),
    Attribute::new("system", "changed_by_teammate", "Changed by, teammate", Text, of_teammate!("name", "t.changed_by")).shows(Admins),
];
