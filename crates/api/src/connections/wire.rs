//! The bytes of a connection, between the socket and hyper. Heads are checked here before hyper parses them, and the
//! client's progress is measured here.

use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use deskwire_domain::Error;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::conn::{Conn, NEVER, Phase};
use super::framing::Remaining;
use super::head::Head;
use super::pace::Pace;
use super::table::{Table, millis};

/// The maximum number of bytes read ahead while a request is answered. Further pipelined requests wait in the socket.
const MAX_READ_AHEAD: usize = 4 << 10;
/// The number of bytes read at a time while reading a head.
const STEP: usize = 2 << 10;

/// Passes a refusal from the wire to the task of the connection.
pub(super) type Refused = Arc<Mutex<Option<Error>>>;

/// The current part of the message.
#[derive(Debug)]
enum At {
    Head(Head),
    Body(Remaining),
    /// The request is complete. The next one begins when this one has been answered.
    Answer,
}

/// A socket that is read message by message.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    table: Arc<Table>,
    conn: Arc<Conn>,
    at: At,
    /// Bytes received but not passed on.
    held: BytesMut,
    /// How many of them may be passed on.
    released: usize,
    refused: Refused,
    writing: Pace,
    /// The number of bytes discarded after the end; `None` before it.
    discarded: Option<usize>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, table: Arc<Table>, conn: Arc<Conn>, refused: Refused) -> Self {
        let writing = Pace::new(millis(table.limits.write), table.limits.rate);
        let (at, held) = (At::Head(Head::default()), BytesMut::new());
        Self { stream, table, conn, at, held, released: 0, refused, writing, discarded: None }
    }

    /// The socket, to continue without HTTP.
    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    /// The socket, and the bytes received after the last request.
    pub(super) fn into_parts(self) -> (TcpStream, BytesMut) {
        (self.stream, self.held)
    }

    /// Reads from the socket into the buffer. Returns 0 at its end.
    fn fill(&mut self, cx: &mut Context<'_>, step: usize) -> Poll<io::Result<usize>> {
        self.held.reserve(step);
        // A read that empties the socket tells the runtime so, which saves the next one a system call.
        let read = pin!(self.stream.read_buf(&mut self.held)).poll(cx);
        if read.is_pending() && self.conn.is_being_judged() {
            // That the runtime was not notified does not mean that there is nothing to read. Before the connection may
            // be closed, the system itself is asked: closing it with unread bytes would reset it.
            return self.fill_directly(step);
        }
        read
    }

    /// Reads from the socket into the buffer, without the runtime.
    fn fill_directly(&mut self, step: usize) -> Poll<io::Result<usize>> {
        let before = self.held.len();
        self.held.resize(before + step, 0);
        let read = rustix::io::read(&self.stream, &mut self.held[before..]);
        self.held.truncate(before + read.unwrap_or(0));
        match read {
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Poll::Pending,
            read => Poll::Ready(read.map_err(io::Error::from)),
        }
    }

    /// Passes on released bytes.
    fn pass_on(&mut self, buf: &mut ReadBuf<'_>) {
        let count = self.released.min(buf.remaining());
        buf.put_slice(&self.held[..count]);
        self.held.advance(count);
        self.released -= count;
        if self.held.is_empty() && self.held.capacity() > 2 * STEP {
            self.held = BytesMut::new();
        }
    }

    /// Releases the head if it is complete. Returns `false` if more must be received first.
    fn release_head(&mut self, head: &mut Head) -> Result<bool, Error> {
        let Some((length, framing)) = head.read(&self.held)? else { return Ok(false) };
        self.released = length;
        self.at = At::Body(Remaining::new(framing));
        self.writing.restart();
        self.conn.enter(Phase::Busy, self.table.now(), NEVER);
        Ok(true)
    }

    /// Reads a head. Ready when it is complete or at the end of the stream, and never if it is refused.
    fn read_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        // The refusal of a request must not overtake a response that the client has not read yet.
        if self.writing.is_waiting() {
            return Poll::Pending;
        }
        let At::Head(mut head) = std::mem::replace(&mut self.at, At::Answer) else { return Poll::Ready(Ok(true)) };
        loop {
            match self.release_head(&mut head) {
                Ok(true) => return Poll::Ready(Ok(true)),
                Ok(false) => {}
                Err(error) => {
                    *self.refused.lock() = Some(error);
                    return Poll::Pending;
                }
            }
            match self.fill(cx, STEP) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Ok(false)),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => break,
            }
        }
        self.record_phase();
        self.at = At::Head(head);
        Poll::Pending
    }

    /// Records that a head has begun. Its time limit starts with its first byte.
    fn record_phase(&self) {
        let (phase, now) = (self.conn.phase(), self.table.now());
        if self.held.is_empty() || phase == Phase::Head {
            return;
        }
        let by = now + millis(self.table.limits.head);
        self.conn.enter(Phase::Head, now, if phase == Phase::Fresh { self.conn.read_by() } else { by });
    }

    /// Reads a body directly into the buffer.
    fn read_body(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let At::Body(body) = &mut self.at else { return Poll::Ready(Ok(())) };
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let taken = before + body.take(&buf.filled()[before..])?;
        // The bytes after it belong to the next request.
        self.held.extend_from_slice(&buf.filled()[taken..]);
        buf.set_filled(taken);
        Poll::Ready(Ok(()))
    }

    /// Detects whether the client disconnects while a request is answered.
    fn watch(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.held.len() < MAX_READ_AHEAD {
            if !self.held.is_empty() {
                self.conn.read_ahead();
            }
            if ready!(self.fill(cx, STEP))? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        self.conn.read_ahead();
        Poll::Pending
    }

    fn record_written(&mut self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Pending => self.conn.set_write_by(self.writing.wait(self.table.now())),
            Poll::Ready(Ok(count)) => {
                if self.writing.is_waiting() {
                    self.conn.set_write_by(NEVER);
                    // Reading was deferred.
                    self.conn.wake();
                }
                self.writing.advance(*count, || self.table.now());
            }
            Poll::Ready(Err(_)) => {}
        }
    }

    /// Whether the client may still be sending. Closing would then discard the response before it is read.
    fn has_unread(&self) -> bool {
        !self.held.is_empty() || matches!(&self.at, At::Body(body) if !body.is_over())
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        loop {
            if wire.released > 0 {
                wire.pass_on(buf);
                return Poll::Ready(Ok(()));
            }
            match &mut wire.at {
                At::Head(_) => {
                    if !ready!(wire.read_head(cx))? {
                        return Poll::Ready(Ok(()));
                    }
                }
                At::Body(body) if body.is_over() => wire.at = At::Answer,
                At::Body(body) if !wire.held.is_empty() => wire.released = body.take(&wire.held)?,
                At::Body(_) => return wire.read_body(cx, buf),
                At::Answer if wire.conn.phase() == Phase::Busy => return wire.watch(cx),
                At::Answer => wire.at = At::Head(Head::default()),
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write(cx, bytes);
        wire.record_written(&written);
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let written = Pin::new(&mut wire.stream).poll_write_vectored(cx, slices);
        wire.record_written(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if wire.discarded.is_none() {
            ready!(Pin::new(&mut wire.stream).poll_shutdown(cx))?;
            if !wire.has_unread() {
                return Poll::Ready(Ok(()));
            }
            let now = wire.table.now();
            wire.conn.enter(Phase::Lingering, now, now + millis(wire.table.limits.linger));
            wire.discarded = Some(0);
        }
        let mut discarded = wire.discarded.unwrap_or(0);
        while discarded < wire.table.limits.linger_bytes {
            wire.held.clear();
            match ready!(wire.fill(cx, STEP)) {
                Ok(count) if count > 0 => discarded += count,
                // The client has read the response and closed the connection, or it is broken.
                _ => break,
            }
            wire.discarded = Some(discarded);
        }
        Poll::Ready(Ok(()))
    }
}
