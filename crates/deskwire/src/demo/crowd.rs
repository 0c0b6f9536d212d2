//! Generated companies, contacts, conversations and tickets besides the few written by hand. They are the same in every
//! demo.

use deskwire_domain::conversations::{self, Manage, MessageType, New, Reply, ReplyAuthor, ReplyTo, Update};
use deskwire_domain::html::Html;
use deskwire_domain::ids::{AdminId, CompanyId, ContactId, ConversationId, TagId, TeamId};
use deskwire_domain::inbox::reads;
use deskwire_domain::notes::{self, Subject};
use deskwire_domain::notifications::{self, Recipient, Which};
use deskwire_domain::tickets::{self, Changes, Requester, To};
use deskwire_domain::{Cx, Error, Person, Result, admins, companies, contacts, messages, tags, teams, ticket_types};
use serde_json::{Map, Value, json};

use super::texts;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const COMPANIES: usize = 36;
const USERS: usize = 160;
const LEADS: usize = 29;
const CONVERSATIONS: usize = 120;
const TICKETS: usize = 20;
/// The number of users who signed up in the last weeks and have not written yet.
const NEW_USERS: usize = 20;
/// The number of days that conversations and tickets are spread over.
const DAYS: i64 = 89;
/// The ages of the newest ones, in minutes.
const LATELY: &[i64] =
    &[2, 9, 21, 38, 64, 97, 150, 230, 345, 500, 720, 1_010, 1_330, 1_700, 2_100, 2_600, 3_200, 3_900, 4_700, 5_500];
/// The age from which conversations are answered, and the age from which they are closed, in seconds.
const RECENT: i64 = 4 * DAY;
const OLD: i64 = 21 * DAY;
/// The number of users who received each message.
const READERS: usize = 60;

/// Subject, text and age in days of each message to users.
const MESSAGES: &[(&str, &str, i64)] = &[
    ("Your data, as a spreadsheet", "All measurements can now be exported as CSV: choose Export in any report.", 61),
    ("New: roles for teammates", "Owners can now decide what each teammate may see and change.", 33),
    ("Planned maintenance", "On Sunday from 6:00 to 7:00 UTC, reports may be slow. Nothing is lost.", 9),
];

/// Deterministic pseudorandom numbers (xorshift).
struct Dice {
    state: u64,
    /// The time at which the demo is created, in unix seconds.
    present: i64,
}

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % limit.max(1) as u64).unwrap_or_default()
    }

    fn number(&mut self, from: i64, to: i64) -> i64 {
        let width = usize::try_from(to - from + 1).unwrap_or(1);
        from + i64::try_from(self.below(width)).unwrap_or_default()
    }

    fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }

    /// True in this percentage of calls.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A created company.
struct Company {
    id: CompanyId,
    name: String,
    domain: String,
}

/// A created user.
struct User {
    id: ContactId,
    external_id: String,
    name: String,
    company: String,
}

impl User {
    /// Fills a text of a story with the user's name and company.
    fn words(&self, text: &str) -> Option<Html> {
        Html::of_text(&text.replace("{name}", &self.name).replace("{company}", &self.company))
    }
}

/// The teammates and teams that work on conversations.
struct Staff {
    admins: Vec<AdminId>,
    teams: Vec<TeamId>,
}

/// Creates all of them.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let mut dice = Dice { state: 0x9E37_79B9_7F4A_7C15, present: cx.now() };
    let staff = Staff {
        admins: admins::list(cx)?.into_iter().map(|full| full.admin.id).collect(),
        teams: teams::list(cx)?.into_iter().map(|full| full.team.id).collect(),
    };
    let known = tags::list(cx)?;
    let tag = |name: &str| known.iter().find(|t| t.name == name).map(|t| t.id);
    let tags = [tag("VIP"), tag("Beta"), tag("Trade fair")];
    let companies = (0..COMPANIES).map(|n| company(cx, &mut dice, n)).collect::<Result<Vec<_>>>()?;
    let mut users = Vec::with_capacity(USERS);
    for number in 0..USERS {
        let at = dice.below(companies.len());
        users.push(user(cx, &mut dice, number, &companies[at], &tags, &staff)?);
    }
    for number in 0..LEADS {
        lead(cx, &mut dice, USERS + number, tags[2])?;
    }
    let now = dice.present;
    // In chronological order, so that ids grow with time.
    let mut moments: Vec<i64> = LATELY.iter().map(|minutes| now - minutes * 60).collect();
    moments.extend((moments.len()..CONVERSATIONS + TICKETS).map(|_| moment(&mut dice)));
    moments.sort_unstable();
    let writers = &users[..users.len() - NEW_USERS];
    let (mut stories, mut of_tickets) = (0, 0);
    for (number, at) in moments.into_iter().enumerate() {
        cx.set_now(at);
        let user = &writers[dice.below(writers.len())];
        if number % ((CONVERSATIONS + TICKETS) / TICKETS) == 0 && of_tickets < TICKETS {
            ticket(cx, &mut dice, of_tickets, user, &staff)?;
            of_tickets += 1;
        } else {
            conversation(cx, &mut dice, stories, user, &staff)?;
            stories += 1;
        }
    }
    for (subject, text, days) in MESSAGES {
        cx.set_now(now - days * DAY);
        message(cx, &mut dice, subject, text, writers)?;
    }
    cx.set_now(now);
    Ok(())
}

/// A time in the last months, mostly on working days between nine and five.
fn moment(dice: &mut Dice) -> i64 {
    loop {
        let day = dice.present / DAY - dice.number(1, DAYS);
        // 1 January 1970 was a Thursday.
        let is_weekend = (day + 3) % 7 >= 5;
        if is_weekend && dice.chance(85) {
            continue;
        }
        let seconds = if dice.chance(85) { dice.number(9 * HOUR, 17 * HOUR) } else { dice.number(0, DAY - 1) };
        return day * DAY + seconds;
    }
}

/// Sends a message to some users, most of whom open it.
fn message(cx: &mut Cx, dice: &mut Dice, subject: &str, text: &str, users: &[User]) -> Result<()> {
    let Some(body) = Html::of_text(text) else { return Ok(()) };
    let readers: Vec<&User> = (0..READERS).map(|n| &users[(n * 2 + dice.below(2)) % users.len()]).collect();
    let new = messages::New {
        medium: messages::Medium::InApp,
        from: None,
        to: readers.iter().map(|user| Person::UserId(user.external_id.clone())).collect(),
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: Some(subject.to_owned()),
        body,
        attachments: Vec::new(),
        template: messages::Template::Plain,
        created_at: None,
        conversation: false,
    };
    messages::send(cx, &new)?;
    let sent = cx.now();
    for user in readers.iter().filter(|_| dice.chance(70)).collect::<Vec<_>>() {
        cx.set_now(sent);
        if !pass(cx, dice, 300, 3 * DAY) {
            continue;
        }
        let reader = Recipient::Contact(user.id);
        let unread = notifications::list(cx, reader, true, None)?.iter().map(|one| one.id).collect();
        notifications::mark_read(cx, reader, &Which::Ids(unread))?;
    }
    Ok(())
}

fn company(cx: &mut Cx, dice: &mut Dice, number: usize) -> Result<Company> {
    let text = |text: &str| Some(Some(text.to_owned()));
    let first = texts::COMPANY_FIRST[number % texts::COMPANY_FIRST.len()];
    let last = texts::COMPANY_LAST[(number * 5 + number / texts::COMPANY_FIRST.len()) % texts::COMPANY_LAST.len()];
    let name = format!("{first} {last}");
    let domain = format!("{}-{}.example", first.to_lowercase(), last.to_lowercase());
    let (plan, spend) = dice.pick(&[("Free", 0), ("Starter", 49), ("Pro", 480), ("Pro", 1_250), ("Enterprise", 7_900)]);
    let region = dice.pick(&["IE", "GB", "DE", "FR", "US", "NL", "SE", "AU"]);
    let input = companies::Input {
        company_id: text(&domain),
        name: text(&name),
        plan: text(plan),
        size: Some(Some(dice.number(3, 900))),
        monthly_spend: Some(Some(spend)),
        website: text(&format!("https://{domain}")),
        industry: text(dice.pick(texts::INDUSTRIES)),
        custom_attributes: Some(Map::from_iter([("region_code".to_owned(), Value::from(region))])),
        update_last_request_at: true,
        ..companies::Input::default()
    };
    let id = companies::upsert(cx, &input)?.company.id;
    Ok(Company { id, name, domain })
}

/// A first and a last name, different for each number.
fn names(number: usize) -> (&'static str, &'static str) {
    let (first, last) = (texts::FIRST_NAMES, texts::LAST_NAMES);
    (first[number % first.len()], last[(number * 7 + number / first.len()) % last.len()])
}

fn user(
    cx: &mut Cx,
    dice: &mut Dice,
    number: usize,
    company: &Company,
    tags: &[Option<TagId>; 3],
    staff: &Staff,
) -> Result<User> {
    let text = |text: &str| Some(Some(text.to_owned()));
    let (first, last) = names(number);
    let (name, external_id) = (format!("{first} {last}"), format!("user-{}", 1001 + number));
    let now = cx.now();
    let is_new = number >= USERS - NEW_USERS;
    let days = if is_new { dice.number(1, 29) } else { dice.number(DAYS + 2, 700) };
    let signed_up = now - days * DAY - dice.number(0, 23) * HOUR;
    let seen = (now - dice.number(0, if is_new { 20 } else { 70 }) * DAY - dice.number(0, 23) * HOUR).max(signed_up);
    cx.set_now(signed_up);
    let (plan, seats) =
        dice.pick(&[("free", 1), ("free", 3), ("silver", 8), ("silver", 15), ("gold", 40), ("gold", 120)]);
    let input = contacts::Input {
        role: text("user"),
        name: text(&name),
        email: text(&format!("{}.{}{number}@{}", first.to_lowercase(), last.to_lowercase(), company.domain)),
        external_id: text(&external_id),
        last_seen_at: Some(Some(seen)),
        signed_up_at: Some(Some(signed_up)),
        owner_id: dice.chance(40).then(|| Some(dice.pick(&staff.admins).to_string())),
        custom_attributes: match json!({"plan_tier": plan, "seats": seats}) {
            Value::Object(map) => Some(map),
            _ => None,
        },
        ..contacts::Input::default()
    };
    let contact = contacts::create(cx, &input)?.contact;
    companies::attach(cx, contact.id, Some(company.id))?;
    for (tag, percent) in tags.iter().zip([12, 25, 6]) {
        if dice.chance(percent) {
            tags::tag_contact(cx, contact.id, *tag)?;
        }
    }
    if dice.chance(20)
        && let Some(body) = Html::of_text(dice.pick(texts::NOTES))
    {
        notes::create(cx, Subject::Contact(contact.id), None, &body)?;
    }
    cx.set_now(now);
    Ok(User { id: contact.id, external_id, name: first.to_owned(), company: company.name.clone() })
}

fn lead(cx: &mut Cx, dice: &mut Dice, number: usize, tag: Option<TagId>) -> Result<()> {
    let text = |text: &str| Some(Some(text.to_owned()));
    let (first, last) = names(number);
    let input = contacts::Input {
        role: text("lead"),
        name: text(&format!("{first} {last}")),
        email: text(&format!("{}{number}@{}", first.to_lowercase(), dice.pick(&["mail.example", "post.example"]))),
        last_seen_at: Some(Some(cx.now() - dice.number(0, 40) * DAY)),
        ..contacts::Input::default()
    };
    let contact = contacts::create(cx, &input)?.contact;
    if dice.chance(30) {
        tags::tag_contact(cx, contact.id, tag)?;
    }
    Ok(())
}

/// Creates a conversation that begins at the current (past) time of the transaction, with its messages and its outcome.
fn conversation(cx: &mut Cx, dice: &mut Dice, number: usize, user: &User, staff: &Staff) -> Result<()> {
    let story = &texts::STORIES[number % texts::STORIES.len()];
    let admin = dice.pick(&staff.admins);
    let Some(body) = user.words(story.opening) else { return Ok(()) };
    let new = New {
        from_type: "user".to_owned(),
        from_id: user.external_id.clone(),
        body,
        subject: dice.chance(30).then(|| story.title.to_owned()),
        attachments: Vec::new(),
        created_at: None,
    };
    let began = cx.now();
    let id = conversations::create(cx, &new)?.id;
    let attributes = Map::from_iter([("Issue".to_owned(), Value::from(story.issue))]);
    let update = Update {
        title: Some(Some(story.title.to_owned())),
        priority: dice.chance(18).then(|| "high".to_owned()),
        custom_attributes: attributes,
        ..Update::default()
    };
    conversations::update(cx, id, &update)?;
    let (is_recent, is_old) = (dice.present - began < RECENT, dice.present - began > OLD);
    if dice.chance(40) && pass(cx, dice, 60, 900) {
        let assign = Manage::Assign { team: true, assignee: dice.pick(&staff.teams).to_string(), body: None };
        conversations::manage(cx, id, &admin.to_string(), &assign)?;
    }
    // Some recent conversations have no response yet, and a few end halfway.
    let turns = if is_recent && number % 5 < 2 { 0 } else { story.turns.len() - usize::from(dice.chance(12)) };
    let said = talk(cx, dice, id, admin, user, &story.turns[..turns], staff)?;
    let is_answered = said % 2 == 1;
    if is_old || (said == story.turns.len() && (!is_recent || dice.chance(60)) && dice.chance(93)) {
        if pass(cx, dice, 300, 3 * HOUR) {
            conversations::manage(cx, id, &admin.to_string(), &Manage::Close(None))?;
        }
    } else if said > 0 && dice.chance(if is_answered { 80 } else { 25 }) {
        // Until tomorrow at the earliest.
        let until = dice.present + dice.number(20, 96) * HOUR;
        conversations::manage(cx, id, &admin.to_string(), &Manage::Snooze(until))?;
    }
    if !is_recent || is_answered || dice.chance(50) {
        reads::read(cx, id)?;
    }
    Ok(())
}

/// A teammate and the user write in turns, up to the present. Returns the number of messages.
fn talk(
    cx: &mut Cx,
    dice: &mut Dice,
    id: ConversationId,
    admin: AdminId,
    user: &User,
    turns: &[&str],
    staff: &Staff,
) -> Result<usize> {
    for (turn, text) in turns.iter().enumerate() {
        let by_admin = turn % 2 == 0;
        let (from, to) = if by_admin { (120, 2 * HOUR) } else { (180, 4 * HOUR) };
        if !pass(cx, dice, from, to) {
            return Ok(turn);
        }
        if turn == 0 && dice.chance(80) {
            let assign = Manage::Assign { team: false, assignee: admin.to_string(), body: None };
            conversations::manage(cx, id, &admin.to_string(), &assign)?;
        }
        let author = if by_admin {
            ReplyAuthor::Admin(admin.to_string())
        } else {
            ReplyAuthor::Contact(Person::UserId(user.external_id.clone()))
        };
        add_reply(cx, id, author, MessageType::Comment, user.words(text))?;
        if turn == 0 && dice.chance(25) && pass(cx, dice, 30, 300) {
            let colleague = ReplyAuthor::Admin(dice.pick(&staff.admins).to_string());
            add_reply(cx, id, colleague, MessageType::Note, Html::of_text(dice.pick(texts::REMARKS)))?;
        }
    }
    Ok(turns.len())
}

/// Advances the time by a random number of seconds. Returns false, and does nothing, if that would be in the future.
fn pass(cx: &mut Cx, dice: &mut Dice, from: i64, to: i64) -> bool {
    let later = cx.now() + dice.number(from, to);
    let is_past = later <= dice.present;
    if is_past {
        cx.set_now(later);
    }
    is_past
}

fn add_reply(cx: &mut Cx, id: ConversationId, by: ReplyAuthor, kind: MessageType, body: Option<Html>) -> Result<()> {
    let reply = Reply {
        by,
        message_type: kind,
        body,
        options: None,
        attachments: Vec::new(),
        created_at: None,
        notify: false,
        skip_unsnooze: false,
    };
    conversations::reply(cx, &ReplyTo::Id(id), &reply).map(drop)
}

/// Creates a ticket at the current (past) time of the transaction, with its outcome.
fn ticket(cx: &mut Cx, dice: &mut Dice, number: usize, user: &User, staff: &Staff) -> Result<()> {
    let bug = number % 3 != 2;
    let name = if bug { "Bug report" } else { "Refund" };
    let kind = ticket_types::rows(cx)?.into_iter().find(|row| row.name == name);
    let kind = kind.ok_or_else(|| Error::internal("the demo's file has the types of its tickets"))?;
    let attributes = if bug {
        let (title, description) = dice.pick(texts::BUGS);
        json!({"_default_title_": title, "_default_description_": description, "Priority": dice.pick(&["Low", "Medium", "High"])})
    } else {
        json!({"_default_title_": dice.pick(texts::REFUNDS), "Amount": dice.number(9, 480)})
    };
    let Value::Object(attributes) = attributes else { return Ok(()) };
    let new = tickets::New {
        ticket_type: Some(kind.id),
        requester: Requester::ExternalId(user.external_id.clone()),
        attributes,
        company: None,
        created_at: None,
        admin_assignee: None,
        team_assignee: None,
        link_to: None,
        notify: false,
    };
    let id = tickets::create(cx, &new)?.row.id;
    // Recent tickets may still be new.
    let states: &[&str] = match number % 4 {
        _ if dice.present - cx.now() > OLD => &["in_progress", "resolved"],
        0 => &["in_progress"],
        1 => &["in_progress", "waiting_on_customer"],
        _ => &["in_progress", "resolved"],
    };
    let admin = dice.pick(&staff.admins).to_string();
    for state in states.iter().filter(|_| number + 2 < TICKETS) {
        if !pass(cx, dice, HOUR / 2, 9 * HOUR) {
            break;
        }
        let changes = Changes {
            state: Some(To::Category((*state).to_owned())),
            admin: Some(admin.clone()),
            assignee: Some(admin.clone()),
            ..Changes::default()
        };
        tickets::update(cx, id, &changes)?;
    }
    Ok(())
}
