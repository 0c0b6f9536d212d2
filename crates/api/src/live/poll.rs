//! `GET /app/v1/live/poll`: the same frames, a few at a time, for networks that buffer responses.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use deskwire_domain::error::Result;
use deskwire_store::fair::Permit;
use futures_util::stream;

use super::frames;
use super::hub::Hub;
use super::queue::Batch;
use super::room::Client;
use super::viewer::Viewer;
use crate::app::App;
use crate::reply::Reply;

/// The frames after a position, once there are some or the wait is over. The response is a stream, because waiting for
/// it takes long but costs nothing.
pub(super) async fn answer(
    app: &Arc<App>,
    viewer: &Viewer,
    after: Option<i64>,
    wait: Duration,
    places: [Permit; 2],
) -> Result<Reply> {
    let client = Hub::join(app, viewer, after, false).await?;
    let polled = async move {
        let _places = places;
        polled(&client, wait).await
    };
    Ok(Reply::stream("application/json; charset=utf-8", stream::once(polled)))
}

async fn polled(client: &Client, wait: Duration) -> Bytes {
    let first = tokio::time::timeout(wait, client.next()).await.unwrap_or_default();
    let (rest, position) = client.rest();
    // A close is reported once.
    let rest = Batch { close: rest.close.filter(|_| first.close.is_none()), ..rest };
    let mut frames = Vec::new();
    for Batch { gap, frames: new, close, ping: _ } in [first, rest] {
        frames.extend(gap.map(frames::gap));
        frames.extend(new.iter().map(|frame| frame.text.as_str().to_owned()));
        frames.extend(close.map(frames::bye));
    }
    format!("{{\"position\":{position},\"frames\":[{}]}}", frames.join(",")).into()
}
