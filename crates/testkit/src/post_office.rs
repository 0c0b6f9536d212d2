//! A mail server that stores mail, and rejects commands as a test configures.

use std::sync::{Arc, Mutex};

use mail_parser::{Address, MessageParser};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A received mail, as a mail program would show it.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The recipients of the envelope.
    pub delivered_to: Vec<String>,
    /// The envelope: what followed `MAIL FROM:`, in lower case.
    pub announced: String,
    /// The `From` header: `Name <address>`.
    pub from: String,
    /// The `To` header.
    pub to: Vec<String>,
    /// The `Cc` header.
    pub cc: Vec<String>,
    /// The `Reply-To` header.
    pub reply_to: String,
    /// The subject, decoded.
    pub subject: String,
    /// Its plain text, decoded.
    pub text: String,
    /// Its HTML, decoded.
    pub html: String,
    /// All of it, as it was received.
    pub raw: String,
}

impl Mail {
    fn read(announced: String, delivered_to: Vec<String>, raw: String) -> Self {
        let parsed = MessageParser::default().parse(raw.as_bytes()).expect("mail that can be read");
        let text = |address: Option<&Address<'_>>| {
            let one = |a: &mail_parser::Addr<'_>| match (a.name(), a.address()) {
                (Some(name), address) => format!("{name} <{}>", address.unwrap_or_default()),
                (None, address) => address.unwrap_or_default().to_owned(),
            };
            address.map(|a| a.iter().map(one).collect::<Vec<_>>()).unwrap_or_default()
        };
        Self {
            from: text(parsed.from()).join(", "),
            to: text(parsed.to()),
            cc: text(parsed.cc()),
            reply_to: text(parsed.reply_to()).join(", "),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: parsed.body_html(0).unwrap_or_default().replace("\r\n", "\n"),
            announced,
            delivered_to,
            raw,
        }
    }

    /// A header's text on one line, not decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
        let found =
            head.split("\r\n").filter_map(|line| line.split_once(':')).find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }

    /// How many headers it has of a name.
    pub fn headers(&self, name: &str) -> usize {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        head.split("\r\n")
            .filter(|line| line.split_once(':').is_some_and(|(n, _)| n.eq_ignore_ascii_case(name)))
            .count()
    }

    /// The path of its unsubscribe link.
    pub fn unsubscribe(&self) -> Option<String> {
        let header = self.header("list-unsubscribe")?;
        let url = header.trim_matches(['<', '>']);
        url.find("/unsubscribe/").map(|at| url[at..].to_owned())
    }
}

#[derive(Debug, Default)]
struct State {
    mails: Vec<Mail>,
    refusals: Vec<(String, String)>,
    sessions: usize,
    utf8: bool,
}

/// The server. It stops when it is dropped.
#[derive(Debug)]
pub struct PostOffice {
    state: Arc<Mutex<State>>,
    port: u16,
    task: JoinHandle<()>,
}

impl PostOffice {
    /// A server that accepts everything.
    pub async fn open() -> PostOffice {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                tokio::spawn(async move {
                    state.lock().expect("no test panics with it").sessions += 1;
                    // The client may disconnect at any time.
                    let _ = session(stream, &state).await;
                });
            }
        });
        PostOffice { state, port, task }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The received mails, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.lock().expect("no test panics with it").mails.clone()
    }

    /// How many clients have connected.
    pub fn sessions(&self) -> usize {
        self.state.lock().expect("no test panics with it").sessions
    }

    /// From now on answers every command that contains a text with this; `drop` disconnects.
    pub fn refuse(&self, with: &str, answer: &str) {
        let refusal = (with.to_ascii_lowercase(), answer.to_owned());
        self.state.lock().expect("no test panics with it").refusals.push(refusal);
    }

    /// From now on accepts addresses beyond ASCII.
    pub fn take_utf8(&self) {
        self.state.lock().expect("no test panics with it").utf8 = true;
    }

    /// Accepts everything again.
    pub fn relent(&self) {
        self.state.lock().expect("no test panics with it").refusals.clear();
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn session(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 post.test\r\n").await?;
    let (mut from, mut to, mut line) = (String::new(), Vec::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_ascii_lowercase();
        let refused = {
            let state = state.lock().expect("no test panics with it");
            state.refusals.iter().find(|(with, _)| command.contains(with)).map(|(_, answer)| answer.clone())
        };
        if let Some(answer) = refused {
            if answer == "drop" {
                return Ok(());
            }
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            continue;
        }
        if let Some(address) = command.strip_prefix("mail from:") {
            address.clone_into(&mut from);
        }
        if let Some(address) = command.strip_prefix("rcpt to:") {
            to.push(address.trim_matches(['<', '>', ' ']).to_owned());
        }
        let answer = match command.split([' ', ':']).next().unwrap_or_default() {
            "ehlo" if state.lock().expect("no test panics with it").utf8 => {
                "250-post.test\r\n250-8BITMIME\r\n250 SMTPUTF8"
            }
            "ehlo" | "helo" => "250 post.test",
            "data" => "354 go on",
            "quit" => "221 bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        if answer.starts_with("354") {
            let raw = data(&mut stream).await?;
            let mail = Mail::read(std::mem::take(&mut from), std::mem::take(&mut to), raw);
            state.lock().expect("no test panics with it").mails.push(mail);
            stream.write_all(b"250 taken\r\n").await?;
        }
        if command.starts_with("rset") {
            to.clear();
        }
    }
}

/// A mail, up to the line with a dot.
async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let (mut raw, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
