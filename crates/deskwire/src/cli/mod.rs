//! The command line: one file for each command. Data goes to stdout, messages to stderr.

mod admin;
mod app;
mod apply;
mod backup;
mod changelog;
mod connector;
mod demo;
mod doctor;
mod environment;
mod files;
mod migrate;
mod object_types;
mod restore;
mod serve;
mod settings;
mod token;
pub(crate) mod webhooks;
mod workspace;

use deskwire_domain::Cx;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use deskwire_api::versions::Version;
use deskwire_domain::{Actor, error as domain, workspaces};
use deskwire_store::{self as store, Db, Options, WorkspaceTx};
use serde::Serialize;

use crate::config::{self, Common, Database, DatabaseArgument, Setting, Values};
use crate::logging;

/// A self-hosted customer support platform that speaks Intercom's REST API.
#[derive(Debug, Parser)]
#[command(name = "deskwire", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Arguments),
    /// Run a server with a demo workspace full of data
    Demo(demo::Arguments),
    /// Create, list, export and remove workspaces
    #[command(subcommand)]
    Workspace(workspace::Command),
    /// Change a workspace to match a workspace file
    Apply(apply::Arguments),
    /// Print a workspace as a workspace file for another server; comments list the secrets to fill in
    ExportWorkspace(workspace::Elsewhere),
    /// List, change and remove admins, and set their passwords
    #[command(subcommand)]
    Admin(admin::Command),
    /// Manage apps, and see which admins authorized them
    #[command(subcommand)]
    App(app::Command),
    /// Create, list and revoke access tokens
    #[command(subcommand)]
    Token(token::Command),
    /// List the scopes that a token or an app can have
    #[command(subcommand)]
    Scopes(token::ScopesCommand),
    /// Manage webhook subscriptions and their deliveries
    #[command(subcommand)]
    Webhooks(webhooks::Command),
    /// Execute data connectors
    #[command(subcommand)]
    Connector(connector::Command),
    /// List the types of custom objects as a workspace file declares them, one JSON object per line
    ObjectTypes(object_types::Arguments),
    /// Print what changed in the API from one version to another
    Changelog(changelog::Arguments),
    /// Run pending migrations, and print their names
    Migrate(migrate::Arguments),
    /// Check an installation: settings, database, files, mail server, webhooks
    Doctor(doctor::Arguments),
    /// Print each setting with its effective value and source, one JSON object per line
    Settings(settings::Arguments),
    /// Copy stored files between directories and buckets
    #[command(subcommand)]
    Files(files::Command),
    /// Back up the database and its files into one archive, even while servers are running
    Backup(backup::Arguments),
    /// Restore an archive into a new database, SQLite or PostgreSQL
    Restore(restore::Arguments),
}

/// The failure of a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command could not be executed (exit 1).
    Failed(String),
    /// The arguments are wrong (exit 2).
    Usage(String),
    /// The reader of stdout has closed it, as `head` does (exit 0, without a message).
    Unread,
}

impl Failure {
    /// A failure with this message.
    pub(crate) fn new(message: impl Display) -> Self {
        Self::Failed(message.to_string())
    }

    /// The message.
    pub(crate) fn message(self) -> String {
        match self {
            Self::Failed(message) | Self::Usage(message) => message,
            Self::Unread => "nobody reads stdout".to_owned(),
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<domain::Error> for Failure {
    fn from(error: domain::Error) -> Self {
        Self::Failed(error.cause.unwrap_or_else(|| error.message.into_owned()))
    }
}

/// What a command returns.
pub(crate) type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// Parses the command line and runs the command.
pub(crate) fn main() -> ExitCode {
    let (code, message) = match command_line().and_then(run) {
        Ok(()) | Err(Failure::Unread) => return ExitCode::SUCCESS,
        Err(Failure::Failed(message)) => (1, message),
        Err(Failure::Usage(message)) => (2, message),
    };
    note(format_args!("deskwire: {}", message.trim_end()));
    ExitCode::from(code)
}

/// The command, with the exit codes at the end of its help and that of its subcommands.
fn with_exit_codes(command: clap::Command) -> clap::Command {
    command.after_help("Exit codes: 0 done, 1 failed, 2 wrong usage").mut_subcommands(with_exit_codes)
}

/// The parsed command line.
struct CommandLine {
    matches: ArgMatches,
    settings: Vec<Setting>,
    file: Values,
}

/// Parses the command line, the environment and the settings file. Validates every setting, whether the command needs
/// it or not.
fn command_line() -> Result<CommandLine> {
    let command = with_exit_codes(config::prefixed(Cli::command()));
    let settings = Setting::all(&command);
    // The path of the settings file must be known before its values can be defaults.
    let first = match config::with_defaults(command.clone(), &Values::new()).try_get_matches() {
        Ok(first) => first,
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => {
            environment::check(&command, &settings)?;
            return Err(config::usage_failure(&error));
        }
    };
    environment::check(&command, &settings)?;
    let file = config::read(first.get_one::<PathBuf>("config").map(PathBuf::as_path), &settings)?;
    let complete = config::with_defaults(command, &file).try_get_matches();
    Ok(CommandLine { matches: complete.map_err(|error| config::usage_failure(&error))?, settings, file })
}

fn run(parsed: CommandLine) -> Result {
    let CommandLine { matches, settings, file } = parsed;
    let Cli { common, command } = Cli::from_arg_matches(&matches).map_err(|error| config::usage_failure(&error))?;
    logging::start(matches!(command, Command::Serve(_)), common.log_level.as_ref(), common.log_format)?;
    match command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Demo(arguments) => demo::run(arguments),
        Command::Apply(arguments) => apply::run(&arguments),
        Command::ExportWorkspace(arguments) => workspace::export_for_elsewhere(&arguments),
        Command::Workspace(command) => workspace::run(command),
        Command::Admin(command) => admin::run(command),
        Command::App(command) => app::run(command),
        Command::Token(command) => token::run(command),
        Command::Scopes(token::ScopesCommand::List) => token::list_scopes(),
        Command::ObjectTypes(arguments) => object_types::run(&arguments),
        Command::Webhooks(command) => webhooks::run(command),
        Command::Connector(command) => connector::run(command),
        Command::Changelog(arguments) => changelog::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Settings(arguments) => {
            let own = matches.subcommand().map_or(&matches, |(_, own)| own);
            settings::run(&arguments, &settings, own, &file)
        }
        Command::Files(command) => files::run(&command),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
    }
}

/// The database that a command works on.
#[derive(Debug, Args)]
pub(crate) struct Target {
    #[command(flatten)]
    named: DatabaseArgument,
    /// Short for --database sqlite:DIR/deskwire.db; overrides --database
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Target {
    /// The database's URL.
    pub(crate) fn url(&self) -> String {
        let Database(named) = &self.named.database;
        self.data.as_deref().map_or_else(|| named.clone(), in_directory)
    }

    /// Opens an existing database, which must be up to date.
    pub(crate) fn open(&self) -> Result<Db> {
        let url = self.url();
        let db = open_existing(&url, patient(Options::default()))?;
        let pending = db.pending_migrations()?;
        if !pending.is_empty() {
            return Err(Failure::new(format!("{} is not up to date: run `deskwire migrate`", without_password(&url))));
        }
        Ok(db)
    }

    /// Opens or creates a database, and runs pending migrations.
    pub(crate) fn open_new(&self) -> Result<Db> {
        open_migrated(&self.url(), patient(Options::default()))
    }
}

/// The workspace that a command works in.
#[derive(Debug, Args)]
pub(crate) struct In {
    /// The workspace's id [default: the only workspace of the database]
    #[arg(long, value_name = "ID", env)]
    workspace: Option<String>,
    #[command(flatten)]
    target: Target,
}

impl In {
    /// Runs a write in the workspace, as the operator.
    pub(crate) fn write<T, E>(&self, f: impl FnMut(&mut Cx) -> Result<T, E> + Send + 'static) -> Result<T>
    where
        T: Send + 'static,
        E: From<store::Error> + From<domain::Error> + Into<Failure> + Send + 'static,
    {
        self.attempt(f)?.map_err(Into::into)
    }

    /// The same, with the outcome of the write itself as the result.
    pub(crate) fn attempt<T, E>(
        &self,
        mut f: impl FnMut(&mut Cx) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>>
    where
        T: Send + 'static,
        E: From<store::Error> + From<domain::Error> + Send + 'static,
    {
        let (db, workspace) = self.open()?;
        let done = db.write_sync(move |tx| {
            let actor = operator(&mut tx.within(&workspace))?;
            f(&mut Cx::new(tx, &actor))
        });
        db.close();
        Ok(done)
    }

    /// Reads in the workspace, as the operator.
    pub(crate) fn read<T, E>(&self, mut f: impl FnMut(&mut Cx) -> Result<T, E> + Send + 'static) -> Result<T>
    where
        T: Send + 'static,
        E: From<store::Error> + From<domain::Error> + Into<Failure> + Send + 'static,
    {
        let (db, workspace) = self.open()?;
        let read = db.search_sync(move |tx| {
            let actor = operator(&mut tx.within(&workspace))?;
            f(&mut Cx::new(tx, &actor))
        });
        db.close();
        read.map_err(Into::into)
    }

    /// Opens the database, and determines the id of the workspace: the given one, else the only one.
    fn open(&self) -> Result<(Db, String)> {
        let db = self.target.open()?;
        if let Some(named) = &self.workspace {
            return Ok((db, named.clone()));
        }
        let mut all = db.search_sync(workspaces::all)?;
        match (all.len(), all.pop()) {
            (1, Some(only)) => Ok((db, only.id)),
            (0, _) => Err(Failure::new("there is no workspace: make one with `deskwire workspace create`")),
            _ => Err(Failure::Usage(
                "there are several workspaces: name one with --workspace (`deskwire workspace list` shows them)"
                    .to_owned(),
            )),
        }
    }
}

/// An id, as lists show it.
pub(crate) fn id(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|id| *id > 0)
        .ok_or_else(|| format!("must be a whole number, as the list shows it, not {text:?}"))
}

/// The operator as the actor in a workspace.
fn operator(tx: &mut WorkspaceTx) -> Result<Actor, domain::Error> {
    Ok(Actor::system(Arc::new(workspaces::known(tx)?.into())))
}

/// An API version.
pub(crate) fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Version::ALL.iter().map(|v| v.as_str()).collect();
        format!("there is no API version {text}; the versions are {}", known.join(", "))
    })
}

/// An API version as it is stored.
pub(crate) fn api_version(text: &str) -> Result<String, String> {
    Ok(version(text)?.as_str().to_owned())
}

/// The URL of the database in a data directory.
pub(crate) fn in_directory(directory: &std::path::Path) -> String {
    format!("sqlite:{}", directory.join("deskwire.db").display())
}

/// The path in a URL of a database file.
pub(crate) fn path_of(url: &str) -> Option<&std::path::Path> {
    url.strip_prefix("sqlite:").filter(|p| *p != ":memory:").map(std::path::Path::new)
}

/// A path with a suffix after its name.
pub(crate) fn suffixed(path: &std::path::Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Options for a command, whose writes may take longer than those of a request because no client waits for them.
pub(crate) fn patient(options: Options) -> Options {
    Options { busy_timeout: Duration::from_secs(300), ..options }
}

/// Opens an existing database.
pub(crate) fn open_existing(url: &str, options: Options) -> Result<Db> {
    if path_of(url).is_some_and(|path| !path.exists()) {
        return Err(Failure::new(format!(
            "there is no database at {url}: make one with `deskwire workspace create`, or name it with --data or --database"
        )));
    }
    Db::open(url, options).map_err(|e| cannot_open(url, &e))
}

/// Opens or creates a database, without running migrations.
pub(crate) fn open_unmigrated(url: &str, options: Options) -> Result<Db> {
    if let Some(directory) = path_of(url).and_then(std::path::Path::parent) {
        store::private_directory(directory)
            .map_err(|e| Failure::new(format!("cannot make the directory {}: {e}", directory.display())))?;
    }
    Db::open(url, options).map_err(|e| cannot_open(url, &e))
}

/// Opens or creates a database, and runs pending migrations.
pub(crate) fn open_migrated(url: &str, options: Options) -> Result<Db> {
    let db = open_unmigrated(url, options)?;
    db.migrate().map_err(|e| Failure::new(format!("cannot migrate {}: {e}", without_password(url))))?;
    Ok(db)
}

fn cannot_open(url: &str, error: &store::Error) -> Failure {
    Failure::new(format!("cannot open {}: {error}", without_password(url)))
}

/// A URL without its password.
pub(crate) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.split_once('@') {
        Some((who, at)) => format!("{scheme}://{}@{at}", who.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// Writes a line of data to stdout.
pub(crate) fn print_line(line: impl Display) -> Result {
    writeln!(std::io::stdout(), "{line}").map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::Unread,
        _ => Failure::new(format!("cannot write to stdout: {error}")),
    })
}

/// Writes a line for people to stderr. Ignores a closed stderr.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes data to stdout as one line of JSON.
pub(crate) fn print_json(data: &impl Serialize) -> Result {
    print_line(serde_json::to_string(data).map_err(Failure::new)?)
}
