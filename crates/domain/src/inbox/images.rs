//! Images in messages of teammates.

use std::collections::HashMap;

use ammonia::Url;
use deskwire_store::attachments as rows;

use crate::Cx;
use crate::attachments::{self, Attachment};
use crate::error::Result;
use crate::html::{Html, attribute, element_end, unescape, visible, with_source};
use crate::ids::AttachmentId;

/// The body of a message, in which images of this server have permanent URLs. Images that are not among the attachments
/// are removed. `None` if nothing visible is left.
pub(super) fn body(
    cx: &mut Cx,
    html: Option<&Html>,
    origin: &str,
    attachments: &[AttachmentId],
) -> Result<Option<String>> {
    body_with(cx, html, origin, |cx| Ok(rows::by_id(cx, attachments)?))
}

/// Like [`body`], with the files that take the place of images, by the ids in the text. They are read only if the text
/// has images.
pub(super) fn body_with(
    cx: &mut Cx,
    html: Option<&Html>,
    origin: &str,
    files: impl FnOnce(&mut Cx) -> Result<HashMap<AttachmentId, Attachment>>,
) -> Result<Option<String>> {
    let Some(html) = html.map(Html::as_str) else { return Ok(None) };
    if !html.contains("<img") {
        return Ok(Some(html.to_owned()));
    }
    let files = files(cx)?;
    Ok(Some(rewrite(cx, html, origin, &files)?).filter(|html| visible(html)))
}

/// Gives images of this server permanent URLs, and removes those that are not among these files.
fn rewrite(cx: &mut Cx, html: &str, origin: &str, files: &HashMap<AttachmentId, Attachment>) -> Result<String> {
    let key = attachments::signing_key(cx)?;
    let (now, workspace) = (cx.now(), cx.workspace());
    let own = Url::parse(origin).ok();
    let mut rewritten = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<img") {
        let end = at + element_end(&rest[at..]);
        let (before, tag) = (&rest[..at], &rest[at..end]);
        rewritten.push_str(before);
        rest = &rest[end..];
        let escaped = attribute(tag, "src").unwrap_or("");
        let mut src = String::new();
        unescape(escaped, &mut src);
        let url = Url::parse(&src).ok().filter(|url| own.as_ref().is_some_and(|own| url.origin() == own.origin()));
        let Some(url) = url else {
            rewritten.push_str(tag);
            continue;
        };
        let mut segments = url.path_segments().into_iter().flatten().skip(1);
        let id = segments.next().filter(|of| *of == workspace).and_then(|_| segments.next());
        let Some(file) = id.and_then(AttachmentId::parse).and_then(|id| files.get(&id)) else { continue };
        // This is the only character in such URLs that must be escaped in an attribute.
        let lasting = attachments::lasting_path(&key, workspace, file, now).replace('&', "&amp;");
        let address = format!("{origin}{lasting}");
        rewritten.push_str(&with_source(tag, &address));
    }
    rewritten.push_str(rest);
    Ok(rewritten)
}
