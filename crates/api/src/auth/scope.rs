//! What a token may do.

macro_rules! scopes {
    ($($name:ident = $text:literal $(includes [$($part:ident),*])?;)+) => {
        /// A permission of a token, as an app asks for it and a user grants it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum Scope { $($name),+ }

        impl Scope {
            /// All of them.
            pub const ALL: &[Scope] = &[$(Scope::$name),+];

            /// The name on the command line and in messages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Scope::$name => $text),+ }
            }

            /// The scopes that this one brings along; a write scope brings its read scope.
            const fn includes(self) -> &'static [Scope] {
                match self { $(Scope::$name => &[$($(Scope::$part),*)?]),+ }
            }
        }
    };
}

scopes! {
    ReadUsers = "read_users" includes [ReadSingleUserAndCompany];
    ReadSingleUserAndCompany = "read_single_user_and_company";
    WriteUsersCompanies = "write_users_companies" includes [ReadUsers, ReadSingleUserAndCompany];
    ReadWriteUsers = "read_write_users" includes [ReadUsers, ReadSingleUserAndCompany];
    ReadTags = "read_tags";
    WriteTags = "write_tags" includes [ReadTags];
    ReadConversations = "read_conversations";
    WriteConversations = "write_conversations" includes [ReadConversations];
    DeleteConversationsAndMetrics = "delete_conversations_and_metrics";
    ReadTickets = "read_tickets";
    WriteTickets = "write_tickets" includes [ReadTickets];
    ReadEvents = "read_events";
    WriteEvents = "write_events" includes [ReadEvents];
    ReadCounts = "read_counts";
    WriteDataAttributes = "write_data_attributes";
    ReadCustomObjects = "read_custom_objects";
    ReadWriteCustomObjects = "read_write_custom_objects" includes [ReadCustomObjects];
    ReadAdmins = "read_admins" includes [ReadSingleAdmin];
    ReadSingleAdmin = "read_single_admin";
    UpdateAdmins = "update_admins" includes [ReadAdmins, ReadSingleAdmin];
    ReadActivityLogs = "read_activity_logs";
    GatherAppData = "gather_app_data";
    ReadArticles = "read_articles";
    ReadWriteArticles = "read_write_articles" includes [ReadArticles];
    ReadHelpCenterRedirects = "read_help_center_redirects";
    ReadWriteHelpCenterRedirects = "read_write_help_center_redirects" includes [ReadHelpCenterRedirects];
    ReadContentSnippets = "read_content_snippets";
    ReadWriteContentSnippets = "read_write_content_snippets" includes [ReadContentSnippets];
    ReadNews = "read_news";
    ReadWriteNews = "read_write_news" includes [ReadNews];
    ReadContent = "read_content";
    WriteContent = "write_content" includes [ReadContent];
    ExportMessageData = "export_message_data";
    ExportContentData = "export_content_data";
    ReadJobs = "read_jobs";
    ReadAiContent = "read_ai_content";
    ReadWriteAiContent = "read_write_ai_content" includes [ReadAiContent];
    ReadDataConnectors = "read_data_connectors";
    ReadWriteDataConnectors = "read_write_data_connectors" includes [ReadDataConnectors];
    CreatePhoneCallRedirects = "create_phone_call_redirects";
    ReadAudiences = "read_audiences";
    ReadWriteAudiences = "read_write_audiences" includes [ReadAudiences];
    ReadWriteOfficeHours = "read_write_office_hours";
    ReadSecureModeSecrets = "read_secure_mode_secrets";
    WriteSecureModeSecrets = "write_secure_mode_secrets" includes [ReadSecureModeSecrets];
}

impl Scope {
    /// The scope of this name.
    pub fn parse(text: &str) -> Option<Scope> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text)
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// A set of scopes, closed over what each includes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u64);

impl Scopes {
    /// Every scope there is.
    pub const ALL: Scopes = Scopes(u64::MAX);

    /// Reads names separated by commas or white space; `all` stands for every scope. Fails with the first unknown name.
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

    /// Reads names as they are stored; unknown ones grant nothing.
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

    /// Adds a scope and what it includes.
    pub fn insert(&mut self, scope: Scope) {
        self.0 |= scope.includes().iter().fold(scope.bit(), |bits, s| bits | s.bit());
    }

    /// Whether this one is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether one of these is in the set. No requirement is always met.
    pub fn has_any(self, wanted: &[Scope]) -> bool {
        wanted.is_empty() || wanted.iter().any(|s| self.has(*s))
    }
}
