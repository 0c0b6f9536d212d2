//! Tokens: revoked ones are refused, and none can be read from the database.

use deskwire_domain::tokens;
use deskwire_testkit::{Database, TestApp, both};

/// The content of the table of tokens, as one text.
async fn table(app: &TestApp) -> String {
    let rows = app.write(|tx| {
        Ok(tx.query_all("SELECT workspace_id, id, lookup, hash, scopes FROM tokens", &[], |row| {
            let (workspace, id): (String, i64) = (row.get(0)?, row.get(1)?);
            let (lookup, hash, scopes): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok(format!("{workspace} {id} {lookup} {hash} {scopes}"))
        })?)
    });
    rows.await.join("\n")
}

#[both]
async fn a_revoked_token_is_refused(app: TestApp) {
    let token = app.token("read_users").await;
    let client = app.client().with_token(&token);
    client.get("/contacts").await.ok();
    let (workspace, text) = (app.workspace_id.clone(), token.clone());
    app.write(move |tx| {
        let (grant, _) = tokens::find(tx, &tokens::hash(&text))?.unwrap();
        tokens::revoke(&mut tx.within(&workspace), grant.token_id).map(|_| ())
    })
    .await;
    app.app.tokens.refresh(app.db()).await;
    client.get("/contacts").await.refused(401, "token_revoked");
    app.get("/contacts").await.ok();
}

#[both]
async fn existing_tokens_are_kept(app: TestApp) {
    let token = app.token("read_users").await;
    let (_, neighbour) = app.neighbour().await;
    let (workspace, admin_id) = (app.workspace_id.clone(), app.admin_id);
    let made = app
        .write(move |tx| {
            let mut made = Vec::new();
            for ended in [false, true] {
                if ended {
                    let (grant, _) = tokens::find(tx, &tokens::hash(&token))?.unwrap();
                    tokens::revoke(&mut tx.within(&workspace), grant.token_id)?;
                }
                for of in [workspace.as_str(), neighbour.workspace()] {
                    made.push(tokens::create(&mut tx.within(of), None, admin_id, &token, "all")?);
                }
            }
            Ok(made)
        })
        .await;
    assert_eq!(made, [false; 4]);
}

#[both]
async fn tokens_are_not_stored_in_plain_text(app: TestApp) {
    let token = app.token("all").await;
    app.client().with_token(&token).get("/contacts").await.ok();
    app.app.tokens.write_last_used(app.db()).await;
    let table = table(&app).await;
    assert!(table.contains(&deskwire_domain::secrets::hash(&token)), "only the hash is stored");
    assert!(!table.contains(&token) && !table.contains(&token[4..40]));
    if app.database == Database::Sqlite {
        let file = app.url.strip_prefix("sqlite:").unwrap();
        for entry in std::fs::read_dir(std::path::Path::new(file).parent().unwrap()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let secret = &token.as_bytes()[6..];
            assert!(!bytes.windows(secret.len()).any(|w| w == secret), "the file holds the token");
        }
    }
}

#[both]
async fn tokens_are_read_from_the_header_only(app: TestApp) {
    let token = app.token("all").await;
    let anonymous = app.anonymous();
    anonymous.get(&format!("/contacts?access_token={token}")).await.refused(401, "unauthorized");
    for (value, status) in [
        (format!("Bearer {token}"), 200),
        (format!("bearer {token}"), 200),
        (token.clone(), 401),
        (format!("Bearer {token}x"), 401),
        (format!("Bearer {}", &token[..token.len() - 1]), 401),
        ("Bearer ".to_owned(), 401),
        (String::new(), 401),
        ("Basic !!!".to_owned(), 401),
    ] {
        let answer = anonymous.raw("GET", "/contacts", &[("authorization", &value)], "").await;
        assert_eq!(answer.status, status, "{value}");
        answer.is_well_formed();
    }
}
