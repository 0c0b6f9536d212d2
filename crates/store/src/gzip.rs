//! A gzip file (RFC 1952) with one member whose content is compressed in independent pieces, so that a writer that was
//! killed can continue after the last piece that it recorded.

use std::io;

use flate2::{Compress, Compression, FlushCompress, Status};
use zlib_rs::crc32::{crc32, crc32_combine};

/// The maximum length of a stored block.
const STORED: usize = 0xffff;
/// The size of a block of a tar archive.
const BLOCK: usize = 512;
/// The size of the output buffer, in bytes.
const CHUNK: usize = 64 << 10;

/// The length and the checksum of the content so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Content {
    /// The uncompressed length, in bytes.
    pub length: u64,
    /// CRC-32.
    pub checksum: u32,
}

impl Content {
    fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.checksum = crc32(self.checksum, bytes);
    }

    fn then(self, next: Content) -> Content {
        let checksum = crc32_combine(self.checksum, next.checksum, next.length);
        Content { length: self.length + next.length, checksum }
    }
}

/// Compresses one piece.
#[derive(Debug)]
pub struct Piece {
    deflate: Compress,
    content: Content,
    out: Vec<u8>,
}

impl Piece {
    /// A piece that follows this content.
    pub fn after(content: Content) -> Piece {
        Piece { deflate: Compress::new(Compression::fast(), false), content, out: Vec::with_capacity(CHUNK) }
    }

    /// The content up to the end of this piece.
    pub fn content(&self) -> Content {
        self.content
    }

    /// Compresses bytes into `write`.
    pub fn add(&mut self, bytes: &[u8], write: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.content.add(bytes);
        self.run(bytes, FlushCompress::None, write)
    }

    /// Ends the piece at a byte boundary. Later pieces do not refer back to it.
    pub fn end(&mut self, write: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.run(&[], FlushCompress::Full, write)
    }

    fn run(
        &mut self,
        mut bytes: &[u8],
        flush: FlushCompress,
        mut write: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        loop {
            self.out.clear();
            let before = self.deflate.total_in();
            let status = self.deflate.compress_vec(bytes, &mut self.out, flush).map_err(io::Error::other)?;
            let read = usize::try_from(self.deflate.total_in() - before).map_err(io::Error::other)?;
            bytes = &bytes[read..];
            write(&self.out)?;
            // The output buffer has room left, so there is no more output.
            if bytes.is_empty() && (status == Status::BufError || self.out.len() < self.out.capacity()) {
                return Ok(());
            }
        }
    }
}

/// The header and trailer of a file, around its pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The bytes before the first piece.
    pub head: Vec<u8>,
    /// The bytes after the last piece.
    pub tail: Vec<u8>,
}

impl Frame {
    /// The frame of a file with only the content.
    pub fn plain(content: Content) -> Frame {
        Frame::new(&[], content, &[])
    }

    /// The frame of a tar archive with the content as its only member.
    pub fn tar(content: Content, name: &str, modified_at: u64) -> io::Result<Frame> {
        let mut header = tar::Header::new_ustar();
        header.set_path(name)?;
        header.set_size(content.length);
        header.set_mode(0o644);
        header.set_mtime(modified_at);
        header.set_cksum();
        let over = usize::try_from(content.length % BLOCK as u64).map_err(io::Error::other)?;
        let padding = (BLOCK - over) % BLOCK;
        Ok(Frame::new(header.as_bytes(), content, &vec![0; padding + 2 * BLOCK]))
    }

    fn new(before: &[u8], content: Content, after: &[u8]) -> Frame {
        let of = |bytes: &[u8]| {
            let mut content = Content::default();
            content.add(bytes);
            content
        };
        let whole = of(before).then(content).then(of(after));
        // Deflate, no flags, no time, any system.
        let mut head = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        if !before.is_empty() {
            stored(&mut head, before, false);
        }
        let mut tail = Vec::new();
        stored(&mut tail, after, true);
        tail.extend_from_slice(&whole.checksum.to_le_bytes());
        // The trailer has the length modulo 2^32.
        tail.extend_from_slice(&whole.length.to_le_bytes()[..4]);
        Frame { head, tail }
    }
}

/// Appends a stored (uncompressed) block.
fn stored(out: &mut Vec<u8>, bytes: &[u8], is_last: bool) {
    debug_assert!(bytes.len() <= STORED, "too long for one block");
    let [low, high, ..] = bytes.len().to_le_bytes();
    out.extend_from_slice(&[u8::from(is_last), low, high, !low, !high]);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    /// The pieces of these texts, each compressed by a separate writer.
    fn pieces(texts: &[&[u8]]) -> (Vec<u8>, Content) {
        let (mut bytes, mut content) = (Vec::new(), Content::default());
        for text in texts {
            let mut piece = Piece::after(content);
            let mut write = |out: &[u8]| {
                bytes.extend_from_slice(out);
                Ok(())
            };
            for part in text.chunks(100_000) {
                piece.add(part, &mut write).unwrap();
            }
            piece.end(&mut write).unwrap();
            content = piece.content();
        }
        (bytes, content)
    }

    fn unpacked(frame: &Frame, pieces: &[u8]) -> Vec<u8> {
        let file = [&frame.head, pieces, &frame.tail].concat();
        let (mut text, mut decoder) = (Vec::new(), GzDecoder::new(&file[..]));
        decoder.read_to_end(&mut text).unwrap();
        assert!(decoder.into_inner().is_empty(), "one member");
        text
    }

    /// Bytes that hardly compress.
    fn noise(length: usize) -> Vec<u8> {
        let next = |seed: &mut u32| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(seed.to_be_bytes()[0])
        };
        std::iter::repeat_with({
            let mut seed = 7;
            move || next(&mut seed).unwrap_or_default()
        })
        .take(length)
        .collect()
    }

    #[test]
    fn pieces_are_one_file() {
        let noise = noise(700_000);
        let long = b"0123456789,abc\n".repeat(90_000);
        for texts in [vec![], vec![&b"a,b\n"[..]], vec![&long, b"", b"x\n", &noise], vec![&noise, &long]] {
            let (bytes, content) = pieces(&texts);
            assert_eq!(unpacked(&Frame::plain(content), &bytes), texts.concat());
        }
    }

    #[test]
    fn an_archive_has_one_member() {
        for length in [0, 1, 511, 512, 513, 200_000] {
            let text = noise(length);
            let (bytes, content) = pieces(&[&text[..length / 2], &text[length / 2..]]);
            let archive = unpacked(&Frame::tar(content, "rows.csv", 1_700_000_000).unwrap(), &bytes);
            let mut archive = tar::Archive::new(&archive[..]);
            let mut members = archive.entries().unwrap();
            let mut member = members.next().unwrap().unwrap();
            assert_eq!(member.path().unwrap().to_str(), Some("rows.csv"));
            let mut read = Vec::new();
            member.read_to_end(&mut read).unwrap();
            assert_eq!(read, text);
            assert!(members.next().is_none());
        }
    }
}
