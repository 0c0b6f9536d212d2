//! HTTP itself, below the operations: connections over real sockets (how long a client may take, how many there may be,
//! how the server stops), hosts, and methods that every path has.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot continue must fail")]
#![expect(clippy::disallowed_methods, reason = "tests set up what is around the server themselves")]

mod caps;
mod downloads;
mod front;
mod heads;
mod refusals;
mod sockets;
mod stop;
mod times;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use deskwire_api::connections::{self, Limits};
use deskwire_api::versions::Version;
use deskwire_api::{Config, Reply, public};
use deskwire_testkit::{Database, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long to wait for expected data.
const SOON: Duration = Duration::from_secs(10);
/// The bytes of `GET /big`: more than sockets hold.
const BIG: usize = 24 << 20;

/// A server with sockets. Besides the API it has `GET /big`, and `GET /held`, which answers once it is released.
struct Front {
    app: TestApp,
    addr: SocketAddr,
    token: String,
    held: Arc<Semaphore>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

impl Front {
    async fn start(limits: Limits) -> Front {
        Self::start_with(limits, Config { rate_limit: None, ..Config::default() }).await
    }

    async fn start_with(limits: Limits, config: Config) -> Front {
        let held = Arc::new(Semaphore::new(0));
        let gate = held.clone();
        let mut table = public::table();
        table.row("GET /big", &[], Version::V2_7.., |_| async { Ok(Reply::text("text/plain", "x".repeat(BIG))) });
        table.row("GET /held", &[], Version::V2_7.., move |_| {
            let gate = gate.clone();
            async move {
                gate.acquire().await.unwrap().forget();
                Ok(Reply::text("text/plain", "let go".to_owned()))
            }
        });
        let app = TestApp::start_with_routes(Database::Sqlite, config, table.index().unwrap()).await;
        let token = app.token("all").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { drop(stopped.await) };
        let server = tokio::spawn(connections::serve(app.server.clone(), listener, limits, stopped));
        Front { app, addr, token, held, stop: Some(stop), server }
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.addr).await.unwrap())
    }

    /// A connection from another address of this machine.
    async fn connect_from(&self, address: &str) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
        Client(socket.connect(self.addr).await.unwrap())
    }

    /// The head of a request with the token.
    fn head(&self, method: &str, path: &str, headers: &str) -> String {
        format!("{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n{headers}\r\n", self.token)
    }

    /// A complete request that creates a contact.
    fn contact(&self, email: &str) -> String {
        let body = format!("{{\"email\": \"{email}\"}}");
        let headers = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        self.head("POST", "/contacts", &headers) + &body
    }

    /// A counter of `/metrics`.
    async fn metric(&self, name: &str) -> u64 {
        let text = self.app.anonymous().get("/metrics").await.text;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
    }

    /// How many connections the server ended for this reason.
    async fn ended(&self, reason: &str) -> u64 {
        self.metric(&format!("deskwire_connections_ended_total{{reason=\"{reason}\"}}")).await
    }

    /// Waits until so many connections are open.
    async fn until_open(&self, count: u64) {
        for _ in 0..2_000 {
            if self.metric("deskwire_connections").await == count {
                return;
            }
            tokio::time::sleep(ms(5)).await;
        }
        panic!("{} connections instead of {count}", self.metric("deskwire_connections").await);
    }

    /// Sends the stop signal to the server.
    fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits for its end.
    async fn end(&mut self) {
        timeout(SOON, &mut self.server).await.expect("the server ends").expect("it does not panic");
    }
}

/// A connection of a client.
struct Client(TcpStream);

/// An answer: status, head in lower case, body.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next answer, with the length from its head. The head is read byte by byte, so that nothing more is read.
    async fn answer(&mut self) -> Answer {
        timeout(SOON, async {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(self.0.read_u8().await.expect("the connection holds until the answer has come"));
            }
            let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
            let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            self.0.read_exact(&mut body).await.expect("the whole answer comes");
            Answer { status: head[9..12].parse().unwrap(), head, body: String::from_utf8(body).unwrap() }
        })
        .await
        .expect("an answer comes")
    }

    /// The data until the server closes the connection.
    async fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        timeout(SOON, self.0.read_to_end(&mut rest)).await.expect("the server closes").expect("without an error");
        String::from_utf8(rest).unwrap()
    }

    /// Asserts that the server closes the connection, with or without a reset, without another byte.
    async fn is_closed(&mut self) {
        let read = timeout(SOON, self.0.read_u8()).await.expect("the server closes");
        assert!(read.is_err(), "{read:?}");
    }

    /// Asserts that the connection stays open.
    async fn is_open(&mut self, front: &Front) {
        self.send(&front.head("GET", "/me", "")).await;
        assert_eq!(self.answer().await.status, 200);
    }
}

impl Answer {
    /// Asserts an error in the form of all errors, after which the server closes the connection.
    fn refused(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{} {}", self.head, self.body);
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!((&body["type"], &body["errors"][0]["code"]), (&"error.list".into(), &code.into()), "{body}");
        assert!(
            self.head.contains(&format!("x-request-id: {}", body["request_id"].as_str().unwrap())),
            "{}",
            self.head
        );
        assert!(self.closes(), "{}", self.head);
    }

    fn closes(&self) -> bool {
        self.head.contains("\r\nconnection: close\r\n")
    }
}

#[tokio::test]
async fn requests_follow_each_other_on_a_connection() {
    let front = Front::start(Limits::default()).await;
    let mut client = front.connect().await;
    // All at once: the server answers one after the other.
    let chunked = front.head("POST", "/contacts", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n");
    let chunked = format!("{chunked}8;x=y\r\n{{\"email\"\r\n10\r\n: \"b@acme.test\"}}\r\n0\r\nX: y\r\n\r\n");
    let me = front.head("GET", "/me", "");
    client.send(&format!("{}\r\n{me}{chunked}{me}", front.contact("a@acme.test"))).await;
    for expected in ["a@acme.test", "\"admin\"", "b@acme.test", "\"admin\""] {
        let answer = client.answer().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains(expected) && !answer.closes(), "{}", answer.body);
    }
    // Byte by byte.
    for byte in front.contact("c@acme.test").bytes() {
        client.0.write_all(&[byte]).await.unwrap();
    }
    assert!(client.answer().await.body.contains("c@acme.test"));
    client.send(&front.head("HEAD", "/me", "")).await;
    client.send(&front.head("GET", "/me", "Connection: close\r\n")).await;
    let rest = client.rest().await;
    assert_eq!(rest.matches("HTTP/1.1 200 OK").count(), 2, "{rest}");
    assert_eq!(rest.matches("\"type\":\"admin\"").count(), 1, "{rest}");
}

#[tokio::test]
async fn hundreds_of_idle_connections_leave_the_service_alone() {
    let limits = Limits { total: 400, per_address: 400, ..Limits::default() };
    let front = Front::start(limits).await;
    let mut idle = Vec::new();
    for number in 0..300 {
        let mut client = front.connect().await;
        if number % 3 == 1 {
            client.send("GET /me HTTP/1.1\r\n").await;
        }
        if number % 3 == 2 {
            client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await;
            assert_eq!(client.answer().await.status, 200);
        }
        idle.push(client);
    }
    front.until_open(300).await;
    for number in 0..100 {
        let mut client = front.connect().await;
        client.send(&front.contact(&format!("{number}@acme.test"))).await;
        assert_eq!(client.answer().await.status, 200);
    }
    for client in idle.iter_mut().skip(2).step_by(3) {
        client.is_open(&front).await;
    }
}
