//! All statements that look across workspaces. Nothing in `tables/` takes a plain [`Tx`](crate::Tx); a test reads the
//! sources to enforce this.
//!
//! | file | functions | why it is not bound to a workspace |
//! |---|---|---|
//! | [`credentials`] | `token`, `ended_token`, `app`, `phone_call_redirect` | the credential of a caller determines the workspace |
//! | [`credentials`] | `exists` | a token must be unique over all workspaces |
//! | [`credentials`] | `epoch`, `bump` | every process caches tokens of all workspaces |
//! | [`sessions`] | `session` | the cookie of a browser determines the workspace |
//! | [`sessions`] | `active_sessions` | it is bound to one, and is here because it shares its columns with `session` |
//! | [`sessions`] | `accounts`, `known`, `first_workspace` | people sign in before their workspace is known |
//! | [`sessions`] | `invitation` | the secret of a link determines the workspace |
//! | [`queues`] | `jobs`, `mails`, `events_after`, `events_of`, `snoozed` | a worker serves all workspaces, and looks for those that have work |
//! | [`queues`] | `any_webhook`, `webhooks_of`, `claim_webhooks` | a courier claims the longest due subscriptions of all workspaces |
//! | [`workers`] | `beat`, `leave`, `clock` | processes belong to no workspace |
//! | [`duties`] | `is_due`, `claim`, `done` | one process performs a duty for all workspaces |
//! | [`files`] | `used` | directories of older releases have files that workspaces share |
//! | [`files`] | `due`, `forget` | a worker removes the files of all workspaces, including deleted ones |
//! | [`files`] | `holders` | a restored file goes to every workspace that has it |
//! | [`workspaces`] | `all`, `any`, `lock` | the command line lists workspaces and keeps their names unique; readiness needs one |
//! | [`workspaces`] | `homes` | a worker looks for work node by node if one is down |
//! | [`workspaces`] | `own_tables` | it reads the schema, which all workspaces share |
//! | [`backlog`] | `events`, `jobs`, `mails`, `deliveries`, `all_mails`, `failed_mails`, `mails_past` | metrics and the doctor describe the installation |
//! | [`doctor`] | `version`, `integrity`, `counts`, `webhooks`, `listeners`, `files` | the doctor describes the installation |
//!
//! None of them reads the content of a response: callers see a workspace only through a
//! [`WorkspaceTx`](crate::WorkspaceTx). Backups, migrations and the maintenance of search indexes work on whole tables,
//! and are in `archive`, `db` and `search`.

pub mod backlog;
pub mod credentials;
pub mod doctor;
pub mod duties;
pub mod files;
pub mod queues;
pub mod sessions;
pub mod workers;
pub mod workspaces;
