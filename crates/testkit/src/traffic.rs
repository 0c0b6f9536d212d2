//! Records requests and answers, to be checked against the API's description afterwards.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

use serde_json::{Value, json};

/// The file of this process in the directory that `DESKWIRE_TRAFFIC` names, if it names one.
fn file() -> Option<&'static Mutex<File>> {
    static FILE: OnceLock<Option<Mutex<File>>> = OnceLock::new();
    FILE.get_or_init(|| {
        let directory = PathBuf::from(std::env::var_os("DESKWIRE_TRAFFIC")?);
        std::fs::create_dir_all(&directory).expect("the directory for traffic can be made");
        let path = directory.join(format!("tests-{}.jsonl", std::process::id()));
        let file =
            OpenOptions::new().create(true).append(true).open(path).expect("the file for traffic can be written");
        Some(Mutex::new(file))
    })
    .as_ref()
}

/// Records one exchange.
pub(crate) fn record(version: &str, method: &str, path: &str, status: u16, body: &Value) {
    // The surface for tools is not in the description.
    let Some(file) = file().filter(|_| !path.starts_with("/app/")) else { return };
    let line = json!({"version": version, "method": method, "path": path, "status": status, "body": body});
    let mut file = file.lock().expect("no test panics while it writes traffic");
    writeln!(file, "{line}").expect("the file for traffic can be written");
}
