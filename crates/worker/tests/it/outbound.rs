//! The guarded HTTP client: the addresses that it accepts, and its limits.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use deskwire_testkit::{Sink, SinkReply};
use deskwire_worker::outbound::{Allowed, Failure, Outbound, Resolver};
use http::HeaderMap;

const SOON: Duration = Duration::from_secs(5);

fn local() -> Outbound {
    Outbound::new("127.0.0.1".parse().unwrap())
}

fn refused(result: Result<impl std::fmt::Debug, Failure>) -> String {
    match result {
        Err(Failure::Refused(message)) => message,
        other => panic!("not refused: {other:?}"),
    }
}

/// Resolves to these addresses, one list for each lookup; the last is repeated.
fn resolver_with(lists: &[&[SocketAddr]]) -> (Resolver, Arc<AtomicUsize>) {
    let lists: Vec<Vec<SocketAddr>> = lists.iter().map(|l| l.to_vec()).collect();
    let lookups = Arc::new(AtomicUsize::new(0));
    let counter = lookups.clone();
    let resolver: Resolver = Arc::new(move |_, _| {
        let index = counter.fetch_add(1, Ordering::SeqCst).min(lists.len() - 1);
        let list = lists[index].clone();
        Box::pin(async move { Ok(list) })
    });
    (resolver, lookups)
}

#[tokio::test]
async fn private_addresses_are_refused_however_they_are_written() {
    let sink = Sink::start().await;
    let client = Outbound::new(Allowed::default());
    let port = sink.address().port();
    for host in ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"] {
        let message = refused(client.get(&format!("http://{host}:{port}/"), 100, SOON).await);
        assert!(message.contains("not a public address"), "{host}: {message}");
    }
    assert!(sink.received().is_empty());
    for wrong in
        ["ftp://example.com/", "file:///etc/passwd", "http://", "nothing", "http://user@127.0.0.1/", "gopher://x/"]
    {
        refused(local().get(wrong, 100, SOON).await);
    }
}

#[tokio::test]
async fn reaches_allowed_addresses() {
    let sink = Sink::start().await;
    sink.always(SinkReply::status(201).body("hello").header("x-a", "b"));
    let answer = local().get(&sink.url("/a?b=c"), 100, SOON).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (201, &b"hello"[..]));
    assert_eq!(answer.headers["x-a"], "b");
    let received = sink.received();
    assert_eq!((received[0].method.as_str(), received[0].path.as_str()), ("GET", "/a?b=c"));
    assert!(received[0].header("user-agent").unwrap().starts_with("deskwire/"));
    let port = sink.address().port();
    let by_name = Outbound::new(format!("localhost:{port}").parse().unwrap());
    assert_eq!(by_name.get(&format!("http://localhost:{port}/"), 100, SOON).await.unwrap().status, 201);
    refused(by_name.get(&sink.url("/"), 100, SOON).await);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let sink = Sink::start().await;
    let allowed = || "127.0.0.2".parse().unwrap();
    let unreachable = SocketAddr::from(([127, 0, 0, 2], sink.address().port()));
    // First an address that is allowed (and answers nothing), then one that is not: the second lookup is checked as
    // the first was, and no connection is made to an address that was not checked.
    let (resolver, lookups) = resolver_with(&[&[unreachable], &[sink.address()]]);
    let client = Outbound::with_resolver(allowed(), resolver);
    let url = format!("http://rebind.test:{}/", sink.address().port());
    let first = client.get(&url, 100, SOON).await;
    assert!(matches!(first, Err(Failure::Unreachable(_))), "{first:?}");
    refused(client.get(&url, 100, SOON).await);
    assert_eq!(lookups.load(Ordering::SeqCst), 2, "one lookup for each connection");
    // Both at once: the one that is not allowed is skipped.
    let (resolver, _) = resolver_with(&[&[sink.address(), unreachable]]);
    let both = Outbound::with_resolver(allowed(), resolver).get(&url, 100, SOON).await;
    assert!(matches!(both, Err(Failure::Unreachable(_))), "{both:?}");
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_redirect_is_checked_like_any_url() {
    let (sink, inner) = (Sink::start().await, Sink::start().await);
    // The first host is allowed by name and port; what it points to is not.
    let (resolver, _) = resolver_with(&[&[sink.address()], &[inner.address()]]);
    let client = Outbound::with_resolver("first.test".parse().unwrap(), resolver);
    sink.always(
        SinkReply::status(302).header("location", format!("http://second.test:{}/secret", inner.address().port())),
    );
    refused(client.get(&format!("http://first.test:{}/", sink.address().port()), 100, SOON).await);
    assert!(inner.received().is_empty());
    for target in ["file:///etc/passwd", "http://user@127.0.0.1/"] {
        sink.always(SinkReply::status(301).header("location", target));
        refused(local().get(&sink.url("/"), 100, SOON).await);
    }
}

#[tokio::test]
async fn follows_three_redirects_at_most() {
    let sink = Sink::start().await;
    let to = |path: &str| SinkReply::status(302).header("location", path);
    sink.next([
        to("/b"),
        to("c?d=e"),
        SinkReply::status(307).header("location", sink.url("/f")),
        SinkReply::status(200),
    ]);
    let answer = local().get(&sink.url("/a/a"), 100, SOON).await.unwrap();
    assert_eq!(answer.status, 200);
    let paths: Vec<String> = sink.take().into_iter().map(|r| r.path).collect();
    assert_eq!(paths, ["/a/a", "/b", "/c?d=e", "/f"]);
    sink.always(to("/again"));
    let message = refused(local().get(&sink.url("/"), 100, SOON).await);
    assert!(message.contains("redirects"), "{message}");
    assert_eq!(sink.take().len(), 4);
    // A request is sent only once.
    let sent = local().post(&sink.url("/"), HeaderMap::new(), Bytes::from_static(b"x"), SOON).await.unwrap();
    assert_eq!((sent.status.as_u16(), sink.received().len()), (302, 1));
}

#[tokio::test]
async fn size_and_time_are_limited() {
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).body(vec![b'x'; 100_000]));
    assert_eq!(local().get(&sink.url("/"), 99_999, SOON).await.unwrap_err(), Failure::TooLarge(99_999));
    assert_eq!(local().get(&sink.url("/"), 100_000, SOON).await.unwrap().body.len(), 100_000);
    let sent = local().post(&sink.url("/"), HeaderMap::new(), Bytes::new(), SOON).await.unwrap();
    assert!(sent.status == 200 && sent.body.len() <= 65_536);
    sink.always(SinkReply::status(200).after(Duration::from_secs(20)));
    let started = Instant::now();
    let limit = Duration::from_millis(200);
    assert_eq!(local().get(&sink.url("/"), 100, limit).await.unwrap_err(), Failure::TimedOut(limit));
    assert!(started.elapsed() < Duration::from_secs(3));
    let closed = sink.url("/");
    drop(sink);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(matches!(local().head(&closed, SOON).await, Err(Failure::Unreachable(_))));
}
