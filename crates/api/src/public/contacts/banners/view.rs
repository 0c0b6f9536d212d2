//! A banner as a contact sees it.

use deskwire_domain::banners::{self, BannerPosition, BannerStyle, DisplayedBanner};
use deskwire_domain::ids::{BannerId, BannerViewId};
use serde::Serialize;

/// A banner.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: BannerId,
    view_id: BannerViewId,
    title: Option<&'a str>,
    body: Option<&'a str>,
    style: BannerStyle,
    position: BannerPosition,
    show_dismiss_button: bool,
    action: Option<Action<'a>>,
    client_targeting: Option<[(); 0]>,
    created_at: i64,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Action<'a> {
    Url { label: Option<&'a str>, target: &'a str },
    Reaction { reaction_set: Vec<Reaction<'a>> },
    EmailCollector,
    ProductTour { tour_id: Option<&'a str>, tour_url: Option<&'a str> },
}

#[derive(Serialize)]
struct Reaction<'a> {
    index: usize,
    unicode_emoticon: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn new(displayed: &'a DisplayedBanner) -> Self {
        let banner = &displayed.banner;
        Self {
            r#type: "banner",
            id: banner.id,
            view_id: displayed.view_id,
            title: banner.title.as_deref(),
            body: banner.body.as_deref(),
            style: banner.style,
            position: banner.position,
            show_dismiss_button: banner.show_dismiss_button,
            action: displayed.action.as_ref().map(Action::new),
            client_targeting: None,
            created_at: displayed.viewed_at,
        }
    }
}

impl<'a> Action<'a> {
    fn new(action: &'a banners::Action) -> Self {
        match action {
            banners::Action::Url { label, target } => Self::Url { label: label.as_deref(), target },
            banners::Action::Reaction { reactions } => {
                let reaction = |(index, emoji): (usize, &'a String)| Reaction { index, unicode_emoticon: emoji };
                Self::Reaction { reaction_set: reactions.iter().enumerate().map(reaction).collect() }
            }
            banners::Action::EmailCollector => Self::EmailCollector,
            banners::Action::ProductTour { tour_id, tour_url } => {
                Self::ProductTour { tour_id: tour_id.as_deref(), tour_url: tour_url.as_deref() }
            }
        }
    }
}
