//! Names and messages for the generated part of the demo.

/// A conversation: a customer opens it, then a teammate and the customer take turns. `{name}` is the
/// customer's first name, `{company}` their company.
pub(super) struct Story {
    pub(super) title: &'static str,
    pub(super) issue: &'static str,
    pub(super) opening: &'static str,
    pub(super) turns: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const STORIES: &[Story] = &[
    Story { title: "Cannot sign in", issue: "Question", opening: "Hi, I can't sign in since this morning. It says my password is wrong, but I haven't changed it.", turns: &["Hi {name}, sorry about that. Could you try the reset link at the bottom of the sign-in page and tell me whether the email arrives?", "The email came, and I'm in again. Thanks!", "Great! I'll close this. Just reply if it happens again."] },
    Story { title: "Invoice with the wrong address", issue: "Billing", opening: "Our invoice for last month still shows our old address. Could you send a corrected one? We are {company}.", turns: &["Of course, {name}. What is the new address?", "14 Harbour Street, second floor. The VAT number stays the same.", "Thank you. The corrected invoice is in your billing page now, and the next ones will have the new address.", "Perfect, thanks for the quick help."] },
    Story { title: "CSV import stops halfway", issue: "Bug", opening: "Our CSV import stops at row 5,000 without an error. The file has about 12,000 rows.", turns: &["Thanks for the report, {name}. Which columns does the file have, and how large is it?", "Nine columns, 3 MB. I can send it if that helps.", "Please do. We found a limit that should not be there and are testing a fix.", "That was it, the whole file went through today."] },
    Story { title: "Upgrade from Starter to Pro", issue: "Billing", opening: "We'd like to move from Starter to Pro. Do we pay the difference for this month, or does it start with the next one?", turns: &["Hi {name}! You pay only the difference for the days that are left. You can switch under Settings, Billing.", "Done, that was easy.", "Welcome to Pro! Let me know if you'd like a tour of the reports."] },
    Story { title: "API returns 429", issue: "Question", opening: "Our nightly sync gets 429 errors since we added a second worker. What is the limit, and can it be raised?", turns: &["The limit is per app and minute; the X-RateLimit headers tell how much is left. Could your workers share one queue?", "They could. Is there a recommended way to back off?", "Wait until X-RateLimit-Reset, then go on. That is all it needs.", "Works. Our sync is through in eight minutes now."] },
    Story { title: "Export of all conversations", issue: "Question", opening: "Is there a way to export all conversations of a year, with attachments? Our auditors ask for it.", turns: &["Yes: through the API, page by page. Attachments come as links that you can download with the same token.", "Good. Do the links expire?", "They do not, as long as the conversation exists."] },
    Story { title: "Charts stay empty in Safari", issue: "Bug", opening: "All charts on the dashboard are empty in Safari 17. In Firefox they show.", turns: &["Thank you, {name}. I see the same here. I've handed it to engineering and will write as soon as there's a fix.", "Any news on this? Half of our team uses Safari.", "The fix went out this afternoon. Could you reload the page and check?", "Looks good now!"] },
    Story { title: "Delete an account", issue: "Question", opening: "A colleague has left {company}. How do we remove her account without losing what she wrote?", turns: &["Remove her under Settings, Teammates. What she wrote stays and keeps her name; her open conversations become unassigned.", "Exactly what we needed. Thank you."] },
    Story { title: "Charged twice", issue: "Billing", opening: "We were charged twice on the 3rd. Please refund one of the two payments.", turns: &["I'm sorry, {name}. I see both payments. The second one is refunded; it takes three to five days to arrive.", "It has arrived, thanks."] },
    Story { title: "Webhooks arrive late", issue: "Bug", opening: "Webhooks for new conversations arrive up to ten minutes late since yesterday.", turns: &["Thanks for telling us. Your endpoint answered slowly for a while, so we sent more slowly as well. Is it quick again?", "We moved it to a larger machine last night.", "Then it should be back to a second or less. Deliveries that had failed were sent again."] },
    Story { title: "Data in the EU", issue: "Question", opening: "Before we sign: where is our data stored, and can it stay in the EU?", turns: &["It stays where you run it, {name}. Nothing leaves your own servers but mail and webhooks.", "That makes our legal team happy. We'll sign this week."] },
    Story { title: "Mobile app logs me out", issue: "Bug", opening: "The app on my phone logs me out every time I close it. Android 15, newest version.", turns: &["Does it also happen when battery saving is off for the app?", "No, with battery saving off it stays signed in.", "Then we know where to look. Until the next release, please leave it off for the app. Sorry for the trouble!"] },
    Story { title: "Discount for non-profits", issue: "Billing", opening: "Hello, {company} is a registered charity. Do you have a discount for non-profits?", turns: &["We do: 50 % on every plan. Please send your registration, and I'll apply it to the next invoice.", "Attached to my last email. Thank you so much!"] },
    Story { title: "Merge two workspaces", issue: "Question", opening: "We bought a company that also uses your product. Can the two workspaces be merged?", turns: &["Not at the press of a button, but contacts and companies can be exported from one and imported into the other.", "Would their ids stay the same?", "Your own ids (external_id) do; ours are new in the other workspace."] },
    Story { title: "Search does not find an old conversation", issue: "Bug", opening: "I'm sure we talked about the audit in March, but searching for \"audit\" finds nothing before June.", turns: &["Is there a filter set beside the search field, {name}? Dates are kept from the last search.", "Oh! There was one, from June on. My mistake.", "It is easy to miss. I've suggested showing it more clearly."] },
    Story { title: "Add a teammate", issue: "Question", opening: "How many teammates can we add on the Pro plan? We are hiring two more people.", turns: &["As many as you like; each one is a seat on the next invoice.", "Good to know, thanks."] },
    Story { title: "Strange characters in emails", issue: "Bug", opening: "Customers with umlauts in their name see strange characters in the subject of our emails.", turns: &["Could you forward one of them to us, with all headers?", "Just sent.", "Thank you, that helped: an old template declared the wrong encoding. It is corrected for all new mails."] },
    Story { title: "Cancel the trial", issue: "Billing", opening: "Our trial ends on Friday. Do I have to cancel, or does it just end?", turns: &["It just ends, {name}, and nothing is charged. Your data is kept for 30 days in case you come back.", "Fair enough. We might be back in autumn."] },
    Story { title: "Single sign-on", issue: "Question", opening: "Does single sign-on work with our identity provider? We use SAML.", turns: &["Not yet. It is planned, and I've added {company} to those who hear of it first.", "Thanks. It would be a must for us next year."] },
    Story { title: "Notification sounds", issue: "Question", opening: "Can I turn off the sound for new messages, but only at night?", turns: &["Set your working hours in your profile: outside them, nothing makes a sound.", "Found it. Good night then :)"] },
];

pub(super) const REMARKS: &[&str] = &[
    "Same as what we had on Tuesday. I'll look at the logs.",
    "They are up for renewal next month, so let's be quick.",
    "Checked with engineering: known, fix is in review.",
    "Please keep me in the loop on this one.",
    "Called them; they are happy with an answer by tomorrow.",
];

pub(super) const NOTES: &[&str] = &[
    "Prefers email to phone.",
    "Runs the rollout at their company. Very precise reports.",
    "Asked about the reporting add-on; follow up in two weeks.",
    "Was at our workshop in Dublin.",
    "Technical contact. The contract goes through procurement.",
    "Wants to be part of the next beta.",
];

pub(super) const BUGS: &[(&str, &str)] = &[
    ("Report shows last month twice", "The chart for the quarter has two bars for the same month."),
    ("Filter is lost on reload", "After reloading the list, all filters are gone."),
    ("Attachments over 5 MB fail", "Uploading a larger PDF ends with an error after a minute."),
    ("Wrong time zone in exports", "Times in the export are in UTC, although our workspace is not."),
    ("Duplicate contacts after import", "Importing the same file again makes every contact twice."),
    ("Keyboard shortcut closes the wrong tab", "Ctrl+W in the editor closes the browser tab."),
];

pub(super) const REFUNDS: &[&str] = &[
    "Charged twice in one month",
    "Seats that were not used",
    "Cancelled within 14 days",
    "Wrong currency on the invoice",
];

pub(super) const INDUSTRIES: &[&str] =
    &["Software", "Logistics", "Education", "Health care", "Retail", "Manufacturing", "Travel", "Finance"];

pub(super) const COMPANY_FIRST: &[&str] = &[
    "Northwind",
    "Bluebird",
    "Harbour",
    "Maple",
    "Granite",
    "Lighthouse",
    "Juniper",
    "Copper",
    "Meadow",
    "Falcon",
    "Willow",
    "Summit",
];

pub(super) const COMPANY_LAST: &[&str] = &[
    "Logistics",
    "Software",
    "Clinics",
    "Foods",
    "Travel",
    "Robotics",
    "Energy",
    "Books",
    "Studios",
    "Finance",
    "Gardens",
];

pub(super) const FIRST_NAMES: &[&str] = &[
    "Amelia", "Noah", "Sofia", "Liam", "Aisha", "Jonas", "Mei", "Diego", "Hannah", "Omar", "Ines", "Lukas", "Priya",
    "Ethan", "Freya", "Mateo", "Yuki", "Clara", "Samuel", "Zoe", "Ahmed", "Elena", "Oscar", "Nora", "Tomas", "Leila",
    "Victor", "Maya", "Felix", "Ruth",
];

pub(super) const LAST_NAMES: &[&str] = &[
    "Murphy",
    "Garcia",
    "Schmidt",
    "Okafor",
    "Rossi",
    "Tanaka",
    "Novak",
    "Silva",
    "Larsen",
    "Dubois",
    "Khan",
    "Kowalski",
    "Andersson",
    "Byrne",
    "Costa",
    "Fischer",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kim",
    "Lopez",
    "Moreau",
    "Nguyen",
    "Patel",
    "Quinn",
    "Rahman",
    "Sato",
    "Turner",
    "Weber",
    "Young",
    "Zhang",
];
