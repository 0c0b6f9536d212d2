//! The demo's banners.

use deskwire_domain::banners::{self, Action, BannerPosition, BannerStyle, Declared};
use deskwire_domain::{Cx, Result};

/// A banner of the demo.
struct Text {
    title: &'static str,
    body: &'static str,
    /// The label and the target of its link.
    link: Option<(&'static str, &'static str)>,
    audiences: &'static [&'static str],
}

const BANNERS: &[Text] = &[
    Text {
        title: "Let us look at your year",
        body: "<p>Book half an hour with your account manager.</p>",
        link: Some(("Book a call", "https://www.example.com/review")),
        audiences: &["Big spenders"],
    },
    Text { title: "Closed on 1 May", body: "<p>We answer again on 2 May.</p>", link: None, audiences: &[] },
];

/// Declares banners, for an audience of the demo and for everyone.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    for Text { title, body, link, audiences } in BANNERS {
        let declared = Declared {
            name: (*title).to_owned(),
            live: true,
            title: Some((*title).to_owned()),
            body: Some((*body).to_owned()),
            style: BannerStyle::Inline,
            position: BannerPosition::Top,
            show_dismiss_button: true,
            action: link
                .map(|(label, target)| Action::Url { label: Some(label.to_owned()), target: target.to_owned() }),
            audiences: audiences.iter().map(|name| (*name).to_owned()).collect(),
        };
        banners::declare(cx, &declared)?;
    }
    Ok(())
}
