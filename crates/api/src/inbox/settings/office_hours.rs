//! `/app/v1/settings/office-hours`: the schedules of office hours.

use deskwire_domain::Noun;
use deskwire_domain::error::Result;
use deskwire_domain::ids::OfficeHoursScheduleId;
use deskwire_domain::office_hours::{self, Change, Interval};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{Nothing, OfficeHours, OfficeHoursList};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/office-hours", Needs::read(Noun::Admins), list);
    rows.row("POST /app/v1/settings/office-hours", write, create);
    rows.row("PUT /app/v1/settings/office-hours/{id}", write, change);
    rows.row("DELETE /app/v1/settings/office-hours/{id}", write, delete);
}

/// All schedules, oldest first.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let view = |schedule: office_hours::Schedule| OfficeHours {
                id: schedule.id.to_string(),
                intervals: office_hours::intervals(&schedule.time_intervals)
                    .into_iter()
                    .map(|Interval { start, end }| (start, end))
                    .collect(),
                name: schedule.name,
                time_zone: schedule.time_zone,
            };
            Ok(OfficeHoursList { items: office_hours::list(cx)?.into_iter().map(view).collect() })
        })
        .await
}

#[derive(Deserialize)]
struct Body {
    name: String,
    time_zone: String,
    intervals: Vec<(i64, i64)>,
}

impl Body {
    fn change(self) -> Change {
        let intervals = self.intervals.into_iter().map(|(start, end)| Interval { start, end });
        Change { name: Some(self.name), time_zone: Some(self.time_zone), intervals: Some(intervals.collect()) }
    }
}

/// Creates a schedule.
async fn create(request: Request) -> Result<Reply> {
    let (change, ip) = (request.body::<Body>()?.change(), request.ip());
    request.write(move |cx| office_hours::create(cx, &change, ip.as_deref()).map(|_| Nothing {})).await
}

/// Replaces a schedule.
async fn change(request: Request) -> Result<Reply> {
    let id = OfficeHoursScheduleId::parse(request.param("id"));
    let (change, ip) = (request.body::<Body>()?.change(), request.ip());
    request.write(move |cx| office_hours::update(cx, id, &change, ip.as_deref()).map(|_| Nothing {})).await
}

/// Deletes a schedule.
async fn delete(request: Request) -> Result<Reply> {
    let (id, ip) = (OfficeHoursScheduleId::parse(request.param("id")), request.ip());
    request.write(move |cx| office_hours::delete(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}
