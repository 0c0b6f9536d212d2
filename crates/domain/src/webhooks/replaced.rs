//! The endpoint that a new one replaces once it has answered.

use deskwire_store::webhook_subscriptions::Subscription;

/// The URL and the topics that a live subscription had. While the new endpoint was not asked, they are its `reason`, in
/// words that people can read as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// Where the endpoint is.
    pub(crate) url: String,
    /// The topics, as they are stored.
    pub(crate) topics: String,
}

impl Replaced {
    /// The reason of a subscription whose URL changes, given what it was before; none if it did not work.
    pub(crate) fn by_change(before: &Subscription) -> Option<String> {
        match before.state.as_str() {
            "live" => Some(format!("replaces {} once it answers (topics: {})", before.url, before.topics)),
            // It changes once more before it was asked.
            _ => Self::of(before).and(before.reason.clone()),
        }
    }

    /// What a subscription replaces, if it was not asked yet.
    pub(crate) fn of(subscription: &Subscription) -> Option<Self> {
        let reason = subscription.reason.as_deref().filter(|_| subscription.state == "unverified")?;
        let (url, topics) = reason.strip_prefix("replaces ")?.split_once(" once it answers (topics: ")?;
        Some(Self { url: url.to_owned(), topics: topics.strip_suffix(')')?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::blank;
    use super::*;

    #[test]
    fn what_is_replaced_is_read_back() {
        let live = Subscription {
            url: "https://a.test/(x)?y=z".to_owned(),
            topics: "a.b c.d".to_owned(),
            state: "live".to_owned(),
            ..blank()
        };
        let reason = Replaced::by_change(&live);
        let new = Subscription { url: "https://b.test".to_owned(), reason: reason.clone(), ..blank() };
        assert_eq!(Replaced::of(&new), Some(Replaced { url: live.url.clone(), topics: live.topics.clone() }));
        assert_eq!(Replaced::by_change(&new), reason, "a second change replaces the same");
        assert_eq!(Replaced::by_change(&blank()), None);
        assert_eq!(Replaced::of(&Subscription { reason, ..live }), None, "it answered");
    }
}
