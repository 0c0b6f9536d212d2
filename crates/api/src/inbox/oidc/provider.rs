//! An identity provider, found by discovery (OpenID Connect Discovery 1.0).

use std::fmt::{self, Debug};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use deskwire_domain::secrets::Secret;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use parking_lot::Mutex;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::token::{Claims, Expected, Keys, Refused, verify};

/// How long the discovery document and the keys are cached, in seconds.
const CACHE_SECONDS: i64 = 3_600;
/// The minimum age of cached keys, in seconds, at which a token signed by an unknown key causes another fetch.
const MIN_KEY_AGE: i64 = 60;

/// The body of a successful response, or the reason for the failure, for the log.
pub type Fetched<'a> = Pin<Box<dyn Future<Output = Result<Bytes, String>> + Send + 'a>>;

/// The HTTP client for the identity provider. It fetches URLs that the provider specifies, so it rejects addresses that
/// are not public.
pub trait Fetcher: Debug + Send + Sync {
    /// Sends a GET request.
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a>;
    /// Sends a form in a POST request.
    fn post<'a>(&'a self, url: &'a str, headers: HeaderMap, form: String) -> Fetched<'a>;
}

/// The operator's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The issuer: its discovery document is below this URL.
    pub issuer: String,
    /// The client id of this server at the provider.
    pub client_id: String,
    /// The client secret of this server at the provider.
    pub client_secret: Secret,
    /// The label of the sign-in button.
    pub name: String,
}

/// The discovery document.
#[derive(Debug, Clone, Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Tokens {
    id_token: String,
}

/// A cached value, and when it was fetched.
type Cached<T> = Mutex<Option<(i64, Arc<T>)>>;

/// An identity provider.
pub struct Provider {
    settings: Settings,
    fetcher: Arc<dyn Fetcher>,
    discovery: Cached<Discovery>,
    keys: Cached<Keys>,
}

impl Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Why signing in through the provider failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The provider gave no usable response.
    Unreachable(String),
    /// The provider rejected the code, or its token is not valid.
    Refused(String),
}

impl Provider {
    /// Returns a provider from which nothing has been fetched yet.
    pub fn new(settings: Settings, fetcher: Arc<dyn Fetcher>) -> Self {
        Self { settings, fetcher, discovery: Mutex::default(), keys: Mutex::default() }
    }

    /// The label of the sign-in button.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// The authorization URL. After the person has signed in there, the browser returns with a code.
    pub(super) async fn authorize(
        &self,
        now: i64,
        redirect_uri: &str,
        proof: &super::Proof,
    ) -> Result<String, Failure> {
        let discovery = self.discover(now).await?;
        let mut url = url::Url::parse(&discovery.authorization_endpoint)
            .map_err(|error| Failure::Unreachable(format!("its authorization endpoint: {error}")))?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", redirect_uri),
            ("state", proof.state.as_str()),
            ("nonce", proof.nonce.as_str()),
            ("code_challenge", proof.challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        Ok(url.into())
    }

    /// Redeems a code for the claims of its ID token.
    pub(super) async fn redeem(
        &self,
        now: i64,
        redirect_uri: &str,
        code: &str,
        proof: &super::Proof,
    ) -> Result<Claims, Failure> {
        let discovery = self.discover(now).await?;
        let (headers, form) = self.exchange(&discovery, redirect_uri, code, &proof.verifier);
        let answer = self.fetcher.post(&discovery.token_endpoint, headers, form).await.map_err(Failure::Refused)?;
        let tokens: Tokens = serde_json::from_slice(&answer)
            .map_err(|error| Failure::Refused(format!("the answer of its token endpoint: {error}")))?;
        let Settings { issuer, client_id, .. } = &self.settings;
        let expected = Expected { issuer, client_id, nonce: &proof.nonce, now };
        for newest in [false, true] {
            let keys = self.keys(now, &discovery, newest).await?;
            match verify(&tokens.id_token, &keys, expected) {
                Ok(claims) => return Ok(claims),
                Err(Refused::UnknownKey) => {}
                Err(Refused::Wrong(why)) => return Err(Failure::Refused(format!("its token: {why}"))),
            }
        }
        Err(Failure::Refused("its token: no key of the provider has signed it".to_owned()))
    }

    /// The token request, with the client secret in the form that the provider accepts.
    fn exchange(&self, discovery: &Discovery, redirect_uri: &str, code: &str, verifier: &str) -> (HeaderMap, String) {
        let Settings { client_id, client_secret: Secret(secret), .. } = &self.settings;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ]);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        // Basic is the default if a provider lists no methods (Discovery 1.0, section 3).
        let methods = discovery.token_endpoint_auth_methods_supported.as_deref();
        if methods.is_none_or(|all| all.iter().any(|method| method == "client_secret_basic")) {
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret)));
            if let Ok(mut value) = HeaderValue::from_str(&format!("Basic {pair}")) {
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
        } else {
            form.extend_pairs([("client_id", client_id), ("client_secret", secret)]);
        }
        (headers, form.finish())
    }

    async fn discover(&self, now: i64) -> Result<Arc<Discovery>, Failure> {
        if let Some(cached) = fresh(&self.discovery, now, CACHE_SECONDS) {
            return Ok(cached);
        }
        let issuer = self.settings.issuer.trim_end_matches('/');
        let found: Discovery = self.fetch(&format!("{issuer}/.well-known/openid-configuration")).await?;
        if found.issuer.trim_end_matches('/') != issuer {
            return Err(Failure::Unreachable(format!("it calls itself {:?}", found.issuer)));
        }
        // If the issuer uses TLS, secrets must not be sent without TLS.
        let is_safe = |url: &String| url.starts_with("https://") || issuer.starts_with("http://");
        if ![&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri].into_iter().all(is_safe) {
            return Err(Failure::Unreachable("one of its endpoints has no TLS".to_owned()));
        }
        Ok(store(&self.discovery, now, found))
    }

    /// The provider's keys. `newest` fetches them again unless they were fetched within the last minute.
    async fn keys(&self, now: i64, discovery: &Discovery, newest: bool) -> Result<Arc<Keys>, Failure> {
        let max_age = if newest { MIN_KEY_AGE } else { CACHE_SECONDS };
        if let Some(cached) = fresh(&self.keys, now, max_age) {
            return Ok(cached);
        }
        let found = self.fetch(&discovery.jwks_uri).await?;
        Ok(store(&self.keys, now, found))
    }

    async fn fetch<T: DeserializeOwned>(&self, url: &str) -> Result<T, Failure> {
        let body = self.fetcher.get(url).await.map_err(|why| Failure::Unreachable(format!("{url}: {why}")))?;
        serde_json::from_slice(&body).map_err(|error| Failure::Unreachable(format!("{url}: {error}")))
    }
}

fn fresh<T>(cached: &Cached<T>, now: i64, max_age: i64) -> Option<Arc<T>> {
    cached.lock().as_ref().filter(|(at, _)| now - at < max_age).map(|(_, found)| found.clone())
}

fn store<T>(cached: &Cached<T>, now: i64, found: T) -> Arc<T> {
    let found = Arc::new(found);
    *cached.lock() = Some((now, found.clone()));
    found
}
