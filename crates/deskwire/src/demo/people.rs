//! The demo's people, created like through the API.

use deskwire_domain::Person as Named;
use deskwire_domain::html::Html;
use deskwire_domain::notes::{self, Subject};
use deskwire_domain::{Cx, Phone, Result, contacts, data_events, subscriptions, tags};
use serde_json::{Value, json};

use super::companies;

const DAY: i64 = 86_400;

/// A contact to create.
struct Person {
    name: &'static str,
    email: &'static str,
    phone: &'static str,
    /// Days since they were last seen.
    seen: i64,
    plan: &'static str,
    seats: i64,
    tags: &'static [&'static str],
    note: &'static str,
    company: &'static str,
}

#[rustfmt::skip]
const USERS: &[Person] = &[
    Person { name: "Marie Curie", email: "marie@radium.example", phone: "+33142345678", seen: 0, plan: "gold", seats: 40, tags: &["VIP", "Beta"], note: "Wants to know when exports come.", company: "radium" },
    Person { name: "Alan Turing", email: "alan@bombe.example", phone: "+442071234567", seen: 1, plan: "gold", seats: 12, tags: &["Beta"], note: "Found two bugs, both real.", company: "bletchley" },
    Person { name: "Katherine Johnson", email: "katherine@orbit.example", phone: "+17576643456", seen: 2, plan: "silver", seats: 8, tags: &["VIP"], note: "", company: "" },
    Person { name: "Srinivasa Ramanujan", email: "srini@series.example", phone: "+914422345678", seen: 40, plan: "free", seats: 1, tags: &[], note: "", company: "" },
    Person { name: "Hedy Lamarr", email: "hedy@hop.example", phone: "+4315123456", seen: 3, plan: "silver", seats: 5, tags: &["Beta"], note: "", company: "hop" },
    Person { name: "Tu Youyou", email: "youyou@artemisia.example", phone: "+861062345678", seen: 90, plan: "free", seats: 2, tags: &[], note: "Has not been here for a while: write to her.", company: "radium" },
];

#[rustfmt::skip]
const LEADS: &[Person] = &[
    Person { name: "Nikola Tesla", email: "nikola@coil.example", phone: "+12125550123", seen: 5, plan: "free", seats: 0, tags: &["Trade fair"], note: "Asked for a price for 200 seats.", company: "" },
    Person { name: "Lise Meitner", email: "lise@fission.example", phone: "+4930123456", seen: 8, plan: "free", seats: 0, tags: &["Trade fair"], note: "", company: "radium" },
];

/// Creates the contacts, with their tags, notes and subscriptions.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    for person in USERS {
        add(cx, person, "user")?;
    }
    for person in LEADS {
        add(cx, person, "lead")?;
    }
    Ok(())
}

fn add(cx: &mut Cx, person: &Person, role: &str) -> Result<()> {
    let actor = cx.actor();
    let text = |text: &str| Some(Some(text.to_owned()));
    let is_user = role == "user";
    let Value::Object(attributes) = json!({"plan_tier": person.plan, "seats": person.seats}) else { return Ok(()) };
    let input = contacts::Input {
        role: text(role),
        name: text(person.name),
        email: text(person.email),
        phone: Some(Some(Phone::read(person.phone.to_owned(), &actor.tenant.default_country))),
        last_seen_at: Some(Some(cx.now() - person.seen * DAY)),
        external_id: person.email.split('@').next().filter(|_| is_user).and_then(text),
        signed_up_at: is_user.then(|| Some(cx.now() - (person.seen + 100) * DAY)),
        owner_id: is_user.then(|| actor.admin_id().map(|id| id.to_string())),
        custom_attributes: Some(attributes),
        ..contacts::Input::default()
    };
    let contact = contacts::create(cx, &input)?.contact;
    let id = contact.id;
    if !person.company.is_empty() {
        companies::join(cx, &contact, person.company)?;
    }
    for days in (1..=3).filter(|_| is_user).rev() {
        visit(cx, person, cx.now() - (person.seen + days) * DAY)?;
    }
    let known = tags::list(cx)?;
    for tag in known.iter().filter(|t| person.tags.contains(&t.name.as_str())) {
        tags::tag_contact(cx, id, Some(tag.id))?;
    }
    if let Some(body) = Html::read(person.note, "", "body")? {
        notes::create(cx, Subject::Contact(id), None, &body)?;
    }
    // Beta testers subscribe to everything.
    if person.tags.contains(&"Beta") {
        for kind in subscriptions::list(cx)?.iter().filter(|t| t.consent_type == subscriptions::ConsentType::OptIn) {
            subscriptions::choose(cx, id, Some(kind.id), Some("opt_in"))?;
        }
    }
    Ok(())
}

/// Records an export event of a person.
fn visit(cx: &mut Cx, person: &Person, at: i64) -> Result<()> {
    let Value::Object(metadata) = json!({"format": "csv", "rows": person.seats * 100}) else { return Ok(()) };
    let event = data_events::Input {
        person: Named::Email(person.email.to_owned()),
        event_name: Some("exported-report".to_owned()),
        created_at: Some(at),
        metadata: Some(metadata),
    };
    data_events::create(cx, &event)
}
