//! Recordings of calls, given by path in a workspace file.

use std::io;
use std::path::Path;

use deskwire_domain::{attachments, calls};
use deskwire_store::Files;

use super::WorkspaceFile;
use crate::cli::{Failure, Result};

impl WorkspaceFile {
    /// Stores the recordings of the calls. Paths are relative to the workspace file.
    pub(crate) fn store_recordings(&mut self, files: &Files, workspace: &str) -> Result {
        let directory = Path::new(&self.path).parent().unwrap_or(Path::new("")).to_owned();
        self.store_recordings_of(files, workspace, |path| {
            let path = directory.join(path);
            if std::fs::metadata(&path)?.len() > attachments::MAX_BYTES as u64 {
                let message = format!("it is too large (maximum is {} bytes)", attachments::MAX_BYTES);
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
            }
            std::fs::read(path)
        })
    }

    /// The same, with a function that reads the recordings.
    pub(crate) fn store_recordings_of(
        &mut self,
        files: &Files,
        workspace: &str,
        read: impl Fn(&str) -> io::Result<Vec<u8>>,
    ) -> Result {
        for number in 0..self.contents.calls.len() {
            let call = &self.contents.calls[number];
            let Some(path) = &call.get_ref().recording else { continue };
            let failed = |error: String| Failure::new(format!("{}: {path}: {error}", self.place(call.span().start)));
            let bytes = read(path).map_err(|e| failed(e.to_string()))?;
            let recording = stored(files, workspace, path, &bytes).map_err(|e| failed(e.to_string()))?;
            self.contents.calls[number].get_mut().stored = Some(recording);
        }
        Ok(())
    }
}

/// Stores a recording. Its media type is derived from its name.
fn stored(files: &Files, workspace: &str, path: &str, bytes: &[u8]) -> deskwire_domain::Result<calls::Recording> {
    let path = Path::new(path);
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let content_type = match extension.as_str() {
        "mp3" => Some("audio/mpeg"),
        "wav" => Some("audio/wav"),
        "ogg" | "opus" => Some("audio/ogg"),
        "m4a" => Some("audio/mp4"),
        _ => None,
    };
    let content = attachments::Content::store(files, workspace, bytes, content_type)?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(content.named(name))
}
