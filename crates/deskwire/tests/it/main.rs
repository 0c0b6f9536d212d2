//! The program itself, run as an operator runs it.

mod admin;
mod apply;
mod program;
mod serve;
