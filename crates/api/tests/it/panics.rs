//! A panic in a handler is answered like any other server error, and the server keeps running.

use deskwire_api::Config;
use deskwire_api::routes::Routes;
use deskwire_api::versions::Version;
use deskwire_api::{Reply, Request};
use deskwire_domain::error::Result;
use deskwire_testkit::{Database, TestApp};

async fn at_once(_: Request) -> Result<Reply> {
    panic!("the secret is xyzzy");
}

async fn in_a_read(request: Request) -> Result<Reply> {
    request.read(|_| -> Result<()> { panic!("the secret is {}", "xyzzy") }).await?;
    request.json(&())
}

async fn in_a_search(request: Request) -> Result<Reply> {
    request.search(|_| -> Result<()> { panic!("the secret is xyzzy") }).await?;
    request.json(&())
}

async fn in_a_write(request: Request) -> Result<Reply> {
    request.write(|_| -> Result<()> { panic!("the secret is xyzzy") }).await?;
    request.json(&())
}

async fn well(request: Request) -> Result<Reply> {
    request.write(|cx| Ok(deskwire_store::contacts::touch(cx, deskwire_domain::ids::ContactId::new(1))?)).await?;
    request.json(&"well")
}

async fn run(database: Database) {
    let mut table = Routes::default();
    table.row("GET /at_once", &[], Version::V2_7.., at_once);
    table.row("GET /in_a_read", &[], Version::V2_7.., in_a_read);
    table.row("GET /in_a_search", &[], Version::V2_7.., in_a_search);
    table.row("GET /in_a_write", &[], Version::V2_7.., in_a_write);
    table.row("GET /well", &[], Version::V2_7.., well);
    let config = Config { rate_limit: None, ..Config::default() };
    let app = TestApp::start_with_routes(database, config, table.index().unwrap()).await;
    let client = app.client().off_the_record();
    // More requests than connections and threads: a panic must not use one up.
    for _ in 0..40 {
        for path in ["/at_once", "/in_a_read", "/in_a_search", "/in_a_write"] {
            let (answer, neighbour) = tokio::join!(client.get(path), client.get("/well"));
            assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
            assert!(answer.header("x-ratelimit-limit").is_some());
            assert!(!answer.body.to_string().contains("xyzzy"), "{}", answer.body);
            assert_eq!(answer.refused(500, "server_error"), "Server Error");
            neighbour.ok();
        }
    }
}

#[tokio::test]
async fn a_panic_is_a_server_error_sqlite() {
    run(Database::Sqlite).await;
}

#[tokio::test]
async fn a_panic_is_a_server_error_postgres() {
    run(Database::Postgres).await;
}
