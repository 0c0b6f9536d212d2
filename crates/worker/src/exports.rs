//! Filling exports: writes the next piece of a file from slices of rows.

use std::time::{Duration, Instant};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::exports::{self, Progress};
use deskwire_domain::jobs::Job;
use deskwire_store::fair::Key;
use deskwire_store::gzip::Piece;
use deskwire_store::{Unfinished, background};

use crate::kinds::Outside;

/// How long one piece is written: a killed worker loses at most this much work.
const PIECE: Duration = Duration::from_secs(1);

/// A piece being written.
struct Writing {
    piece: Piece,
    file: Unfinished,
}

impl Writing {
    fn add(mut self, text: &[u8]) -> Result<Self> {
        let Self { piece, file } = &mut self;
        piece.add(text, |out| file.write(out)).map_err(Error::internal)?;
        Ok(self)
    }

    fn finish(mut self, after: Option<exports::Position>, rows: i64) -> Result<Progress> {
        let Self { piece, file } = &mut self;
        piece.end(|out| file.write(out)).map_err(Error::internal)?;
        let filesize = i64::try_from(self.file.len()).unwrap_or(i64::MAX);
        let hash = self.file.finish().map_err(Error::internal)?;
        Ok(Progress { after, rows, content: self.piece.content(), file: (hash, filesize) })
    }
}

/// Writes the next piece of an export and records it. One slice is in memory at a time.
pub(crate) async fn write_piece(outside: &Outside, job: &Job) -> Result<()> {
    let db = outside.db.with_key(Key::workspace(&job.workspace));
    let claimed = job.clone();
    let Some(plan) = db.write(move |tx| exports::begin(tx, &claimed)).await? else { return Ok(()) };
    let (begun, mut next, mut rows) = (Instant::now(), Some(plan.after), 0);
    let (files, content) = (outside.files.clone(), plan.content);
    let workspace = job.workspace.clone();
    let begin = move || {
        let file = files.begin(&workspace).map_err(Error::internal)?;
        Ok::<_, Error>(Writing { piece: Piece::after(content), file })
    };
    let mut writing = background::run(begin).await?;
    while let Some(after) = next
        && begun.elapsed() < PIECE
    {
        let (workspace, plan) = (job.workspace.clone(), plan.clone());
        let (csv, then) = db.scan(move |tx| exports::slice(&mut tx.within(&workspace), &plan, after)).await?;
        (next, rows) = (then, rows + csv.rows());
        writing = background::run(move || writing.add(csv.text())).await?;
    }
    let progress = background::run(move || writing.finish(next, rows)).await?;
    let claimed = job.clone();
    db.write(move |tx| exports::finish_piece(tx, &claimed, &progress)).await
}
