//! Reading files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::mpsc;

use super::Key;
use super::bucket::Bucket;

/// The maximum size of a chunk of a file, in bytes. It equals the size of a response that no memory budget counts.
const PIECE: usize = 64 << 10;

/// A file opened for reading.
#[derive(Debug)]
pub struct Opened {
    /// Its length.
    pub length: u64,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    File(File),
    Object(Bucket, Key),
}

impl Opened {
    /// Streams the bytes of a range in chunks, few of which are in memory at a time. An unreadable chunk ends the
    /// stream early, which the reader detects by the length.
    pub fn pieces(self, range: Range<u64>) -> impl Stream<Item = Bytes> + Send + 'static {
        readable(self.chunks(range))
    }

    /// The same, once the first chunk is read. Fails if that one is unreadable: a bucket may fail to send an object
    /// although it has just reported its length.
    pub async fn begun(self, range: Range<u64>) -> io::Result<impl Stream<Item = Bytes> + Send + 'static> {
        let mut chunks = Box::pin(self.chunks(range));
        let first = chunks.next().await.transpose()?;
        Ok(stream::iter(first).chain(readable(chunks)))
    }

    fn chunks(self, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        match self.source {
            Source::File(file) => of_file(file, range).left_stream(),
            Source::Object(bucket, key) => of_object(bucket, key, range).right_stream(),
        }
    }

    /// A blocking reader of the whole file.
    pub fn read(self) -> io::Result<Box<dyn Read + Send>> {
        match self.source {
            Source::File(file) => Ok(Box::new(file)),
            Source::Object(_, _) if self.length == 0 => Ok(Box::new(io::empty())),
            Source::Object(bucket, key) => {
                Ok(Box::new(Chunks { chunks: bucket.read(&key, 0..self.length)?, chunk: Bytes::new() }))
            }
        }
    }
}

/// The chunks before the first unreadable one.
fn readable(
    chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> impl Stream<Item = Bytes> + Send + 'static {
    chunks.scan((), |(), chunk| {
        let failed = |error: &io::Error| tracing::error!(%error, "a file cannot be read to its end");
        std::future::ready(chunk.inspect_err(failed).ok())
    })
}

fn of_file(file: File, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold(Some((file, range)), |reading| async move {
        let (mut file, left) = reading.filter(|(_, left)| !left.is_empty())?;
        let length = usize::try_from(left.end - left.start).map_or(PIECE, |length| length.min(PIECE));
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; length];
            file.seek(SeekFrom::Start(left.start))?;
            file.read_exact(&mut piece)?;
            Ok::<_, io::Error>((piece, file))
        });
        match read.await.map_err(io::Error::other).flatten() {
            Ok((piece, file)) => Some((Ok(piece.into()), Some((file, left.start + length as u64..left.end)))),
            Err(error) => Some((Err(error), None)),
        }
    })
}

fn of_object(bucket: Bucket, key: Key, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    // The object is requested when the first chunk is polled, because an export opens its pieces one after the other.
    let begun =
        stream::once(async move { if range.is_empty() { Ok(None) } else { bucket.read(&key, range).map(Some) } });
    begun.flat_map(|begun| match begun {
        Ok(chunks) => stream::iter(chunks).flat_map(received).left_stream(),
        Err(error) => stream::iter([Err(error)]).right_stream(),
    })
}

fn received(chunks: mpsc::Receiver<io::Result<Bytes>>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold(chunks, |mut chunks| async move { Some((chunks.recv().await?, chunks)) })
}

/// A blocking reader over chunks.
struct Chunks {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    chunk: Bytes,
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.chunks.blocking_recv() {
                Some(chunk) => self.chunk = chunk?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
