//! Stopping without losing a request.

use std::time::Instant;

use super::*;

#[tokio::test]
async fn idle_connections_and_half_heads_do_not_delay_the_stop() {
    let mut front = Front::start(Limits { grace: ms(200), ..Limits::default() }).await;
    let mut idle = front.connect().await;
    idle.is_open(&front).await;
    let mut half = front.connect().await;
    half.send("GET /me HTTP/1.1\r\nHost: a\r\n").await;
    let mut fresh = front.connect().await;
    front.until_open(3).await;
    let began = Instant::now();
    front.stop();
    front.end().await;
    assert!(began.elapsed() < ms(5_000), "{:?}", began.elapsed());
    for client in [&mut idle, &mut half, &mut fresh] {
        client.is_closed().await;
    }
    assert!(TcpStream::connect(front.addr).await.is_err(), "nobody listens");
}

#[tokio::test]
async fn connections_idle_beyond_the_grace_period_close_at_once() {
    let mut front = Front::start(Limits { grace: ms(100), ..Limits::default() }).await;
    let mut idle = front.connect().await;
    idle.is_open(&front).await;
    let mut busy = front.connect().await;
    busy.send(&front.head("GET", "/held", "")).await;
    tokio::time::sleep(ms(300)).await;
    front.stop();
    idle.is_closed().await;
    front.held.add_permits(1);
    let answer = busy.answer().await;
    assert!(answer.closes() && answer.body == "let go", "{}", answer.head);
    front.end().await;
}

#[tokio::test]
async fn a_body_on_its_way_is_waited_for() {
    let mut front = Front::start(Limits::default()).await;
    let mut client = front.connect().await;
    let request = front.contact("late@acme.test");
    let (head, body) = request.split_at(request.len() - 5);
    client.send(head).await;
    front.until_open(1).await;
    tokio::time::sleep(ms(50)).await;
    front.stop();
    tokio::time::sleep(ms(50)).await;
    client.send(body).await;
    let answer = client.answer().await;
    assert!(answer.status == 200 && answer.closes(), "{}", answer.head);
    front.end().await;
    assert_eq!(front.app.get("/contacts").await.ok()["total_count"], 1);
}

/// Data sent before the stop signal is read before an idle connection is closed, even if the runtime has
/// not noticed it yet.
#[tokio::test]
async fn a_request_on_an_idle_connection_just_before_the_stop_is_answered() {
    for _ in 0..20 {
        let mut front = Front::start(Limits { grace: ms(1), settle: ms(0), ..Limits::default() }).await;
        let mut clients = Vec::new();
        for _ in 0..4 {
            let mut client = front.connect().await;
            client.is_open(&front).await;
            clients.push(client);
        }
        // Idle for longer than the grace.
        tokio::time::sleep(ms(5)).await;
        let request = front.head("GET", "/me", "");
        for client in &mut clients {
            client.send(&request).await;
        }
        front.stop();
        for client in &mut clients {
            assert_eq!(client.answer().await.status, 200);
        }
        front.end().await;
    }
}

/// A handshake that the client has finished may still be on its way through the system when the server is told to stop.
#[tokio::test]
async fn a_connection_that_arrives_while_the_server_stops_is_served() {
    let mut front = Front::start(Limits { settle: ms(2_000), ..Limits::default() }).await;
    let began = Instant::now();
    front.stop();
    let mut client = front.connect().await;
    client.send(&front.head("GET", "/me", "")).await;
    let answer = client.answer().await;
    assert!(answer.status == 200 && answer.closes(), "{}", answer.head);
    front.end().await;
    assert!(began.elapsed() >= ms(2_000), "it waits for all that may arrive");
    assert!(TcpStream::connect(front.addr).await.is_err(), "nobody listens");
}

/// Clients that send one request after the other, on one connection or on one for each, until the server stops. What was
/// sent whole before that is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_that_was_sent_is_lost() {
    // On a busy machine, connections that clients have closed may still be open here: they must not fill the server.
    let limits = Limits { total: 100_000, per_address: 100_000, ..Limits::default() };
    let mut front = Front::start(limits).await;
    // Held by a client until its whole request is sent, so that none is partly sent at the stop signal.
    let stopping = Arc::new(tokio::sync::RwLock::new(false));
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..16 {
        let (addr, stopping) = (front.addr, stopping.clone());
        let request = front.head("GET", "/me", "");
        clients.spawn(async move {
            let (mut answered, mut client) = (0, None);
            loop {
                let is_stopping = stopping.read().await;
                if *is_stopping {
                    return answered;
                }
                let mut open = match client.take().filter(|_| number % 2 == 0) {
                    Some(open) => open,
                    None => Client(TcpStream::connect(addr).await.expect("the server listens until the stop signal")),
                };
                open.send(&request).await;
                drop(is_stopping);
                let answer = open.answer().await;
                assert_eq!(answer.status, 200, "{}", answer.head);
                answered += 1;
                client = (!answer.closes()).then_some(open);
            }
        });
    }
    tokio::time::sleep(ms(300)).await;
    // More than the server answers at once, in the backlog and in sockets.
    let mut waiting = Vec::new();
    let mut queued = tokio::task::JoinSet::new();
    for number in 0..400 {
        let (addr, request) = (front.addr, front.contact(&format!("{number}@acme.test")));
        queued.spawn(async move {
            let mut client = Client(TcpStream::connect(addr).await.unwrap());
            client.send(&request).await;
            client
        });
    }
    while let Some(client) = queued.join_next().await {
        waiting.push(client.unwrap());
    }
    *stopping.write().await = true;
    front.stop();
    let mut answered = 0;
    while let Some(count) = clients.join_next().await {
        answered += count.expect("every request is answered");
    }
    assert!(answered > 16, "{answered}");
    for client in &mut waiting {
        assert_eq!(client.answer().await.status, 200);
    }
    drop(waiting);
    front.end().await;
    assert_eq!(front.app.get("/contacts").await.ok()["total_count"], 400);
}
