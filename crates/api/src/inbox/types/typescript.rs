//! The types as TypeScript: `web/shared/api.gen.ts`. `UPDATE_TYPES=1` writes it, else it is compared.

use ts_rs::{Config, TS};

use super::*;

/// Each type, in the order of the file.
macro_rules! declared {
    ($($name:ident),+ $(,)?) => {
        fn all(config: &Config) -> Vec<String> {
            vec![$(<$name as TS>::decl(config)),+]
        }
    };
}

declared![
    Nothing,
    Step,
    SignIn,
    WorkspaceName,
    Session,
    Sessions,
    SecondFactor,
    SecondFactorSetup,
    RecoveryCodes,
    MailSettings,
    PersonType,
    Person,
    Teammate,
    Team,
    Tag,
    Me,
    Workspace,
    AttributeOwner,
    AttributeDefinition,
    TicketType,
    TicketState,
    MacroName,
    Sort,
    ViewKind,
    View,
    Start,
    RowTicket,
    ExcerptBy,
    ConversationState,
    Priority,
    Row,
    PartKind,
    Attachment,
    Part,
    DraftKind,
    Draft,
    Action,
    Named,
    Contact,
    Contacts,
    Note,
    EventSummary,
    CustomObject,
    ContactPage,
    Company,
    Companies,
    CompanyPage,
    RowPage,
    Counts,
    Parts,
    LinkedCompany,
    TicketDetail,
    ConversationStatistics,
    ConversationDetail,
    Changed,
    Failure,
    Outcome,
    Outcomes,
    Merged,
    Hit,
    SearchPage,
    Views,
    OneView,
    ThenDo,
    NewMessage,
    NewConversation,
    Sent,
    Withdrawn,
    SaveDraft,
    DiscardDraft,
    SavedDraft,
    ApplyMacro,
    MacroAction,
    FilledMacro,
    Notification,
    Notifications,
    ReadNotifications,
    UnreadNotifications,
    ScopeName,
    Installation,
    AppSettings,
    AppsSettings,
    NewApp,
    ChangeApp,
    AppSecret,
    RemovedApp,
    TokenSettings,
    TokensSettings,
    NewToken,
    TokenSecret,
    WebhookState,
    WebhookSettings,
    TopicName,
    WebhooksSettings,
    SetWebhook,
    DeliveryState,
    WebhookDelivery,
    WebhookDeliveries,
    DeliveryAttempt,
    WebhookDeliveryDetail,
    ReplayFailed,
    Replayed,
    MailState,
    SentMail,
    SentMails,
    SentMailDetail,
    OneSentMail,
    SentWebhooks,
    SettingsTag,
    SettingsTags,
    OneTag,
    NamedTag,
    MergeTag,
    AttributeOption,
    SettingsAttribute,
    SettingsAttributes,
    OneAttribute,
    NewAttribute,
    ChangeAttribute,
    SettingsTicketAttribute,
    SettingsTicketType,
    SettingsTicketState,
    SettingsTicketTypes,
    OneTicketType,
    OneTicketState,
    WriteTicketType,
    WriteTicketAttribute,
    WriteTicketState,
    ObjectAttribute,
    SettingsObjectType,
    SettingsObjectTypes,
    OneObjectType,
    NewObjectType,
    ChangeObjectType,
    NewObjectAttribute,
    ChangeObjectAttribute,
    MacroPlace,
    MacroDoes,
    ListedMacro,
    SettingsMacro,
    SettingsMacros,
    OneMacro,
    WriteMacro,
    ActivityEntry,
    ActivityEntries,
];

/// What every answer to a read or a write has besides.
const POSITIONED: &str = "type Positioned<T> = T & { position: number };";

#[test]
#[expect(clippy::disallowed_methods, reason = "whether the file is to be written is said from outside")]
fn the_types_of_the_inbox_are_written_down() {
    let config = Config::new().with_large_int("number");
    let mut text = "// Written by the tests of crates/api (UPDATE_TYPES=1); not by hand.\n".to_owned();
    for declaration in all(&config).into_iter().chain([POSITIONED.to_owned()]) {
        text += &format!("\nexport {declaration}\n");
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/shared/api.gen.ts");
    if std::env::var("UPDATE_TYPES").is_ok_and(|wanted| wanted == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "{} is out of date: run this test with UPDATE_TYPES=1", path.display());
}
