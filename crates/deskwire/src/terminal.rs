//! Prompts at the terminal.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::cli::{Failure, Result, note};
use crate::interrupt;

/// Reads a password: at a terminal, prompts twice without echo; else reads the first line of standard input.
pub(crate) fn password() -> Result<String> {
    if !stdin().is_terminal() {
        return first_line("no password came on standard input: it must be the first line");
    }
    let silent = Silent::start()?;
    let first = hidden("Password: ")?;
    let second = hidden("Repeat password: ")?;
    drop(silent);
    if first != second {
        return Err(Failure::Usage("the passwords differ".to_owned()));
    }
    Ok(first)
}

/// Reads a secret: at a terminal, prompts without echo; else reads the first line of standard input. `none` is the
/// error message if there is no line.
pub(crate) fn secret(question: &str, none: &str) -> Result<String> {
    if !stdin().is_terminal() {
        return first_line(none);
    }
    let _silent = Silent::start()?;
    hidden(question)
}

fn first_line(none: &str) -> Result<String> {
    let line = line()?;
    if line.is_empty() { Err(Failure::Usage(none.to_owned())) } else { Ok(line) }
}

/// Asks for confirmation; `None` without a terminal.
pub(crate) fn agrees(question: &str) -> Result<Option<bool>> {
    let answer = answer(&format!("{question} [y/N] "))?;
    Ok(answer.map(|answer| matches!(answer.as_str(), "y" | "Y" | "yes")))
}

/// Asks a question and returns the answer; `None` without a terminal.
pub(crate) fn answer(question: &str) -> Result<Option<String>> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Ok(None);
    }
    ask(question)?;
    Ok(Some(line()?.trim().to_owned()))
}

fn hidden(question: &str) -> Result<String> {
    ask(question)?;
    line()
}

fn ask(question: &str) -> Result {
    let mut to = stderr();
    write!(to, "{question}").and_then(|()| to.flush()).map_err(Failure::new)
}

fn line() -> Result<String> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line).map_err(Failure::new)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}

/// The terminal without echo, restored when this is dropped or a signal ends the program.
struct Silent(Termios);

impl Silent {
    fn start() -> Result<Self> {
        let before = tcgetattr(stdin()).map_err(Failure::new)?;
        let at_a_signal = before.clone();
        interrupt::then(move || {
            restore(&at_a_signal);
            note(""); // the question has no end of line
        })?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        // The newline is echoed, so that the next question starts on a new line.
        silent.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(stdin(), OptionalActions::Flush, &silent).map_err(Failure::new)?;
        Ok(Self(before))
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        restore(&self.0);
    }
}

fn restore(before: &Termios) {
    let _ = tcsetattr(stdin(), OptionalActions::Now, before); // nothing is left to try
}
