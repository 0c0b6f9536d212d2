//! The server under test, and clients of it.

use deskwire_domain::Cx;
use deskwire_domain::ids::{AdminId, AppId, WebhookSubscriptionId};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use deskwire_api::routes::Routes;
use deskwire_api::{App, Config, Server};
use deskwire_domain::mail::Sender;
use deskwire_domain::{Actor, Error, Tenant, admins, apps, tokens, webhooks, workspaces};
use deskwire_store::{Clock, Db, Files, Options, archive, params};
use deskwire_worker::mail::{Config as MailConfig, Mailer};
use deskwire_worker::{Config as WorkerConfig, Worker};
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::answer::Answer;
use crate::client::Client;
use crate::post_office::{Mail, PostOffice};
use crate::schemas::Schema;
use crate::sink::Sink;
use crate::template;

/// Where the frozen clock of every test starts: 2026-03-01T12:00:00Z.
pub const NOW: i64 = 1_772_366_400;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file of its own.
    Sqlite,
    /// A schema of its own on the server that `DESKWIRE_TEST_POSTGRES` names.
    Postgres,
}

/// A whole server in the process, with one workspace and one admin.
pub struct TestApp {
    /// The server's state.
    pub app: Arc<App>,
    /// The server that answers requests.
    pub server: Arc<Server>,
    /// Its clock.
    pub clock: Clock,
    /// The workspace.
    pub workspace_id: String,
    /// Its first admin.
    pub admin_id: AdminId,
    /// Which database it is on.
    pub database: Database,
    /// The database's URL.
    pub url: String,
    /// The worker; tests call it.
    pub worker: Worker,
    post_office: OnceCell<PostOffice>,
    router: Router,
    client: Client,
    directory: PathBuf,
    /// Held to the end, when another test may have it.
    _schema: Option<Schema>,
}

/// The host that clients ask for.
const HOST: &str = "deskwire.test";

/// An app with a webhook subscription.
#[derive(Debug)]
pub struct Webhooks {
    /// The endpoint.
    pub sink: Sink,
    /// The subscription.
    pub id: WebhookSubscriptionId,
    /// The app.
    pub app_id: AppId,
    /// Its client id.
    pub client_id: String,
    /// The secret that signs its webhooks.
    pub secret: String,
}

/// How far the small ids of a second workspace are from those of the first.
const APART: i64 = 10_000;

static NEXT: AtomicU64 = AtomicU64::new(0);

impl TestApp {
    /// A fresh server with Intercom's own settings, but no rate limit.
    pub async fn start(database: Database) -> TestApp {
        Self::start_with(database, Config { rate_limit: None, ..Config::default() }).await
    }

    /// A fresh server with other settings.
    pub async fn start_with(database: Database, config: Config) -> TestApp {
        Self::start_with_routes(database, config, deskwire_api::public::table()).await
    }

    /// A fresh server on PostgreSQL whose writes wait up to this long before each statement, so that they overlap.
    pub async fn start_slowed(database: Database, jitter: Duration) -> TestApp {
        let (clock, config) = (Clock::frozen(NOW), Config { rate_limit: None, ..Config::default() });
        let options = Options { jitter: Some(jitter), ..options(&clock) };
        let table = deskwire_api::public::table();
        Self::open(Place::new(database).await, clock, options, config, table).await
    }

    /// A fresh server with another table of operations.
    pub async fn start_with_routes(database: Database, config: Config, table: Routes) -> TestApp {
        let clock = Clock::frozen(NOW);
        let options = options(&clock);
        Self::open(Place::new(database).await, clock, options, config, table).await
    }

    /// A server on a PostgreSQL server of its own.
    pub async fn start_on(url: String, options: Options) -> TestApp {
        let clock = Clock::frozen(NOW);
        let place = Place { url, database: Database::Postgres, ..Place::new(Database::Sqlite).await };
        let options = Options { clock: clock.clone(), seed: Some(7), ..options };
        let config = Config { rate_limit: None, ..Config::default() };
        Self::open(place, clock, options, config, deskwire_api::public::table()).await
    }

    async fn open(place: Place, clock: Clock, options: Options, config: Config, table: Routes) -> TestApp {
        let at = place.url.clone();
        let file = (place.database == Database::Sqlite).then(|| place.file());
        let db = blocking(move || {
            if let Some(file) = file {
                template::copy_to(&file);
            }
            let db = Db::open(&at, options).expect("the database opens");
            db.migrate().expect("the migrations run");
            db
        });
        let db = db.await;
        let made = db.write(|tx| workspaces::create(tx, "Acme", "Ada Lovelace", "ada@acme.test")).await;
        let (workspace_id, admin_id) = made.expect("a workspace can be made");
        let mut test = Self::assemble(place, db, clock, config, table, workspace_id, admin_id);
        test.client.token = Some(test.token("all").await);
        test
    }

    /// A server over what a backup of this one restores, with the same tokens, and the backup itself.
    pub async fn restored(&self, database: Database) -> (TestApp, Vec<u8>) {
        let place = Place::new(database).await;
        let (from, clock) = (self.app.clone(), self.clock.clone());
        let (at, options, to) = (place.url.clone(), options(&clock), Files::new(place.files()));
        let restored = blocking(move || {
            let mut archive = Vec::new();
            let written = archive::write(&from.db, &from.files, "test", &mut archive).expect("a backup can be made");
            let db = Db::open(&at, options).expect("the database opens");
            let read = archive::restore(&db, &to, || Ok(archive.as_slice())).expect("the backup can be restored");
            assert_eq!(read, written);
            (db, archive)
        });
        let (db, archive) = restored.await;
        let config = Config { rate_limit: None, ..Config::default() };
        let table = deskwire_api::public::table();
        let (workspace, admin) = (self.workspace_id.clone(), self.admin_id);
        let mut test = Self::assemble(place, db, clock, config, table, workspace, admin);
        test.client.token.clone_from(&self.client.token);
        test.app.tokens.refresh(test.db()).await;
        (test, archive)
    }

    /// A second server over the same database, as another process is: with its own cache of tokens.
    pub fn another_process(&self) -> (Arc<App>, Client) {
        self.another_server(self.db().clone(), Config { rate_limit: None, ..Config::default() })
    }

    /// The same with other settings, and perhaps connections and a clock of its own.
    pub fn another_server(&self, db: Db, config: Config) -> (Arc<App>, Client) {
        let app = App::new(db, Config { files: self.app.config.files.clone(), ..config });
        let server = Server::with_routes(app.clone(), deskwire_api::public::table());
        (app, Client { router: deskwire_api::serve::router(server), ..self.client.clone() })
    }

    /// A second worker over the same database, as that of another process.
    pub fn another_worker(&self) -> Worker {
        let files = self.app.config.files.clone();
        Worker::new(self.db().clone(), WorkerConfig { files, ..WorkerConfig::default() })
    }

    fn assemble(
        place: Place,
        db: Db,
        clock: Clock,
        config: Config,
        table: Routes,
        workspace_id: String,
        admin_id: AdminId,
    ) -> TestApp {
        let config = Config { files: place.files().into(), ..config };
        let app = App::new(db, config);
        let server = Server::with_routes(app.clone(), table);
        let router = deskwire_api::serve::router(server.clone());
        let client = Client {
            router: router.clone(),
            token: None,
            version: Some("Unstable".to_owned()),
            recorded: true,
            address: None,
            host: HOST.to_owned(),
        };
        // The servers of tests listen here.
        let outbound_allow = "127.0.0.1".parse().expect("an address may be allowed");
        let files = app.config.files.clone();
        let worker = Worker::new(app.db.clone(), WorkerConfig { outbound_allow, files, ..WorkerConfig::default() });
        let Place { database, url, directory, schema } = place;
        let post_office = OnceCell::new();
        TestApp {
            app,
            server,
            clock,
            workspace_id,
            admin_id,
            database,
            url,
            worker,
            post_office,
            router,
            client,
            directory,
            _schema: schema,
        }
    }

    /// Makes this server, and those derived from it, store files in another place.
    pub fn store_files_in(&mut self, files: impl Into<deskwire_store::Place>) {
        let files = files.into();
        let config = Config { rate_limit: None, files: files.clone(), ..Config::default() };
        self.app = App::new(self.db().clone(), config);
        self.server = Server::with_routes(self.app.clone(), deskwire_api::public::table());
        self.router = deskwire_api::serve::router(self.server.clone());
        self.client.router = self.router.clone();
        let outbound_allow = "127.0.0.1".parse().expect("an address may be allowed");
        self.worker = Worker::new(self.db().clone(), WorkerConfig { outbound_allow, files, ..WorkerConfig::default() });
    }

    /// The directory of its files.
    pub fn files_directory(&self) -> PathBuf {
        self.app.config.files.directory().expect("files are in a directory").to_owned()
    }

    /// The same, without recording the traffic of its client: the descriptions do not have outages.
    #[must_use]
    pub fn off_the_record(mut self) -> TestApp {
        self.client = self.client.clone().off_the_record();
        self
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// A new token of the workspace with these scopes.
    pub async fn token(&self, scopes: &str) -> String {
        self.token_of(&self.workspace_id, self.admin_id, scopes).await
    }

    /// A new token of any workspace.
    pub async fn token_of(&self, workspace: &str, admin_id: AdminId, scopes: &str) -> String {
        let token = tokens::generate().expect("there is randomness");
        let (workspace, text, scopes) = (workspace.to_owned(), token.clone(), scopes.to_owned());
        let made =
            self.db().write(move |tx| tokens::create(&mut tx.within(&workspace), None, admin_id, &text, &scopes)).await;
        made.expect("a token can be made");
        self.app.tokens.refresh(self.db()).await;
        token
    }

    /// A client of another workspace, with every scope.
    pub async fn other_workspace(&self) -> Client {
        self.neighbour().await.0
    }

    /// The same, and the admin it acts as. The small ids of its objects start elsewhere, so that no id exists in both
    /// workspaces.
    pub async fn neighbour(&self) -> (Client, Actor) {
        let made = self.write(|tx| {
            let (workspace, admin) = workspaces::create(tx, "Other", "Eve", "eve@other.test")?;
            for table in ["admins", "brands", "help_centers", "ticket_states"] {
                let sql = format!("UPDATE {table} SET id = id + {APART} WHERE workspace_id = $1");
                tx.execute(&sql, params![&workspace])?;
            }
            for counter in
                ["teammate", "attribute", "note", "tag", "setting", "content", "export", "workflow", "fin_voice_call"]
            {
                let sql = "INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, $3) \
                           ON CONFLICT (workspace_id, name) DO UPDATE SET value = counters.value + excluded.value";
                tx.execute(sql, params![&workspace, counter, APART])?;
            }
            Ok((workspace, AdminId::new(admin.number() + APART)))
        });
        let (workspace, admin) = made.await;
        let client = self.client().with_token(&self.token_of(&workspace, admin, "all").await);
        (client, actor(&workspace, "Other", admin))
    }

    /// The client with every scope that the shortcuts below use, in the newest version.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The same in another version.
    pub fn version(&self, version: &str) -> Client {
        self.client().with_version(version)
    }

    /// A client with only these scopes.
    pub async fn scoped(&self, scopes: &str) -> Client {
        self.client().with_token(&self.token(scopes).await)
    }

    /// A client without a token.
    pub fn anonymous(&self) -> Client {
        Client {
            router: self.router.clone(),
            token: None,
            version: None,
            recorded: true,
            address: None,
            host: HOST.to_owned(),
        }
    }

    /// `GET` as the client with every scope.
    pub async fn get(&self, path: &str) -> Answer {
        self.client.get(path).await
    }

    /// `POST` as the client with every scope.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.client.post(path, body).await
    }

    /// `PUT` as the client with every scope.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.client.put(path, body).await
    }

    /// `DELETE` as the client with every scope.
    pub async fn delete(&self, path: &str) -> Answer {
        self.client.delete(path).await
    }

    /// The first admin, as verbs know them.
    pub fn actor(&self) -> Actor {
        actor(&self.workspace_id, "Acme", self.admin_id)
    }

    /// Does all due work, like the worker; returns the number of claimed jobs.
    pub async fn run_jobs(&self) -> usize {
        self.worker.run_due().await
    }

    /// Another teammate of the workspace.
    pub async fn teammate(&self, name: &str, email: &str) -> AdminId {
        let (actor, declared) = (self.actor(), serde_json::json!({"name": name, "email": email}));
        let made = self.write(move |tx| {
            let admin = serde_json::from_value(declared.clone()).expect("it is an admin");
            admins::declare(&mut Cx::new(tx, &actor), &admin)?;
            admins::named(&mut tx.within(actor.workspace()), declared["email"].as_str())
        });
        made.await
    }

    /// An app of the workspace with these scopes and version, and a subscription of it to these topics at a new sink.
    pub async fn webhooks(&self, scopes: &str, version: &str, topics: &[&str]) -> Webhooks {
        let sink = Sink::start().await;
        let (actor, url) = (self.actor(), sink.url("/hook"));
        let name = format!("App {}", NEXT.fetch_add(1, Ordering::Relaxed));
        let (scopes, version) = (scopes.to_owned(), version.to_owned());
        let topics: Vec<String> = topics.iter().map(|t| (*t).to_owned()).collect();
        let made = self.write(move |tx| {
            let made = apps::create(&mut tx.within(actor.workspace()), &name, &[], &scopes)?;
            let sql = "UPDATE apps SET api_version = $1 WHERE workspace_id = $2 AND id = $3";
            tx.execute(sql, params![&version, actor.workspace(), made.id])?;
            let declared = webhooks::Declared { app: made.client_id.clone(), url: url.clone(), topics: topics.clone() };
            let (subscription, _) = webhooks::save(&mut Cx::new(tx, &actor), &declared)?;
            Ok((made, subscription.id))
        });
        let (app, id) = made.await;
        Webhooks { sink, id, app_id: app.id, client_id: app.client_id, secret: app.client_secret }
    }

    /// The mail server of the test, started when it is first used.
    pub async fn post_office(&self) -> &PostOffice {
        self.post_office.get_or_init(PostOffice::open).await
    }

    /// Fans events out, sends the mail that is due to the test's mail server, and returns all mail that it has received.
    pub async fn mails(&self) -> Vec<Mail> {
        let post_office = self.post_office().await;
        self.send_mail(&post_office.url()).await;
        post_office.mails()
    }

    /// The same with any mail server; returns how many mails were claimed.
    pub async fn send_mail(&self, server: &str) -> usize {
        self.send_mail_answered_at(server, None).await
    }

    /// The same with an address for replies.
    pub async fn send_mail_answered_at(&self, server: &str, reply_to: Option<&str>) -> usize {
        self.run_jobs().await;
        let sender = Sender {
            address: "support@acme.test".to_owned(),
            domain: "mail.acme.test".to_owned(),
            reply_to: reply_to.map(str::to_owned),
            public_url: Some("https://help.acme.test/".to_owned()),
        };
        let config = MailConfig { server: server.parse().expect("the URL of a mail server"), sender };
        Mailer::new(self.db().clone(), Some(config)).run_due().await
    }

    /// The topics of the events of the workspace, oldest first.
    pub async fn topics(&self) -> Vec<String> {
        let workspace = self.workspace_id.clone();
        self.write(move |tx| {
            let sql = "SELECT topic FROM events WHERE workspace_id = $1 ORDER BY id";
            Ok(tx.query_all(sql, params![&workspace], |row| row.get(0))?)
        })
        .await
    }

    /// Runs a verb or a query directly, as the first admin.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut deskwire_store::Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.db().write(f).await.expect("the verb succeeds")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// The data of a test.
struct Place {
    database: Database,
    url: String,
    directory: PathBuf,
    schema: Option<Schema>,
}

impl Place {
    async fn new(database: Database) -> Place {
        let unique = format!("{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(format!("deskwire-test-{unique}"));
        std::fs::create_dir_all(&directory).expect("a temporary directory can be made");
        let schema = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(blocking(Schema::take).await),
        };
        let mut place = Place { database, url: String::new(), directory, schema };
        place.url = match &place.schema {
            Some(schema) => schema.url(),
            None => format!("sqlite:{}", place.file().display()),
        };
        place
    }

    /// The database, on SQLite.
    fn file(&self) -> PathBuf {
        self.directory.join("deskwire.db")
    }

    fn files(&self) -> PathBuf {
        self.directory.join("attachments")
    }
}

fn options(clock: &Clock) -> Options {
    // The machine may be busy with other tests.
    let busy_timeout = Duration::from_secs(30);
    Options { clock: clock.clone(), seed: Some(7), busy_timeout, ..Options::default() }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("work does not panic")
}

fn actor(workspace: &str, name: &str, admin_id: AdminId) -> Actor {
    let tenant = Tenant {
        id: workspace.to_owned(),
        name: name.to_owned(),
        timezone: "UTC".to_owned(),
        default_country: "US".to_owned(),
    };
    Actor::admin(Arc::new(tenant), admin_id)
}
