//! Files in a bucket. Requests run on a separate runtime; callers wait for them on threads that may block.

use std::fs::File;
use std::future::Future;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::HttpError;
use object_store::path::Path;
use object_store::{
    BackoffConfig, Error, GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::connect::{Connector, Last};
use super::{Key, place};

/// The maximum size of a request body, in bytes. Larger files are uploaded in parts of this size, one in memory at a
/// time.
const PART: u64 = 8 << 20;
/// The maximum number of retries of a request, and the time limit of retrying.
const RETRIES: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(15);
/// The delay before the first retry, and the maximum delay.
const FIRST_RETRY_DELAY: Duration = Duration::from_millis(100);
const MAX_RETRY_DELAY: Duration = Duration::from_secs(2);
/// The time limit of checking whether the bucket answers.
const PROBE: Duration = Duration::from_secs(10);
/// The number of objects listed at a time.
const PAGE: usize = 1000;
/// The number of chunks of an object that are read ahead.
const READ_AHEAD: usize = 2;
/// The maximum number of threads that wait for requests. If the object store does not answer, the other threads of the
/// process must remain for the database.
const MAX_WAITING: usize = 128;

static RUNTIME: LazyLock<io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).thread_name("objects").enable_all().build());

/// The places of the threads that wait for requests.
static WAITING: Semaphore = Semaphore::const_new(MAX_WAITING);

/// The number of requests to object stores, and of those that failed.
static REQUESTS: AtomicU64 = AtomicU64::new(0);
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// The number of requests that this process made to object stores, and the number that failed for a reason other than a
/// missing object.
pub fn requests() -> (u64, u64) {
    (REQUESTS.load(Ordering::Relaxed), FAILURES.load(Ordering::Relaxed))
}

#[derive(Debug, Clone)]
pub(super) struct Bucket {
    store: Result<Arc<AmazonS3>, String>,
    prefix: String,
    last: Arc<Last>,
}

impl Bucket {
    /// Does not connect yet. The first request reports invalid settings.
    pub(super) fn new(of: &place::Bucket) -> Self {
        let builder = match &of.keys {
            Some(keys) => AmazonS3Builder::new().with_access_key_id(&keys.id).with_secret_access_key(&keys.secret),
            None => AmazonS3Builder::from_env(),
        };
        let retry = RetryConfig {
            backoff: BackoffConfig {
                init_backoff: FIRST_RETRY_DELAY,
                max_backoff: MAX_RETRY_DELAY,
                ..BackoffConfig::default()
            },
            max_retries: RETRIES,
            retry_timeout: RETRY_FOR,
        };
        let last = Arc::<Last>::default();
        let mut builder = builder
            .with_bucket_name(&of.name)
            .with_allow_http(true)
            // Not every S3-compatible server supports it.
            .with_disable_bulk_delete(true)
            .with_retry(retry)
            .with_http_connector(Connector(last.clone()));
        if let Some(endpoint) = &of.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = &of.region {
            builder = builder.with_region(region);
        }
        let store = builder.build().map(Arc::new).map_err(|e| e.to_string());
        Self { store, prefix: of.prefix.clone(), last }
    }

    /// The length of an object.
    pub(super) fn length(&self, key: &Key) -> io::Result<u64> {
        let (store, path) = (self.store()?, self.path(key));
        wait(async move { store.head(&path).await.map(|found| found.size) })
    }

    /// Streams the bytes of a range in chunks, few of which are in memory at a time.
    pub(super) fn read(&self, key: &Key, range: Range<u64>) -> io::Result<mpsc::Receiver<io::Result<Bytes>>> {
        let (store, path) = (self.store()?, self.path(key));
        let (send, chunks) = mpsc::channel(READ_AHEAD);
        runtime()?.spawn(async move {
            let options = GetOptions::default().with_range(Some(range));
            let mut stream = match counted(store.get_opts(&path, options).await) {
                Ok(found) => found.into_stream(),
                Err(error) => {
                    // An error means that the receiver has given up.
                    let _ = send.send(Err(error)).await;
                    return;
                }
            };
            while let Some(chunk) = stream.next().await {
                if send.send(chunk.map_err(failed)).await.is_err() {
                    return;
                }
            }
        });
        Ok(chunks)
    }

    /// Stores the content of a file.
    pub(super) fn put(&self, key: &Key, mut from: File, length: u64) -> io::Result<()> {
        let (store, path) = (self.store()?, self.path(key));
        // One for all parts: an upload that has begun is not refused halfway.
        let place = waiting_place(&WAITING)?;
        if length <= PART {
            let mut bytes = Vec::new();
            from.read_to_end(&mut bytes)?;
            return wait_in(&place, async move { store.put(&path, PutPayload::from(bytes)).await.map(drop) });
        }
        let upload = wait_in(&place, async move { store.put_multipart(&path).await })?;
        let mut upload = Some(upload);
        let sent = send_parts(&place, &mut upload, &mut from);
        let Some(mut upload) = upload else { return sent };
        match sent {
            Ok(()) => wait_in(&place, async move { upload.complete().await.map(drop) }),
            Err(error) => {
                // If aborting fails, the lifecycle rules of the bucket remove the parts of incomplete uploads.
                let _ = wait_in(&place, async move { upload.abort().await });
                Err(error)
            }
        }
    }

    pub(super) fn delete(&self, key: &Key) -> io::Result<()> {
        let (store, path) = (self.store()?, self.path(key));
        match wait(async move { store.delete(&path).await }) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Lists the objects whose hashes begin with these two hexadecimal digits, some at a time.
    pub(super) fn list(&self, digits: u8, each: &mut dyn FnMut(Vec<Key>) -> io::Result<()>) -> io::Result<()> {
        let (store, prefix) = (self.store()?, self.below(&format!("{digits:02x}")));
        let (send, mut pages) = mpsc::channel(1);
        runtime()?.spawn(async move {
            let mut pages = store.list(Some(&prefix)).try_chunks(PAGE);
            while let Some(page) = pages.next().await {
                let page = page.map_err(|e| failed(e.1));
                if send.send(page).await.is_err() {
                    return;
                }
            }
        });
        while let Some(page) = pages.blocking_recv() {
            let found = page?.into_iter().filter_map(|object| {
                let mut parts = object.location.as_ref().rsplit('/');
                let (hash, workspace) = (parts.next()?, parts.next()?);
                Key::new(workspace, hash)
            });
            each(found.collect())?;
        }
        Ok(())
    }

    /// Checks that the bucket can be used. [`io::ErrorKind::NotConnected`] if it does not answer now; any other error if
    /// it refuses, or the settings are invalid.
    pub(super) fn probe(&self) -> io::Result<()> {
        let (store, prefix) = (self.store()?, self.below("00"));
        let listed = wait(async move {
            let first = async { store.list(Some(&prefix)).next().await.transpose().map(drop) };
            Ok(tokio::time::timeout(PROBE, first).await)
        });
        let (is_down, why) = match listed? {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => (was_not_reached(&error) || self.last.is_temporary(), failed(error)),
            Err(_) => {
                FAILURES.fetch_add(1, Ordering::Relaxed);
                (true, io::Error::other(format!("it does not answer within {} s", PROBE.as_secs())))
            }
        };
        if self.last.was_for_keys() {
            let text = format!("no keys are set in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor found: {why}");
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        Err(if is_down { io::Error::new(io::ErrorKind::NotConnected, why) } else { why })
    }

    fn store(&self) -> io::Result<Arc<AmazonS3>> {
        self.store.clone().map_err(io::Error::other)
    }

    /// The name of an object.
    fn path(&self, key: &Key) -> Path {
        self.below(&format!("{}/{}/{}", key.digits(), key.workspace, key.hash))
    }

    fn below(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }
}

/// Uploads a file in parts.
fn send_parts(
    place: &SemaphorePermit<'_>,
    upload: &mut Option<Box<dyn MultipartUpload>>,
    from: &mut File,
) -> io::Result<()> {
    loop {
        let mut part = Vec::new();
        from.take(PART).read_to_end(&mut part)?;
        if part.is_empty() {
            return Ok(());
        }
        let Some(mut own) = upload.take() else { return Ok(()) };
        let (own, sent) = wait_in(place, async move {
            let sent = own.put_part(PutPayload::from(part)).await;
            Ok((own, sent))
        })?;
        *upload = Some(own);
        counted(sent)?;
    }
}

fn runtime() -> io::Result<&'static Runtime> {
    RUNTIME.as_ref().map_err(|e| io::Error::other(format!("starting threads for the object store: {e}")))
}

/// Takes a place to wait for requests. Fails at once if too many threads wait already.
fn waiting_place(places: &Semaphore) -> io::Result<SemaphorePermit<'_>> {
    let busy = |_| io::Error::new(io::ErrorKind::ResourceBusy, "too many requests wait for the object store");
    places.try_acquire().map_err(busy)
}

/// Blocks until a request has completed.
fn wait<T: Send + 'static>(request: impl Future<Output = Result<T, Error>> + Send + 'static) -> io::Result<T> {
    wait_in(&waiting_place(&WAITING)?, request)
}

/// The same, with the place that the caller has taken.
fn wait_in<T: Send + 'static>(
    _place: &SemaphorePermit<'_>,
    request: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> io::Result<T> {
    let (send, receive) = std::sync::mpsc::sync_channel(1);
    runtime()?.spawn(async move {
        // The receiver waits for this.
        let _ = send.send(request.await);
    });
    counted(receive.recv().map_err(io::Error::other)?)
}

/// Counts a request and returns its result.
fn counted<T>(result: Result<T, Error>) -> io::Result<T> {
    REQUESTS.fetch_add(1, Ordering::Relaxed);
    result.map_err(failed)
}

/// Whether a request failed without a response.
fn was_not_reached(error: &Error) -> bool {
    let first: &(dyn std::error::Error + 'static) = error;
    let mut causes = std::iter::successors(Some(first), |cause| cause.source());
    causes.any(<dyn std::error::Error>::is::<HttpError>)
}

fn failed(error: Error) -> io::Error {
    let kind = match &error {
        Error::NotFound { .. } => return io::Error::new(io::ErrorKind::NotFound, "the object is missing"),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    FAILURES.fetch_add(1, Ordering::Relaxed);
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::{MAX_WAITING, Semaphore, waiting_place};

    #[test]
    fn a_limited_number_of_threads_wait() {
        let places = Semaphore::const_new(MAX_WAITING);
        let mut waiting: Vec<_> = (0..MAX_WAITING).map(|_| waiting_place(&places).unwrap()).collect();
        assert!(waiting_place(&places).is_err() && waiting_place(&places).is_err());
        waiting.pop();
        let last = waiting_place(&places);
        assert!(last.is_ok() && waiting_place(&places).is_err());
    }
}
