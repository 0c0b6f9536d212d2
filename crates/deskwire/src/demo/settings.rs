//! The demo's office hours and identity verification secret.

use deskwire_domain::office_hours::{self, Change, ExceptionChange, ExceptionType, Interval};
use deskwire_domain::secure_mode_secrets::{self, New};
use deskwire_domain::{Cx, Result};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// An exception: a day, and its open hours, if any.
struct Day {
    name: &'static str,
    date: &'static str,
    open: Option<(i64, i64)>,
}

const EXCEPTIONS: [Day; 3] = [
    Day { name: "Christmas Eve", date: "2025-12-24", open: Some((9, 13)) },
    Day { name: "Christmas Day", date: "2025-12-25", open: None },
    Day { name: "New Year", date: "2025-01-01", open: None },
];

/// Sets up office hours and a secret.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let weekday = |day| Interval { start: day * DAY + 9 * HOUR, end: day * DAY + 17 * HOUR };
    let week = Change {
        name: Some("Support hours".to_owned()),
        time_zone: Some("Europe/Dublin".to_owned()),
        intervals: Some((0..5).map(weekday).collect()),
    };
    let schedule = office_hours::create(cx, &week, None)?;
    for Day { name, date, open } in EXCEPTIONS {
        let interval = |(from, until)| vec![Interval { start: from * HOUR, end: until * HOUR }];
        let day = ExceptionChange {
            date: Some(date.to_owned()),
            exception_type: Some(if open.is_some() { ExceptionType::CustomHours } else { ExceptionType::Closed }),
            name: Some(Some(name.to_owned())),
            intervals: open.map(interval),
            recurring_annually: Some(true),
        };
        office_hours::create_exception(cx, Some(schedule.id), &day, None)?;
    }
    let website = New { name: "Website".to_owned(), supports_android: false, supports_ios: false, supports_web: true };
    secure_mode_secrets::create(cx, &website, None)?;
    Ok(())
}
