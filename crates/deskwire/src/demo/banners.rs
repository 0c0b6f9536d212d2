//! The demo's banner.

use deskwire_domain::banners::{self, Action, BannerPosition, BannerStyle, Declared};
use deskwire_domain::{Cx, Result};

/// Declares a banner for an audience of the demo.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let declared = Declared {
        name: "Business review".to_owned(),
        live: true,
        title: Some("Let us look at your year".to_owned()),
        body: Some("<p>Book half an hour with your account manager.</p>".to_owned()),
        style: BannerStyle::Inline,
        position: BannerPosition::Top,
        show_dismiss_button: true,
        action: Some(Action::Url {
            label: Some("Book a call".to_owned()),
            target: "https://www.example.com/review".to_owned(),
        }),
        audiences: vec!["Big spenders".to_owned()],
    };
    banners::declare(cx, &declared).map(drop)
}
