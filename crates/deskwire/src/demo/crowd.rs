//! The many other companies, contacts, conversations and tickets around the few that are written by hand,
//! the same in every demo.

use deskwire_domain::conversations::{self, Manage, New, Reply, ReplyAuthor, ReplyTo, Update};
use deskwire_domain::html::Html;
use deskwire_domain::ids::{AdminId, CompanyId, ConversationId, TagId, TeamId};
use deskwire_domain::notes::{self, Subject};
use deskwire_domain::tickets::{self, Changes, Requester, To};
use deskwire_domain::{Cx, Error, Person, Result, admins, companies, contacts, tags, teams, ticket_types};
use serde_json::{Map, Value, json};

use super::texts::{self, Story};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const COMPANIES: usize = 36;
const USERS: usize = 160;
const LEADS: usize = 29;
const CONVERSATIONS: usize = 120;
const TICKETS: usize = 20;

/// Numbers that look random and are the same every time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or_default()
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
    external_id: String,
    name: String,
    company: String,
}

/// Who works on what.
struct Staff {
    admins: Vec<AdminId>,
    teams: Vec<TeamId>,
}

/// Creates all of them.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
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
    for number in 0..CONVERSATIONS {
        let user = &users[dice.below(users.len())];
        let story = &texts::STORIES[number % texts::STORIES.len()];
        conversation(cx, &mut dice, user, story, &staff)?;
    }
    for number in 0..TICKETS {
        let user = &users[dice.below(users.len())];
        ticket(cx, &mut dice, number, user, &staff)?;
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

/// First and last name, different for each number.
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
    let seen = dice.number(0, 70) * DAY + dice.number(0, 23) * HOUR;
    let (plan, seats) =
        dice.pick(&[("free", 1), ("free", 3), ("silver", 8), ("silver", 15), ("gold", 40), ("gold", 120)]);
    let input = contacts::Input {
        role: text("user"),
        name: text(&name),
        email: text(&format!("{}.{}{number}@{}", first.to_lowercase(), last.to_lowercase(), company.domain)),
        external_id: text(&external_id),
        last_seen_at: Some(Some(cx.now() - seen)),
        signed_up_at: Some(Some(cx.now() - seen - dice.number(1, 700) * DAY)),
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
    Ok(User { external_id, name: first.to_owned(), company: company.name.clone() })
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

fn conversation(cx: &mut Cx, dice: &mut Dice, user: &User, story: &Story, staff: &Staff) -> Result<()> {
    let admin = dice.pick(&staff.admins);
    let mut at = cx.now() - dice.number(1, 45) * DAY - dice.number(0, 86_000);
    let words = |text: &str| Html::of_text(&text.replace("{name}", &user.name).replace("{company}", &user.company));
    let Some(body) = words(story.opening) else { return Ok(()) };
    let new = New {
        from_type: "user".to_owned(),
        from_id: user.external_id.clone(),
        body,
        subject: dice.chance(30).then(|| story.title.to_owned()),
        attachments: Vec::new(),
        created_at: Some(at),
    };
    let id = conversations::create(cx, &new)?.id;
    // Some have no answer yet, others end in the middle.
    let turns = if dice.chance(12) { 0 } else { story.turns.len() - usize::from(dice.chance(15)) };
    for (turn, said) in story.turns[..turns].iter().enumerate() {
        at += dice.number(180, 4 * HOUR);
        let by_admin = turn % 2 == 0;
        let by = if by_admin {
            ReplyAuthor::Admin(admin.to_string())
        } else {
            ReplyAuthor::Contact(Person::UserId(user.external_id.clone()))
        };
        say(cx, id, by, "comment", words(said), at)?;
        if by_admin && turn == 0 && dice.chance(25) {
            let note = dice.pick(texts::REMARKS);
            say(
                cx,
                id,
                ReplyAuthor::Admin(dice.pick(&staff.admins).to_string()),
                "note",
                Html::of_text(note),
                at + 60,
            )?;
        }
    }
    let attributes = Map::from_iter([("Issue".to_owned(), Value::from(story.issue))]);
    let update = Update {
        title: Some(Some(story.title.to_owned())),
        priority: dice.chance(18).then(|| "high".to_owned()),
        custom_attributes: attributes,
        ..Update::default()
    };
    conversations::update(cx, id, &update)?;
    bring_to_state(cx, dice, id, admin, turns == story.turns.len(), staff)
}

fn say(
    cx: &mut Cx,
    id: ConversationId,
    by: ReplyAuthor,
    message_type: &str,
    body: Option<Html>,
    at: i64,
) -> Result<()> {
    let reply = Reply {
        by,
        message_type: message_type.to_owned(),
        body,
        options: None,
        attachments: Vec::new(),
        created_at: Some(at),
        notify: false,
        skip_unsnooze: false,
    };
    conversations::reply(cx, &ReplyTo::Id(id), &reply).map(drop)
}

/// Closes, snoozes or assigns a conversation, or leaves it unassigned.
fn bring_to_state(
    cx: &mut Cx,
    dice: &mut Dice,
    id: ConversationId,
    admin: AdminId,
    finished: bool,
    staff: &Staff,
) -> Result<()> {
    let by = admin.to_string();
    let mut manage = |what: Manage| conversations::manage(cx, id, &by, &what).map(drop);
    if dice.chance(70) {
        let (team, assignee) =
            if dice.chance(25) { (true, dice.pick(&staff.teams).to_string()) } else { (false, admin.to_string()) };
        manage(Manage::Assign { team, assignee, body: None })?;
    }
    if finished && dice.chance(75) {
        manage(Manage::Close(None))?;
    } else if dice.chance(20) {
        let until = dice.number(1, 96) * HOUR;
        let now = cx.now();
        conversations::manage(cx, id, &by, &Manage::Snooze(now + until))?;
    }
    Ok(())
}

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
        created_at: Some(cx.now() - dice.number(1, 30) * DAY),
        admin_assignee: None,
        team_assignee: None,
        link_to: None,
        notify: false,
    };
    let id = tickets::create(cx, &new)?.row.id;
    if dice.chance(75) {
        let state = dice.pick(&["in_progress", "waiting_on_customer", "resolved"]);
        let admin = dice.pick(&staff.admins).to_string();
        let changes = Changes {
            state: Some(To::Category(state.to_owned())),
            admin: Some(admin.clone()),
            assignee: Some(admin),
            ..Changes::default()
        };
        tickets::update(cx, id, &changes)?;
    }
    Ok(())
}
