//! Running the program, and sending requests to its server.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A temporary directory, removed at the end.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new() -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("deskwire-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a temporary directory can be made");
        Place(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).expect("a file can be written");
        name.to_owned()
    }

    /// The command for the program with these arguments, without the settings of the environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskwire"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DESKWIRE_") {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::new(self.command(arguments).output().expect("the program runs"))
    }

    /// The same, with something to read on its standard input.
    pub fn run_with(&self, input: &str, arguments: &[&str]) -> Ended {
        self.write("stdin", input);
        let input = File::open(self.path("stdin")).expect("the written file can be read");
        Ended::new(self.command(arguments).stdin(input).output().expect("the program runs"))
    }

    /// A new workspace.
    pub fn workspace(&self) -> Value {
        let made = self.run(&["workspace", "create", "--name", "Acme", "--data", "d"]).ok();
        serde_json::from_str(&made).expect("it prints JSON")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The result of a run of the program.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn new(output: Output) -> Ended {
        Ended {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("stdout is text"),
            err: String::from_utf8(output.stderr).expect("stderr is text"),
        }
    }

    /// Its output, after success.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out.trim_end().to_owned()
    }

    /// Its error message: one line, and nothing on stdout.
    #[track_caller]
    pub fn refused(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        if code == 1 {
            assert_eq!(self.err.lines().count(), 1, "{self:?}");
        }
        self.err.trim_end().to_owned()
    }
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts the program with these arguments and waits until it is ready.
    pub fn start(place: &Place, arguments: &[&str]) -> Server {
        Self::start_within(place, arguments, &[])
    }

    /// The same with more variables in its environment.
    pub fn start_within(place: &Place, arguments: &[&str], environment: &[(&str, &str)]) -> Server {
        Self::start_with(place, arguments, |command, log| {
            let file = File::create(log).expect("a log can be written");
            command.envs(environment.iter().copied());
            command.stdout(file.try_clone().expect("a log can be shared")).stderr(file);
            command.spawn().expect("the program starts")
        })
    }

    /// Starts the program with these arguments, and reads only the first line it writes, as `| head -1` does.
    pub fn start_unread(place: &Place, arguments: &[&str]) -> Server {
        Self::start_with(place, arguments, |command, log| {
            let (mut reader, writer) = std::io::pipe().expect("a pipe can be made");
            command.stdout(writer.try_clone().expect("a pipe can be shared")).stderr(writer);
            let child = command.spawn().expect("the program starts");
            let mut byte = [0];
            let mut line = Vec::new();
            while byte != *b"\n" && reader.read(&mut byte).is_ok_and(|n| n == 1) {
                line.extend(byte);
            }
            fs::write(log, line).expect("a log can be written");
            child
        })
    }

    fn start_with(place: &Place, arguments: &[&str], spawn: impl FnOnce(&mut Command, &Path) -> Child) -> Server {
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let addr = free.local_addr().expect("it has an address");
        drop(free);
        let log = place.path(&format!("log-{}", addr.port()));
        let mut command = place.command(arguments);
        command.args(["--listen", &addr.to_string()]);
        let mut server = Server { child: spawn(&mut command, &log), addr, log };
        let began = Instant::now();
        while server.try_get("/readyz", "").is_none_or(|(status, _)| status != 200) {
            let ended = server.child.try_wait().expect("the program can be asked");
            assert!(ended.is_none() && began.elapsed() < Duration::from_secs(60), "not ready: {}", server.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Its output, stdout and stderr together.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// The same, once it contains this text: a server is ready before it has printed its address.
    pub fn log_with(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let log = self.log();
            if log.contains(text) {
                return log;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "{text} is missing in {log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn get(&self, path: &str, token: &str) -> (u16, Value) {
        let (status, body) = self.try_get(path, token).expect("the server answers");
        (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    pub fn post(&self, path: &str, token: &str, body: &(impl std::fmt::Display + ?Sized)) -> (u16, Value) {
        let (status, body) = self.try_send("POST", path, token, &body.to_string()).expect("the server answers");
        (status, serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    fn try_get(&self, path: &str, token: &str) -> Option<(u16, String)> {
        self.try_send("GET", path, token, "")
    }

    /// The status of an answer, and one of its headers.
    pub fn header(&self, path: &str, token: &str, name: &str) -> (u16, String) {
        let (head, _) = self.exchange("GET", path, token, "").expect("the server answers");
        let value = head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        (status(&head).expect("an answer has a status"), value.expect("the header is there"))
    }

    fn try_send(&self, method: &str, path: &str, token: &str, body: &str) -> Option<(u16, String)> {
        let (head, body) = self.exchange(method, path, token, body)?;
        Some((status(&head)?, body))
    }

    /// The head and the body of an answer.
    fn exchange(&self, method: &str, path: &str, token: &str, body: &str) -> Option<(String, String)> {
        let mut stream = TcpStream::connect(self.addr).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: deskwire.test\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.to_owned(), body.to_owned()))
    }

    /// Waits until a token gets this status, at most the second that changes of tokens may take.
    #[track_caller]
    pub fn within_a_second(&self, token: &str, status: u16) {
        let began = Instant::now();
        while self.get("/me", token).0 != status {
            assert!(began.elapsed() < Duration::from_millis(1_500), "still not {status} after a second");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn signal(&self, name: &str) {
        let signal = match name {
            "TERM" => Signal::TERM,
            "INT" => Signal::INT,
            other => panic!("no test sends SIG{other}"),
        };
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a child has an id");
        kill_process(id, signal).expect("a child can be signalled");
    }

    /// Waits for its end; returns the exit code.
    pub fn wait(&mut self) -> Option<i32> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the program can be asked") {
                return status.code();
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it does not end: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn status(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a path exists below a directory.
pub fn exists(place: &Place, path: &str) -> bool {
    Path::new(&place.path(path)).exists()
}

/// The URL of a new schema on the test server.
pub fn schema(name: &str) -> String {
    let Ok(server) = std::env::var("DESKWIRE_TEST_POSTGRES") else {
        panic!("DESKWIRE_TEST_POSTGRES is not set: run the tests with `make test`, which starts a PostgreSQL for them");
    };
    let db = deskwire_store::Db::open(&server, deskwire_store::Options::default()).unwrap();
    let create = format!("CREATE SCHEMA {name}");
    db.write_sync::<_, deskwire_store::Error>(move |tx| tx.execute_batch(&create)).unwrap();
    db.close();
    let joint = if server.contains('?') { '&' } else { '?' };
    format!("{server}{joint}options=-csearch_path%3D{name}")
}
