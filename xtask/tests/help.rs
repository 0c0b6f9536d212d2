//! The help of `cargo xtask`.
#![expect(clippy::unwrap_used, reason = "a test that cannot start must fail")]

use std::process::Command;

fn output_of(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap();
    assert!(run.status.success(), "{arguments:?}: {run:?}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn every_task_says_what_it_is_and_what_it_takes() {
    let all = output_of(&["--help"]);
    let tasks = all.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let tasks: Vec<(&str, &str)> = tasks.filter_map(|line| line.trim().split_once(' ')).collect();
    assert!(tasks.iter().any(|(name, _)| *name == "crash"), "{all}");
    for (name, what) in tasks {
        let help = output_of(&["help", name]);
        assert!(help.starts_with(what.trim()), "{name}: {help}");
        assert!(help.contains("Usage: "), "{name}: {help}");
    }
}
