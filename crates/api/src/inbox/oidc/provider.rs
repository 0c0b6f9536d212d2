//! A provider of identities, known by discovery (OpenID Connect Discovery 1.0).

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

/// How long what a provider says of itself is kept, in seconds.
const KEPT: i64 = 3_600;
/// How long keys are kept before a token with another key makes us ask again, in seconds.
const SETTLED: i64 = 60;

/// The body of a provider's answer that says it went well; an error says why there is none, for the log.
pub type Fetched<'a> = Pin<Box<dyn Future<Output = Result<Bytes, String>> + Send + 'a>>;

/// What asks a provider. It is given URLs from elsewhere, and refuses addresses that are not public.
pub trait Fetcher: Debug + Send + Sync {
    /// Fetches a document.
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a>;
    /// Sends a form.
    fn post<'a>(&'a self, url: &'a str, headers: HeaderMap, form: String) -> Fetched<'a>;
}

/// What the operator sets.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The URL of the provider, below which its discovery document is.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// What we show to be it.
    pub client_secret: Secret,
    /// What the button to sign in with it says.
    pub name: String,
}

/// What a provider says of itself.
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

/// Something that was fetched, and when.
type Kept<T> = Mutex<Option<(i64, Arc<T>)>>;

/// A provider.
pub struct Provider {
    settings: Settings,
    fetcher: Arc<dyn Fetcher>,
    discovery: Kept<Discovery>,
    keys: Kept<Keys>,
}

impl Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Why somebody is not signed in through the provider.
#[derive(Debug)]
pub(super) enum Failure {
    /// The provider gave no answer that can be used.
    Unreachable(String),
    /// It did not accept the code, or its token is not what it should be.
    Refused(String),
}

impl Provider {
    /// A provider that has not been asked yet.
    pub fn new(settings: Settings, fetcher: Arc<dyn Fetcher>) -> Self {
        Self { settings, fetcher, discovery: Mutex::default(), keys: Mutex::default() }
    }

    /// What the button says.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// The URL at the provider where somebody signs in, who then comes back with a code.
    pub(super) async fn authorize(&self, now: i64, back: &str, proof: &super::Proof) -> Result<String, Failure> {
        let discovery = self.discover(now).await?;
        let mut url = url::Url::parse(&discovery.authorization_endpoint)
            .map_err(|error| Failure::Unreachable(format!("its authorization endpoint: {error}")))?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", back),
            ("state", proof.state.as_str()),
            ("nonce", proof.nonce.as_str()),
            ("code_challenge", proof.challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        Ok(url.into())
    }

    /// Who came back with a code.
    pub(super) async fn redeem(
        &self,
        now: i64,
        back: &str,
        code: &str,
        proof: &super::Proof,
    ) -> Result<Claims, Failure> {
        let discovery = self.discover(now).await?;
        let (headers, form) = self.exchange(&discovery, back, code, &proof.verifier);
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

    /// The request that exchanges a code, with our secret where the provider wants it.
    fn exchange(&self, discovery: &Discovery, back: &str, code: &str, verifier: &str) -> (HeaderMap, String) {
        let Settings { client_id, client_secret: Secret(secret), .. } = &self.settings;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", verifier),
        ]);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        // Basic is the rule where a provider does not say (Discovery 1.0, section 3).
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
        if let Some(kept) = fresh(&self.discovery, now, KEPT) {
            return Ok(kept);
        }
        let issuer = self.settings.issuer.trim_end_matches('/');
        let found: Discovery = self.fetch(&format!("{issuer}/.well-known/openid-configuration")).await?;
        if found.issuer.trim_end_matches('/') != issuer {
            return Err(Failure::Unreachable(format!("it calls itself {:?}", found.issuer)));
        }
        // Nothing that is secret leaves an issuer with TLS without TLS.
        let is_safe = |url: &String| url.starts_with("https://") || issuer.starts_with("http://");
        if ![&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri].into_iter().all(is_safe) {
            return Err(Failure::Unreachable("one of its endpoints has no TLS".to_owned()));
        }
        Ok(keep(&self.discovery, now, found))
    }

    /// Its keys; `newest` asks again unless they are of this minute.
    async fn keys(&self, now: i64, discovery: &Discovery, newest: bool) -> Result<Arc<Keys>, Failure> {
        let lasts = if newest { SETTLED } else { KEPT };
        if let Some(kept) = fresh(&self.keys, now, lasts) {
            return Ok(kept);
        }
        let found = self.fetch(&discovery.jwks_uri).await?;
        Ok(keep(&self.keys, now, found))
    }

    async fn fetch<T: DeserializeOwned>(&self, url: &str) -> Result<T, Failure> {
        let body = self.fetcher.get(url).await.map_err(|why| Failure::Unreachable(format!("{url}: {why}")))?;
        serde_json::from_slice(&body).map_err(|error| Failure::Unreachable(format!("{url}: {error}")))
    }
}

fn fresh<T>(kept: &Kept<T>, now: i64, lasts: i64) -> Option<Arc<T>> {
    kept.lock().as_ref().filter(|(at, _)| now - at < lasts).map(|(_, found)| found.clone())
}

fn keep<T>(kept: &Kept<T>, now: i64, found: T) -> Arc<T> {
    let found = Arc::new(found);
    *kept.lock() = Some((now, found.clone()));
    found
}
