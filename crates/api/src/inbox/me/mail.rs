//! `GET /app/v1/me/mail` and `PUT /app/v1/me/mail`: which notifications the teammate gets by mail.

use deskwire_domain::error::Result;
use deskwire_domain::ids::AdminId;
use deskwire_domain::notifications::{self, MailWishes};

use super::super::request::Request;
use super::super::types::MailSettings;
use crate::reply::Reply;

/// The current setting.
pub async fn show(request: Request) -> Result<Reply> {
    request.read(|cx| notifications::wishes(cx).map(view)).await
}

/// Changes the setting.
pub async fn put(request: Request) -> Result<Reply> {
    let MailSettings { assigned, mentioned, replied, other } = request.body()?;
    let wishes = MailWishes { admin_id: AdminId::default(), assigned, mentioned, replied, other };
    request
        .write(move |cx| {
            notifications::set_wishes(cx, wishes)?;
            notifications::wishes(cx).map(view)
        })
        .await
}

const fn view(wishes: MailWishes) -> MailSettings {
    let MailWishes { assigned, mentioned, replied, other, .. } = wishes;
    MailSettings { assigned, mentioned, replied, other }
}
