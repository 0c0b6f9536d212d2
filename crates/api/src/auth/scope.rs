//! The scopes of tokens.

use deskwire_domain::error::{Error, ErrorKind};
use deskwire_domain::{Access, Noun, Permissions};
use deskwire_store::text_enum;

macro_rules! scopes {
    ($($name:ident = $text:literal, $words:literal $(includes [$($part:ident),*])?;)+) => {
        text_enum! {
            /// A capability of a token, which an app requests and a teammate grants.
            pub enum Scope { $($name = $text,)+ }
        }

        impl Scope {
            /// The 403 error for a token without the scope.
            pub(crate) fn missing(self) -> Error {
                let scope = self.as_str();
                let message = format!("You do not have the required scope ({scope}) to access this resource");
                Error::new(ErrorKind::Forbidden, message)
            }

            /// What the scope permits, for the consent page.
            pub const fn words(self) -> &'static str {
                match self { $(Scope::$name => $words),+ }
            }

            /// The scopes that this one includes. A write scope includes its read scope.
            const fn includes(self) -> &'static [Scope] {
                match self { $(Scope::$name => &[$($(Scope::$part),*)?]),+ }
            }
        }
    };
}

scopes! {
    ReadUsers = "read_users", "See all contacts and companies, with their notes and segments" includes [ReadSingleUserAndCompany];
    ReadSingleUserAndCompany = "read_single_user_and_company", "See a contact or a company it knows the id of";
    WriteUsersCompanies = "write_users_companies", "Create, change and delete contacts and companies" includes [ReadUsers, ReadSingleUserAndCompany];
    ReadWriteUsers = "read_write_users", "Import and change contacts in bulk" includes [ReadUsers, ReadSingleUserAndCompany];
    ReadTags = "read_tags", "See tags";
    WriteTags = "write_tags", "Create and delete tags, tag and untag" includes [ReadTags];
    ReadConversations = "read_conversations", "Read all conversations";
    WriteConversations = "write_conversations", "Start, answer and change conversations, and send messages" includes [ReadConversations];
    DeleteConversationsAndMetrics = "delete_conversations_and_metrics", "Delete conversations for good, with their statistics";
    ReadTickets = "read_tickets", "Read all tickets";
    WriteTickets = "write_tickets", "Create, change and delete tickets" includes [ReadTickets];
    ReadEvents = "read_events", "See what contacts did (their events)";
    WriteEvents = "write_events", "Record what contacts did (their events)" includes [ReadEvents];
    ReadCounts = "read_counts", "See how many contacts, companies and conversations there are";
    WriteDataAttributes = "write_data_attributes", "Create and change data attributes";
    ReadCustomObjects = "read_custom_objects", "See custom objects";
    ReadWriteCustomObjects = "read_write_custom_objects", "See, create, change and delete custom objects" includes [ReadCustomObjects];
    ReadAdmins = "read_admins", "See all teammates, teams and their activity" includes [ReadSingleAdmin];
    ReadSingleAdmin = "read_single_admin", "See one teammate: name, email address and picture";
    UpdateAdmins = "update_admins", "Set teammates away and back" includes [ReadAdmins, ReadSingleAdmin];
    ReadActivityLogs = "read_activity_logs", "See the log of what teammates did";
    GatherAppData = "gather_app_data", "See the workspace's set-up: segments, subscription types, data attributes";
    ReadArticles = "read_articles", "Read articles and collections, drafts too";
    ReadWriteArticles = "read_write_articles", "Read, write and publish articles and collections" includes [ReadArticles];
    ReadHelpCenterRedirects = "read_help_center_redirects", "See redirects of the help center";
    ReadWriteHelpCenterRedirects = "read_write_help_center_redirects", "See and change redirects of the help center" includes [ReadHelpCenterRedirects];
    ReadContentSnippets = "read_content_snippets", "See content snippets";
    ReadWriteContentSnippets = "read_write_content_snippets", "See, write and delete content snippets" includes [ReadContentSnippets];
    ReadNews = "read_news", "Read news, drafts too";
    ReadWriteNews = "read_write_news", "Read, write and publish news" includes [ReadNews];
    ReadContent = "read_content", "Search all content";
    WriteContent = "write_content", "Change content in bulk" includes [ReadContent];
    ExportMessageData = "export_message_data", "Export messages that were sent, with who got them";
    ExportContentData = "export_content_data", "Export statistics";
    ReadJobs = "read_jobs", "See how its jobs come along";
    ReadAiContent = "read_ai_content", "See what the AI answers from";
    ReadWriteAiContent = "read_write_ai_content", "See and change what the AI answers from" includes [ReadAiContent];
    ReadDataConnectors = "read_data_connectors", "See data connectors";
    ReadWriteDataConnectors = "read_write_data_connectors", "See and change data connectors" includes [ReadDataConnectors];
    CreatePhoneCallRedirects = "create_phone_call_redirects", "Hand phone calls over to the messenger";
    ReadAudiences = "read_audiences", "See audiences";
    ReadWriteAudiences = "read_write_audiences", "See and change audiences" includes [ReadAudiences];
    ReadWriteOfficeHours = "read_write_office_hours", "See and change office hours";
    ReadSecureModeSecrets = "read_secure_mode_secrets", "See the secrets that prove who a user is";
    WriteSecureModeSecrets = "write_secure_mode_secrets", "Create and delete the secrets that prove who a user is" includes [ReadSecureModeSecrets];
    ReadIpAllowlist = "read_ip_allowlist", "See the addresses from which the API may be used";
    WriteIpAllowlist = "write_ip_allowlist", "Change the addresses from which the API may be used" includes [ReadIpAllowlist];
}

/// The access to each kind of data that scopes grant, in all operations that show it. Other scopes permit only their
/// own operations.
const OPENS: &[(Scope, Noun, Access)] = &[
    (Scope::ReadSingleUserAndCompany, Noun::People, Access::One),
    (Scope::ReadUsers, Noun::People, Access::Read),
    (Scope::WriteUsersCompanies, Noun::People, Access::Write),
    (Scope::ReadWriteUsers, Noun::People, Access::Write),
    (Scope::ReadUsers, Noun::Segments, Access::Read),
    (Scope::GatherAppData, Noun::Segments, Access::Read),
    (Scope::ReadTags, Noun::Tags, Access::Read),
    (Scope::WriteTags, Noun::Tags, Access::Write),
    (Scope::ReadConversations, Noun::Conversations, Access::Read),
    (Scope::WriteConversations, Noun::Conversations, Access::Write),
    (Scope::ReadTickets, Noun::Tickets, Access::Read),
    (Scope::WriteTickets, Noun::Tickets, Access::Write),
    (Scope::ReadCustomObjects, Noun::CustomObjects, Access::Read),
    (Scope::ReadWriteCustomObjects, Noun::CustomObjects, Access::Write),
    (Scope::ReadSingleAdmin, Noun::Admins, Access::One),
    (Scope::ReadAdmins, Noun::Admins, Access::Read),
    (Scope::UpdateAdmins, Noun::Admins, Access::Write),
];

/// The access to kinds of data that a role must have to allow these scopes, although the scopes do not grant that
/// access.
const BOUNDS: &[(Scope, Noun, Access)] = &[
    (Scope::DeleteConversationsAndMetrics, Noun::Conversations, Access::Write),
    (Scope::ReadEvents, Noun::People, Access::Read),
    (Scope::WriteEvents, Noun::People, Access::Write),
    (Scope::CreatePhoneCallRedirects, Noun::Conversations, Access::Write),
    // All that is counted in one answer.
    (Scope::ReadCounts, Noun::People, Access::Read),
    (Scope::ReadCounts, Noun::Conversations, Access::Read),
    (Scope::ReadCounts, Noun::Tags, Access::Read),
    (Scope::ReadCounts, Noun::Segments, Access::Read),
];

/// Scopes that every role allows. A scope in none of these tables needs a role that permits everything, because it is
/// for publishing, exporting, or changing settings of the workspace.
const OF_EVERY_ROLE: &[Scope] = &[
    Scope::ReadArticles,
    Scope::ReadHelpCenterRedirects,
    Scope::ReadContentSnippets,
    Scope::ReadNews,
    Scope::ReadContent,
    Scope::ReadJobs,
    Scope::ReadAiContent,
    Scope::ReadAudiences,
];

impl Scope {
    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// A set of scopes, with all scopes that they include.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Scopes(u64);

impl Scopes {
    /// All scopes.
    pub const ALL: Scopes = Scopes(u64::MAX);

    /// Parses names separated by commas or white space; `all` means all scopes. Fails with the first unknown name.
    pub fn parse(text: &str) -> Result<Scopes, String> {
        let mut set = Scopes::default();
        for name in text.split([',', ' ', '\n', '\t']).filter(|n| !n.is_empty()) {
            if name == "all" {
                return Ok(Scopes::ALL);
            }
            set.insert(Scope::parse(name).ok_or_else(|| name.to_owned())?);
        }
        Ok(set)
    }

    /// Whether two lists of stored names grant different scopes. Their order does not matter.
    pub fn differ(one: &str, other: &str) -> bool {
        Self::parse_known(one) != Self::parse_known(other)
    }

    /// Parses stored names; unknown ones grant nothing.
    pub fn parse_known(text: &str) -> Scopes {
        let mut set = Scopes::default();
        for name in text.split_whitespace() {
            match Scope::parse(name) {
                Some(scope) => set.insert(scope),
                None if name == "all" => return Scopes::ALL,
                None => {}
            }
        }
        set
    }

    /// Adds a scope and those it includes.
    pub fn insert(&mut self, scope: Scope) {
        self.0 |= scope.includes().iter().fold(scope.bit(), |bits, s| bits | s.bit());
    }

    /// Whether the scope is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The scopes in the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |s| self.has(*s))
    }

    /// The permissions of the set.
    pub fn permissions(self) -> Permissions {
        let mut permissions = Permissions::default();
        for (_, noun, access) in OPENS.iter().filter(|(scope, ..)| self.has(*scope)) {
            permissions.grant(*noun, *access);
        }
        permissions
    }

    /// The scopes of the set that a role with these permissions allows its teammates.
    #[must_use]
    pub fn within(self, permissions: Permissions) -> Scopes {
        if permissions == Permissions::ALL {
            return self;
        }
        let allowed = |scope: Scope| {
            let mut bounds = OPENS.iter().chain(BOUNDS).filter(|(of, ..)| *of == scope).peekable();
            let is_bounded = bounds.peek().is_some();
            bounds.all(|(_, noun, access)| permissions.of(*noun) >= *access)
                && (is_bounded || OF_EVERY_ROLE.contains(&scope))
        };
        let mut set = Scopes::default();
        // `insert` would also add the scopes that a scope includes.
        for scope in self.iter().filter(|scope| allowed(*scope)) {
            set.0 |= scope.bit();
        }
        set
    }

    /// Whether at least one of these is in the set. Returns `true` if `wanted` is empty.
    pub fn has_any(self, wanted: &[Scope]) -> bool {
        wanted.is_empty() || wanted.iter().any(|s| self.has(*s))
    }
}
