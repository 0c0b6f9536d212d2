//! The built-in attributes.

use crate::attributes::Model;

/// A built-in attribute.
#[derive(Debug, Clone, Copy)]
pub struct Standard {
    /// Its name; dots lead into an object.
    pub full_name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Its description.
    pub description: &'static str,
    /// `string`, `integer`, `float`, `boolean` or `datetime`.
    pub data_type: &'static str,
    /// Whether the API can write it.
    pub api_writable: bool,
}

impl Standard {
    /// Its name without the object it is in.
    pub fn name(&self) -> &'static str {
        self.full_name.rsplit('.').next().unwrap_or(self.full_name)
    }
}

/// The built-in attributes of a model.
pub fn standard(model: Model) -> &'static [Standard] {
    match model {
        Model::Contact => CONTACT,
        Model::Company => COMPANY,
    }
}

/// An attribute that the API can write.
const fn open(
    full_name: &'static str,
    label: &'static str,
    description: &'static str,
    data_type: &'static str,
) -> Standard {
    Standard { full_name, label, description, data_type, api_writable: true }
}

/// An attribute that only the server writes.
const fn fixed(
    full_name: &'static str,
    label: &'static str,
    description: &'static str,
    data_type: &'static str,
) -> Standard {
    Standard { full_name, label, description, data_type, api_writable: false }
}

const CONTACT: &[Standard] = &[
    fixed("id", "ID", "The id of a person", "string"),
    fixed("workspace_id", "Workspace ID", "The id of the workspace", "string"),
    open("external_id", "User ID", "Your own id of a person", "string"),
    open("role", "Role", "Whether a person is a user or a lead", "string"),
    open("name", "Name", "A person's full name", "string"),
    open("email", "Email", "A person's email address", "string"),
    fixed("email_domain", "Email domain", "The domain of a person's email address", "string"),
    open("phone", "Phone", "A person's phone number", "string"),
    fixed("formatted_phone", "Formatted phone", "A person's phone number with its country code", "string"),
    open("avatar", "Avatar", "The address of a person's picture", "string"),
    open("owner_id", "Owner", "The teammate who looks after a person", "integer"),
    fixed("has_hard_bounced", "Has hard bounced", "Whether an email to a person could not be delivered", "boolean"),
    fixed("marked_email_as_spam", "Marked email as spam", "Whether a person marked an email as spam", "boolean"),
    open(
        "unsubscribed_from_emails",
        "Unsubscribed from emails",
        "Whether a person unsubscribed from all emails",
        "boolean",
    ),
    fixed("created_at", "Created at", "When a person was added", "datetime"),
    fixed("updated_at", "Updated at", "When a person was last changed", "datetime"),
    open("signed_up_at", "Signed up", "When a person signed up", "datetime"),
    open("last_seen_at", "Last seen", "When a person was last seen", "datetime"),
    fixed("last_replied_at", "Last heard from", "When a person last sent a message", "datetime"),
    fixed("last_contacted_at", "Last contacted", "When a person was last sent a message", "datetime"),
    fixed("last_email_opened_at", "Last opened email", "When a person last opened an email", "datetime"),
    fixed(
        "last_email_clicked_at",
        "Last clicked on link in email",
        "When a person last followed a link in an email",
        "datetime",
    ),
    open("language_override", "Language override", "The language a person is spoken to in", "string"),
    fixed("browser", "Browser", "The browser a person uses", "string"),
    fixed("browser_version", "Browser version", "The version of a person's browser", "string"),
    fixed("browser_language", "Browser language", "The language of a person's browser", "string"),
    fixed("os", "OS", "The operating system a person uses", "string"),
    fixed("location.country", "Country", "The country a person is in", "string"),
    fixed("location.region", "Region", "The region a person is in", "string"),
    fixed("location.city", "City", "The city a person is in", "string"),
    fixed("location.country_code", "Country code", "The code of the country a person is in", "string"),
    fixed("location.continent_code", "Continent code", "The code of the continent a person is on", "string"),
    fixed("android_app_name", "Android app name", "The Android app a person uses", "string"),
    fixed("android_app_version", "Android app version", "The version of a person's Android app", "string"),
    fixed("android_device", "Android device", "The Android device a person uses", "string"),
    fixed("android_os_version", "Android OS version", "The version of Android a person uses", "string"),
    fixed("android_sdk_version", "Android SDK version", "The version of the SDK in a person's Android app", "string"),
    fixed("android_last_seen_at", "Last seen on Android", "When a person was last seen on Android", "datetime"),
    fixed("ios_app_name", "iOS app name", "The iOS app a person uses", "string"),
    fixed("ios_app_version", "iOS app version", "The version of a person's iOS app", "string"),
    fixed("ios_device", "iOS device", "The iOS device a person uses", "string"),
    fixed("ios_os_version", "iOS OS version", "The version of iOS a person uses", "string"),
    fixed("ios_sdk_version", "iOS SDK version", "The version of the SDK in a person's iOS app", "string"),
    fixed("ios_last_seen_at", "Last seen on iOS", "When a person was last seen on iOS", "datetime"),
    fixed("utm_campaign", "UTM campaign", "The UTM campaign that brought a person", "string"),
    fixed("utm_content", "UTM content", "The UTM content that brought a person", "string"),
    fixed("utm_medium", "UTM medium", "The UTM medium that brought a person", "string"),
    fixed("utm_source", "UTM source", "The UTM source that brought a person", "string"),
    fixed("utm_term", "UTM term", "The UTM term that brought a person", "string"),
    fixed("referrer", "Referral URL", "The page that brought a person", "string"),
];

const COMPANY: &[Standard] = &[
    open("name", "Company name", "What a company is called", "string"),
    fixed("company_id", "Company ID", "Your own id of a company", "string"),
    fixed("last_request_at", "Company last seen", "When anyone of a company was last seen", "datetime"),
    open("remote_created_at", "Company created at", "The day a company was added to your own systems", "datetime"),
    fixed("user_count", "People", "How many people a company has", "integer"),
    fixed("session_count", "Company web sessions", "How many visits the people of a company made", "integer"),
    fixed("plan.name", "Plan", "The plan that a company is on", "string"),
    open("monthly_spend", "Monthly Spend", "What a company pays a month", "float"),
    open("size", "Company size", "How many people work for a company", "integer"),
    open("industry", "Company industry", "What a company does", "string"),
    open("website", "Company website", "The address of a company's website", "string"),
    fixed("id", "ID", "The id of a company", "string"),
    fixed("created_at", "Created at", "When a company was added", "datetime"),
    fixed("updated_at", "Updated at", "When a company was last changed", "datetime"),
    fixed("plan.id", "Plan ID", "The id of a company's plan", "string"),
    fixed("app_id", "App ID", "The id of the workspace", "string"),
];
