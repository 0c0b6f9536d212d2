//! The statements that look across workspaces: all of them are here, and nothing in `tables/` takes a
//! plain [`Tx`](crate::Tx). A test reads the sources and keeps it so.
//!
//! | file | functions | why no workspace can be named |
//! |---|---|---|
//! | [`credentials`] | `token`, `ended_token`, `app`, `phone_call_redirect` | what a caller presents says which workspace it belongs to |
//! | [`credentials`] | `exists` | a token is the caller's in one workspace of all |
//! | [`credentials`] | `epoch`, `bump` | every process caches tokens of all workspaces |
//! | [`sessions`] | `session` | the cookie of a browser says which workspace it is signed in to |
//! | [`sessions`] | `going_on` | it does not: it stays in its workspace, and is beside `session` for the columns they share |
//! | [`sessions`] | `accounts`, `known`, `first_workspace` | people who sign in say who they are, and not yet in which workspace |
//! | [`sessions`] | `invitation` | a link shows its secret before its workspace is known |
//! | [`queues`] | `jobs`, `mails`, `events_after`, `snoozed` | a worker serves all workspaces; they answer which have work |
//! | [`queues`] | `any_webhook`, `claim_webhooks` | a courier takes the subscriptions that are due longest, whosever they are |
//! | [`workers`] | `beat`, `leave`, `clock` | processes belong to no workspace |
//! | [`duties`] | `is_due`, `claim`, `done` | one process does them for all workspaces |
//! | [`files`] | `used` | a directory from before keeps files that workspaces share |
//! | [`files`] | `due`, `forget` | a worker removes the files of all workspaces, of those that are removed too |
//! | [`files`] | `holders` | a restored file goes to every workspace that has it |
//! | [`workspaces`] | `all`, `any`, `lock` | the command line lists workspaces and keeps their names apart; readiness asks for one |
//! | [`workspaces`] | `own_tables` | it reads the schema, which all workspaces share |
//! | [`backlog`] | `events`, `jobs`, `mails`, `deliveries`, `all_mails`, `failed_mails`, `mails_past` | metrics and the doctor speak of the installation |
//! | [`doctor`] | `version`, `integrity`, `counts`, `webhooks`, `listeners`, `files` | an operator asks about the installation |
//!
//! None of them answers a request's content: what a caller sees of a workspace is read through a
//! [`WorkspaceTx`](crate::WorkspaceTx). Backups, migrations and the upkeep of search indexes work on whole tables and are in
//! `archive`, `db` and `search`.

pub mod backlog;
pub mod credentials;
pub mod doctor;
pub mod duties;
pub mod files;
pub mod queues;
pub mod sessions;
pub mod workers;
pub mod workspaces;
