//! The endpoint that a subscription returns to if its new endpoint does not respond.

use deskwire_store::webhook_subscriptions::{Subscription, WebhookState};

/// The URL and the topics of a subscription when it was last live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fallback {
    /// The URL of the endpoint.
    pub(crate) url: String,
    /// The topics, in stored form.
    pub(crate) topics: String,
}

impl Fallback {
    /// The fallback of a subscription whose URL changes, derived from its previous state; `None` if that was not live.
    pub(crate) fn by_change(before: &Subscription) -> Option<Self> {
        match before.state {
            WebhookState::Live => Some(Self { url: before.url.clone(), topics: before.topics.clone() }),
            // It changes again before its endpoint was verified.
            _ => Self::of(before),
        }
    }

    /// The fallback of a subscription.
    pub(crate) fn of(subscription: &Subscription) -> Option<Self> {
        let (url, topics) = (subscription.fallback_url.clone(), subscription.fallback_topics.clone());
        Some(Self { url: url?, topics: topics? })
    }

    /// The reason shown for the subscription until its new endpoint is verified.
    pub(crate) fn reason(&self) -> String {
        format!("replaces {} once it answers (topics: {})", self.url, self.topics)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{blank, with_fallback};
    use super::*;

    #[test]
    fn a_live_endpoint_is_the_fallback_of_all_changes_until_one_answers() {
        let live = Subscription {
            url: "https://a.test/(x)?y=z".to_owned(),
            topics: "a.b c.d".to_owned(),
            state: WebhookState::Live,
            ..blank()
        };
        let fallback = Fallback::by_change(&live);
        assert_eq!(fallback, Some(Fallback { url: live.url.clone(), topics: live.topics }));
        let new = with_fallback(Subscription { url: "https://b.test".to_owned(), ..blank() }, fallback.clone());
        assert_eq!(Fallback::of(&new), fallback);
        assert_eq!(Fallback::by_change(&new), fallback, "a second change replaces the same");
        assert_eq!(new.reason.unwrap(), "replaces https://a.test/(x)?y=z once it answers (topics: a.b c.d)");
        assert_eq!(Fallback::by_change(&blank()), None);
    }
}
