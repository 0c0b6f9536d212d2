//! Prompts of commands at a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::program::{Ended, Place};

/// A pseudo-terminal: the side of the user, and a function that opens that of the program.
fn terminal() -> (File, impl Fn() -> OwnedFd) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let open = move || OwnedFd::from(File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap());
    (File::from(master), open)
}

/// Runs the program at a terminal and answers each prompt; returns the exit status and the terminal's output.
fn at_a_terminal(place: &Place, arguments: &[&str], answers: &[(&str, &str)]) -> (Ended, String) {
    let (mut master, open) = terminal();
    let mut command = place.command(arguments);
    let child = command.stdin(Stdio::from(open())).stdout(Stdio::piped()).stderr(Stdio::from(open())).spawn().unwrap();
    drop(command);
    let (mut shown, mut buffer) = (String::new(), [0; 1024]);
    for (question, answer) in answers {
        while !shown.ends_with(question) {
            let read = master.read(&mut buffer).unwrap();
            shown.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        master.write_all(format!("{answer}\n").as_bytes()).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    // Read the rest until the other side is closed, which a terminal reports as an error.
    while let Ok(read @ 1..) = master.read(&mut buffer) {
        shown.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    (Ended::new(output), shown)
}

#[test]
fn a_terminal_asks_for_passwords_without_showing_them() {
    let place = Place::new();
    place.workspace();
    let set = ["admin", "password", "--email", "admin@example.com", "--data", "d"];
    let secret = "correct horse battery";
    let answers = [("Password: ", secret), ("Repeat password: ", secret)];
    let (ended, shown) = at_a_terminal(&place, &set, &answers);
    assert_eq!(ended.code, Some(0), "{shown}");
    assert!(!shown.contains(secret), "{shown}");
    let (ended, shown) = at_a_terminal(&place, &set, &[answers[0], ("Repeat password: ", "another one")]);
    assert!(ended.code == Some(2) && shown.contains("the passwords differ"), "{shown}");
}

#[test]
fn a_terminal_asks_for_the_name_of_a_workspace_to_remove() {
    let place = Place::new();
    let made = place.workspace();
    let question = format!("({}) will be removed. Type its name: ", made["workspace_id"].as_str().unwrap());
    let remove = ["workspace", "remove", "--data", "d"];
    let (ended, shown) = at_a_terminal(&place, &remove, &[(&question, "yes")]);
    assert!(ended.code == Some(1) && shown.contains("nothing was removed"), "{shown}");
    let (ended, shown) = at_a_terminal(&place, &remove, &[(&question, "Acme")]);
    assert!(ended.code == Some(0) && shown.contains("Removed "), "{shown}");
    assert_eq!(place.run(&["workspace", "list", "--data", "d"]).ok(), "");
}

#[test]
fn a_terminal_asks_before_it_removes() {
    let place = Place::new();
    place.workspace();
    place.write("w.toml", "[[tags]]\nname = \"VIP\"\n");
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    // The tag and the three segments that every workspace starts with.
    place.write("w.toml", "");
    let prune = ["apply", "w.toml", "--data", "d", "--prune"];
    let question = "Remove 4 things and make the other changes? [y/N] ";
    let (ended, shown) = at_a_terminal(&place, &prune, &[(question, "")]);
    assert!(ended.code == Some(1) && shown.contains("nothing was changed"), "{shown}");
    let (ended, shown) = at_a_terminal(&place, &prune, &[(question, "y")]);
    assert!(ended.code == Some(0) && shown.contains("tag \"VIP\": removed"), "{shown}");
    assert!(place.run(&prune).err.ends_with("nothing changed\n"), "nothing is left to remove");
}

#[test]
fn a_signal_at_a_password_leaves_the_terminal_as_it_was() {
    for signal in [Signal::INT, Signal::TERM, Signal::QUIT, Signal::HUP] {
        let place = Place::new();
        let (mut master, open) = terminal();
        let mut command = place.command(&["admin", "hash"]);
        let child =
            command.stdin(Stdio::from(open())).stdout(Stdio::piped()).stderr(Stdio::from(open())).spawn().unwrap();
        drop(command);
        let has_echo = || tcgetattr(open()).unwrap().local_modes.contains(LocalModes::ECHO);
        let (mut shown, mut buffer) = (String::new(), [0; 1024]);
        while !shown.ends_with("Password: ") {
            let read = master.read(&mut buffer).unwrap();
            shown.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        assert!(!has_echo());
        kill_process(Pid::from_child(&child), signal).unwrap();
        let ended = Ended::new(child.wait_with_output().unwrap());
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(has_echo(), "{signal:?}");
    }
}
