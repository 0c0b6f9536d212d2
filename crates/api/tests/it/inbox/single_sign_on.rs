//! Signing in through an identity provider, which is in the process of the test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use deskwire_api::Config;
use deskwire_api::inbox::oidc::{self, Fetched, Fetcher};
use deskwire_domain::secrets::Secret;
use deskwire_domain::workspaces;
use deskwire_testkit::{Answer, Browser, NOW, TestApp, Value, both, json};
use http::HeaderMap;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use sha2::{Digest, Sha256};

const ISSUER: &str = "https://id.test/realm";

/// The behavior of the provider, which tests change.
struct Mood {
    email: Option<&'static str>,
    verified: Value,
    /// The name of the key that it publishes, and that of the one that it signs with.
    published: &'static str,
    signs_with: &'static str,
    /// Additional or replaced claims of its tokens.
    claims: Value,
    /// Whether it answers at all.
    answers: bool,
    /// What it was sent: the nonce and the challenge, and the forms.
    requested: HashMap<String, String>,
    fetched: Vec<String>,
}

/// A provider.
struct Provider {
    key: EcdsaKeyPair,
    random: SystemRandom,
    mood: Mutex<Mood>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Provider")
    }
}

impl Provider {
    fn new() -> Arc<Self> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        let mood = Mood {
            email: Some("Ada@acme.test"),
            verified: json!(true),
            published: "one",
            signs_with: "one",
            claims: json!({}),
            answers: true,
            requested: HashMap::new(),
            fetched: Vec::new(),
        };
        Arc::new(Self { key, random, mood: Mutex::new(mood) })
    }

    fn change(&self, f: impl FnOnce(&mut Mood)) {
        f(&mut self.mood.lock().unwrap());
    }

    fn answer(&self, url: &str) -> Result<Bytes, String> {
        let mut mood = self.mood.lock().unwrap();
        mood.fetched.push(url.to_owned());
        if !mood.answers {
            return Err("unreachable".to_owned());
        }
        let answer = match url {
            "https://id.test/realm/.well-known/openid-configuration" => json!({
                "issuer": ISSUER, "authorization_endpoint": "https://id.test/authorize?prompt=select",
                "token_endpoint": "https://id.test/token", "jwks_uri": "https://id.test/keys",
            }),
            "https://id.test/keys" => {
                let point = self.key.public_key().as_ref();
                let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
                json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": mood.published, "use": "sig", "x": x, "y": y}]})
            }
            _ => return Err("it answered 404".to_owned()),
        };
        Ok(Bytes::from(answer.to_string()))
    }

    /// The answer of the token endpoint, if the code, the verifier and our secret are right.
    fn token(&self, headers: &HeaderMap, form: &str) -> Result<Bytes, String> {
        let mood = self.mood.lock().unwrap();
        let form: HashMap<String, String> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
        let ours = format!("Basic {}", STANDARD.encode("desk:s%26cret"));
        let is_right = form["code"] == "the-code"
            && form["grant_type"] == "authorization_code"
            && form["redirect_uri"] == mood.requested["redirect_uri"]
            && challenge == mood.requested["code_challenge"]
            && headers["authorization"] == ours;
        if !is_right {
            return Err("it answered 400".to_owned());
        }
        let mut claims = json!({"iss": ISSUER, "aud": "desk", "sub": "1", "iat": NOW, "exp": NOW + 300,
            "nonce": mood.requested["nonce"], "email": mood.email, "email_verified": mood.verified});
        claims.as_object_mut().unwrap().extend(mood.claims.as_object().unwrap().clone());
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "ES256", "kid": mood.signs_with})), part(&claims));
        let signature = self.key.sign(&self.random, signed.as_bytes()).unwrap();
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(Bytes::from(json!({"token_type": "Bearer", "access_token": "x", "id_token": token}).to_string()))
    }
}

/// The provider as a server asks it.
#[derive(Debug)]
struct Asked(Arc<Provider>);

impl Fetcher for Asked {
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a> {
        Box::pin(std::future::ready(self.0.answer(url)))
    }

    fn post<'a>(&'a self, url: &'a str, headers: HeaderMap, form: String) -> Fetched<'a> {
        assert_eq!(url, "https://id.test/token");
        Box::pin(std::future::ready(self.0.token(&headers, &form)))
    }
}

/// A server with a provider.
async fn desk(app: &TestApp) -> (TestApp, Arc<Provider>) {
    let provider = Provider::new();
    let settings = oidc::Settings {
        issuer: format!("{ISSUER}/"),
        client_id: "desk".to_owned(),
        client_secret: Secret("s&cret".to_owned()),
        name: "Acme ID".to_owned(),
    };
    let oidc = Some(Arc::new(oidc::Provider::new(settings, Arc::new(Asked(provider.clone())))));
    (TestApp::start_with(app.database, Config { oidc, ..Config::default() }).await, provider)
}

async fn visit(app: &TestApp, path: &str, cookie: Option<&str>) -> Answer {
    let cookie = cookie.map(|value| format!("deskwire-oidc={value}"));
    let headers: Vec<(&str, &str)> = cookie.iter().map(|cookie| ("cookie", cookie.as_str())).collect();
    app.anonymous().off_the_record().raw("GET", path, &headers, Vec::new()).await
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let set = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let mut found = set.filter_map(|text| text.strip_prefix(&format!("{name}="))?.split(';').next());
    found.next().map(str::to_owned)
}

/// Starts a sign-in at the provider, which stores the request; returns the browser's cookie and the state.
async fn begin(app: &TestApp, provider: &Provider) -> (String, String) {
    let answer = visit(app, "/inbox/oidc", None).await;
    let place = answer.header("location").unwrap().to_owned();
    assert_eq!(answer.status, 303, "{place}");
    let url = url::Url::parse(&place).unwrap();
    assert!(
        place.starts_with("https://id.test/authorize?prompt=select&response_type=code&scope=openid+email+profile&")
    );
    let requested: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!((requested["client_id"].as_str(), requested["code_challenge_method"].as_str()), ("desk", "S256"));
    assert!(requested["redirect_uri"].ends_with("/inbox/oidc/callback"));
    let state = requested["state"].clone();
    provider.change(|mood| mood.requested = requested);
    (cookie(&answer, "deskwire-oidc").unwrap(), state)
}

/// Comes back from the provider.
async fn come_back(app: &TestApp, provider: &Provider) -> Answer {
    let (cookie, state) = begin(app, provider).await;
    visit(app, &format!("/inbox/oidc/callback?code=the-code&state={state}"), Some(&cookie)).await
}

/// Asserts that the sign-in page shows the reason of the refusal.
fn refused(answer: &Answer, why: &str) {
    assert_eq!(answer.header("location"), Some(format!("/inbox/login?sso={why}").as_str()));
    assert_eq!(cookie(answer, "deskwire-inbox"), None);
    assert_eq!(cookie(answer, "deskwire-oidc").as_deref(), Some(""));
}

fn browser(app: &TestApp, answer: &Answer) -> Browser {
    let mut browser = Browser::new(app);
    browser.cookie = cookie(answer, "deskwire-inbox");
    browser
}

#[both]
async fn a_verified_address_signs_in_its_teammate(app: TestApp) {
    assert_eq!(Browser::new(&app).get("/app/v1/session").await.ok()["sso"], Value::Null);
    assert_eq!(visit(&app, "/inbox/oidc", None).await.status, 404);
    let (desk, provider) = desk(&app).await;
    assert_eq!(Browser::new(&desk).get("/app/v1/session").await.ok()["sso"], "Acme ID");
    let answer = come_back(&desk, &provider).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/inbox/")));
    assert_eq!(browser(&desk, &answer).get("/app/v1/start").await.ok()["me"]["email"], "ada@acme.test");
    // The discovery document is fetched once.
    come_back(&desk, &provider).await;
    provider.change(|mood| assert_eq!(mood.fetched.len(), 2, "{:?}", mood.fetched));
}

#[both]
async fn only_the_browser_that_began_comes_back(app: TestApp) {
    let (desk, provider) = desk(&app).await;
    let (cookie, state) = begin(&desk, &provider).await;
    let path = format!("/inbox/oidc/callback?code=the-code&state={state}");
    refused(&visit(&desk, &path, None).await, "stale");
    refused(&visit(&desk, &path, Some(&"x".repeat(43))).await, "stale");
    refused(&visit(&desk, "/inbox/oidc/callback?code=the-code&state=x", Some(&cookie)).await, "stale");
    refused(&visit(&desk, "/inbox/oidc/callback?code=the-code", Some(&cookie)).await, "stale");
    let denied = format!("/inbox/oidc/callback?error=access_denied&state={state}");
    refused(&visit(&desk, &denied, Some(&cookie)).await, "denied");
    refused(&visit(&desk, &path.replace("the-code", "another"), Some(&cookie)).await, "refused");
    // The code of somebody else's visit does not fit this browser's verifier.
    let (other, other_state) = begin(&desk, &provider).await;
    refused(&visit(&desk, &path, Some(&cookie)).await, "refused");
    let theirs = format!("/inbox/oidc/callback?code=the-code&state={other_state}");
    assert_eq!(visit(&desk, &theirs, Some(&other)).await.header("location"), Some("/inbox/"));
}

#[both]
async fn unverified_identities_are_refused(app: TestApp) {
    let (desk, provider) = desk(&app).await;
    for (email, verified, why) in [
        (Some("nobody@acme.test"), json!(true), "unknown"),
        (Some("ada@acme.test"), json!(false), "unverified"),
        (Some("ada@acme.test"), json!(null), "unverified"),
        (None, json!(true), "unverified"),
    ] {
        provider.change(|mood| (mood.email, mood.verified) = (email, verified));
        refused(&come_back(&desk, &provider).await, why);
    }
    provider.change(|mood| (mood.email, mood.verified) = (Some("ada@acme.test"), json!(true)));
    for claims in [
        json!({"iss": "https://evil.test"}),
        json!({"aud": "another"}),
        json!({"aud": ["desk", "another"]}),
        json!({"nonce": "another"}),
        json!({"exp": NOW - 300}),
        json!({"iat": NOW + 300}),
    ] {
        provider.change(|mood| mood.claims = claims);
        refused(&come_back(&desk, &provider).await, "refused");
    }
    provider.change(|mood| (mood.claims, mood.signs_with) = (json!({}), "two"));
    refused(&come_back(&desk, &provider).await, "refused");
    // New keys are fetched at most once a minute.
    provider.change(|mood| mood.published = "two");
    refused(&come_back(&desk, &provider).await, "refused");
    desk.clock.advance(60);
    assert_eq!(come_back(&desk, &provider).await.header("location"), Some("/inbox/"));
    provider.change(|mood| mood.answers = false);
    desk.clock.advance(3_600);
    assert_eq!(visit(&desk, "/inbox/oidc", None).await.header("location"), Some("/inbox/login?sso=unreachable"));
}

#[both]
async fn a_second_factor_and_a_choice_of_workspaces_follow(app: TestApp) {
    let (desk, provider) = desk(&app).await;
    let other = desk.write(|tx| Ok(workspaces::create(tx, "Elsewhere", "Ada", "ada@ACME.test")?.0)).await;
    let answer = come_back(&desk, &provider).await;
    assert_eq!(answer.header("location"), Some("/inbox/login"));
    let mut ada = browser(&desk, &answer);
    ada.get("/app/v1/start").await.declined(401, "unauthorized");
    let requested = ada.get("/app/v1/session").await.ok();
    assert_eq!(requested["step"], "choose");
    let mut names: Vec<&str> =
        requested["workspaces"].as_array().unwrap().iter().map(|w| w["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Acme", "Elsewhere"]);
    ada.post("/app/v1/session/choose", json!({"workspace_id": "nowhere"})).await.declined(404, "not_found");
    let before = ada.clone();
    let chosen = ada.post("/app/v1/session/choose", json!({"workspace_id": other})).await;
    assert!(ada.keep(&chosen));
    assert_eq!(chosen.ok()["step"], "done");
    assert_eq!(ada.get("/app/v1/start").await.ok()["workspace"]["name"], "Elsewhere");
    before.post("/app/v1/session/choose", json!({"workspace_id": other})).await.declined(401, "unauthorized");

    desk.write(|tx| {
        let sql = "INSERT INTO second_factors (workspace_id, admin_id, secret, last_step, created_at, confirmed_at) \
                   SELECT workspace_id, id, 'ABC', 0, 1, 1 FROM admins";
        Ok(tx.execute(sql, &[])?)
    })
    .await;
    let mut again = browser(&desk, &come_back(&desk, &provider).await);
    let chosen = again.post("/app/v1/session/choose", json!({"workspace_id": other})).await;
    assert!(again.keep(&chosen));
    assert_eq!(chosen.ok()["step"], "totp");
    again.get("/app/v1/start").await.declined(401, "unauthorized");
}
