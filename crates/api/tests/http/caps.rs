//! The limits on connections, and which connections are closed when they are reached.

use super::*;

fn near() -> Limits {
    Limits { total: 6, per_address: 3, per_proxy: 5, reserve: 2, check: ms(200), fresh: ms(0), ..Limits::default() }
}

impl Front {
    /// A connection on which a request is being answered, from an address.
    async fn busy_from(&self, address: &str) -> Client {
        let mut client = self.connect_from(address).await;
        client.send(&self.head("GET", "/held", "")).await;
        client
    }

    async fn idle_from(&self, address: &str) -> Client {
        let mut client = self.connect_from(address).await;
        client.is_open(self).await;
        client
    }

    /// Asserts the status of a request on a new connection; returns the answer.
    async fn get_from(&self, address: &str, path: &str, status: u16) -> Answer {
        let mut client = self.connect_from(address).await;
        client.send(&self.head("GET", path, "")).await;
        let answer = client.answer().await;
        assert_eq!(answer.status, status, "{path} {}", answer.body);
        answer
    }
}

#[tokio::test]
async fn an_address_has_its_share() {
    let front = Front::start(near()).await;
    let mut busy = Vec::new();
    for open in 1..=3 {
        busy.push(front.busy_from("127.0.0.2").await);
        front.until_open(open).await;
    }
    let mut fourth = front.connect_from("127.0.0.2").await;
    let answer = fourth.answer().await;
    answer.refused(503, "service_unavailable");
    assert!(answer.body.contains("from this address") && answer.head.contains("retry-after: 1"), "{}", answer.body);
    assert_eq!(fourth.rest().await, "");
    assert_eq!(front.ended("address_limit").await, 1);
    front.get_from("127.0.0.3", "/me", 200).await;
    front.held.add_permits(3);
    for client in &mut busy {
        assert_eq!(client.answer().await.body, "let go");
    }
}

#[tokio::test]
async fn an_address_gives_up_its_longest_idle_connection_first() {
    let front = Front::start(near()).await;
    let mut first = front.idle_from("127.0.0.2").await;
    tokio::time::sleep(ms(5)).await;
    let mut second = front.idle_from("127.0.0.2").await;
    let _busy = front.busy_from("127.0.0.2").await;
    front.until_open(3).await;
    front.get_from("127.0.0.2", "/me", 200).await;
    first.is_closed().await;
    second.is_open(&front).await;
    assert_eq!(front.ended("replaced").await, 1);
}

#[tokio::test]
async fn a_proxy_has_a_share_of_its_own() {
    let front = Front::start(Limits { proxies: "127.0.0.2".parse().unwrap(), ..near() }).await;
    let mut busy = Vec::new();
    for open in 1..=5 {
        busy.push(front.busy_from("127.0.0.2").await);
        front.until_open(open).await;
    }
    front.get_from("127.0.0.2", "/me", 503).await.refused(503, "service_unavailable");
    front.get_from("127.0.0.2", "/healthz", 200).await;
    front.get_from("127.0.0.3", "/me", 200).await;
    front.held.add_permits(5);
}

#[tokio::test]
async fn a_full_server_answers_health_checks_and_refuses_others() {
    let front = Front::start(near()).await;
    let mut busy = Vec::new();
    for open in 1..=6 {
        busy.push(front.busy_from(if open > 3 { "127.0.0.3" } else { "127.0.0.2" }).await);
        front.until_open(open).await;
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert!(front.get_from("127.0.0.4", path, 200).await.closes());
    }
    let answer = front.get_from("127.0.0.4", "/me", 503).await;
    answer.refused(503, "service_unavailable");
    assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
    assert_eq!(front.ended("capacity").await, 1);
    // Silent connections in the reserve are closed for health checks, and soon in any case.
    let mut quiet = Vec::new();
    for address in ["127.0.0.5", "127.0.0.6", "127.0.0.7"] {
        quiet.push(front.connect_from(address).await);
        tokio::time::sleep(ms(5)).await;
    }
    front.get_from("127.0.0.4", "/healthz", 200).await;
    for client in &mut quiet {
        client.is_closed().await;
    }
    front.held.add_permits(6);
    for client in &mut busy {
        assert_eq!(client.answer().await.status, 200);
    }
    front.get_from("127.0.0.4", "/me", 200).await;
}

#[tokio::test]
async fn a_full_server_gives_up_idle_connections_first() {
    let front = Front::start(near()).await;
    let mut oldest = front.idle_from("127.0.0.2").await;
    tokio::time::sleep(ms(5)).await;
    let mut rest = Vec::new();
    for address in ["127.0.0.2", "127.0.0.2", "127.0.0.3", "127.0.0.3", "127.0.0.3"] {
        rest.push(front.idle_from(address).await);
    }
    front.until_open(6).await;
    let answer = front.get_from("127.0.0.4", "/me", 200).await;
    assert!(!answer.closes());
    oldest.is_closed().await;
    for client in &mut rest {
        client.is_open(&front).await;
    }
    assert_eq!((front.ended("replaced").await, front.ended("capacity").await), (1, 0));
}

#[tokio::test]
async fn a_connection_that_was_just_answered_is_not_given_up() {
    let front = Front::start(Limits { fresh: ms(60_000), ..near() }).await;
    let mut used = Vec::new();
    for _ in 0..3 {
        used.push(front.idle_from("127.0.0.2").await);
    }
    front.get_from("127.0.0.2", "/me", 503).await.refused(503, "service_unavailable");
    for _ in 0..2 {
        used.push(front.idle_from("127.0.0.3").await);
    }
    // A connection with half a head has no request yet, so it is closed for another.
    let mut half = front.connect_from("127.0.0.4").await;
    half.send("GET /me HTTP/1.1\r\nhost:").await;
    front.until_open(6).await;
    front.get_from("127.0.0.5", "/me", 200).await;
    half.is_closed().await;
    for client in &mut used {
        client.is_open(&front).await;
    }
}
