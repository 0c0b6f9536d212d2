//! Behaviour that depends on the version and cannot be undone in a finished response.

use super::{CHANGES, Effect, Version};

macro_rules! features {
    ($($name:ident),+ $(,)?) => {
        /// Behaviour that a version introduced. The entry in the file of that version describes it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each entry describes its feature")]
        pub enum Feature { $($name),+ }

        const COUNT: usize = [$(Feature::$name),+].len();
    };
}

features! {
    ActivityTypes,
    ArticleDrafts,
    ArticleParents,
    AttributesInLists,
    AwayReasons,
    BalancedPriorities,
    CompanyActivity,
    ConversationAttributes,
    ConversationCompany,
    ConversationPriority,
    ConversationTitle,
    ConversionState,
    ExactTimes,
    FinReplying,
    FinSettings,
    InlineTicketAssignee,
    InstanceLists,
    InternalArticleAvailability,
    InternalArticleFolders,
    MergeDuplicatesOnly,
    MergedContactsGone,
    MessengerOptIn,
    MetricsDeletion,
    MisspelledExports,
    NamedScopes,
    NestedCollections,
    NewTicketAssignee,
    NewTicketLink,
    OptionalFields,
    ParentLists,
    PlainWebhooks,
    SortOrderChecked,
    SourceAudiences,
    TaggingSkipsUnknown,
    TerseAwayRefusals,
    TicketComments,
    TicketStates,
    UnansweredConversations,
    WrappedClosedTickets,
}

impl Version {
    /// Whether this version has a feature.
    pub const fn has(self, feature: Feature) -> bool {
        VERSIONS[feature as usize] & 1 << self as u16 != 0
    }
}

/// The versions that have each feature, as bits.
const VERSIONS: [u16; COUNT] = versions();

/// Collects the features from the entries at compile time: each feature has exactly one entry.
const fn versions() -> [u16; COUNT] {
    let mut versions = [0; COUNT];
    let mut number = 0;
    while number < CHANGES.len() {
        let (since, changes) = CHANGES[number];
        let mut place = 0;
        while place < changes.len() {
            if let Effect::Feature { feature, before, .. } = changes[place].effect {
                assert!(versions[feature as usize] == 0, "a feature has two entries");
                versions[feature as usize] = u16::MAX << since as u16 | bits(before);
            }
            place += 1;
        }
        number += 1;
    }
    let mut feature = 0;
    while feature < COUNT {
        assert!(versions[feature] != 0, "a feature has no entry");
        feature += 1;
    }
    versions
}

const fn bits(versions: &[Version]) -> u16 {
    let (mut bits, mut place) = (0, 0);
    while place < versions.len() {
        bits |= 1 << versions[place] as u16;
        place += 1;
    }
    bits
}
