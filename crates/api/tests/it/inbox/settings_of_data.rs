//! `/app/v1/settings`: tags, attributes, ticket types, macros, types of custom objects, and the activity log.

use deskwire_domain::error::ErrorKind;
use deskwire_domain::{Cx, admins, teams};
use deskwire_testkit::{Browser, NOW, TestApp, Value, both, json};

use crate::support::{id, user};

const SETTINGS: &str = "/app/v1/settings";

fn at(path: &str) -> String {
    format!("{SETTINGS}/{path}")
}

/// The values of a field of the items of a list.
fn all<'a>(list: &'a Value, field: &str) -> Vec<&'a Value> {
    list["items"].as_array().unwrap().iter().map(|item| &item[field]).collect()
}

/// The same, where they are texts.
fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    all(list, field).into_iter().map(|value| value.as_str().unwrap()).collect()
}

/// The kinds and the texts of the newest entries of the log.
async fn log(browser: &Browser, count: usize) -> Vec<(String, String)> {
    let entries = browser.get(&at(&format!("activity?limit={count}"))).await.ok();
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    entries["items"].as_array().unwrap().iter().map(|entry| (text(entry, "kind"), text(entry, "text"))).collect()
}

fn entry(kind: &str, text: &str) -> (String, String) {
    (kind.to_owned(), text.to_owned())
}

#[both]
async fn tags_are_made_renamed_counted_and_deleted(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@acme.test").await);
    let made = browser.post(&at("tags"), json!({"name": " Vip "})).await.ok()["tag"].clone();
    let vip =
        json!({"id": made["id"], "name": "Vip", "contacts": 0, "companies": 0, "conversations": 0, "contents": 0});
    assert_eq!(made, vip);
    for (body, status, code) in [
        (json!({"name": "VIP"}), 409, "conflict"),
        (json!({"name": " "}), 400, "parameter_invalid"),
        (json!({"name": "x".repeat(256)}), 400, "parameter_invalid"),
    ] {
        assert_eq!(browser.post(&at("tags"), body).await.declined(status, code)["error"]["field"], "name");
    }
    browser.post(&at("tags"), json!({"name": "x", "extra": 1})).await.declined(400, "parameter_invalid");
    app.post("/tags", json!({"name": "Vip", "users": [{"id": ada}]})).await.ok();
    for name in ["beta", "Alpha"] {
        browser.post(&at("tags"), json!({"name": name})).await.ok();
    }
    let first = browser.get(&at("tags?limit=2")).await.ok();
    assert_eq!((texts(&first, "name"), &first["next"]), (vec!["Alpha", "beta"], &json!("beta")));
    let next = browser.get(&at("tags?limit=2&after=beta")).await.ok();
    assert_eq!(
        (texts(&next, "name"), all(&next, "contacts"), &next["next"]),
        (vec!["Vip"], vec![&json!(1)], &Value::Null)
    );
    assert_eq!(texts(&browser.get(&at("tags?q=ET")).await.ok(), "name"), ["beta"]);
    for query in ["limit=0", "limit=151", "limit=x", &format!("q={}", "x".repeat(201))] {
        browser.get(&at(&format!("tags?{query}"))).await.declined(400, "parameter_invalid");
    }
    let path = at(&format!("tags/{}", id(&made)));
    let renamed = browser.patch(&path, json!({"name": "Gold"})).await.ok();
    assert_eq!((&renamed["tag"]["name"], &renamed["tag"]["contacts"]), (&json!("Gold"), &json!(1)));
    assert_eq!(
        browser.patch(&path, json!({"name": "ALPHA"})).await.declined(409, "conflict")["error"]["field"],
        "name"
    );
    browser.delete(&path).await.ok();
    browser.delete(&path).await.declined(404, "not_found");
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["tags"]["total_count"], 0);
    let expected = [
        entry("tag_deletion", "Ada Lovelace deleted the tag Gold."),
        entry("tag_update", "Ada Lovelace renamed the tag Vip."),
    ];
    assert_eq!(log(&browser, 2).await, expected);
    // The versions of the API do not describe these entries, so they leave them out.
    let public = app.get(&format!("/admins/activity_logs?created_at_after={}", NOW - 1)).await.ok();
    assert!(!public.to_string().contains("tag_"), "{public}");
}

#[both]
async fn a_tag_is_merged_into_another(app: TestApp) {
    let browser = app.browser().await;
    let (ada, bob) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await);
    let company = id(&app.post("/companies", json!({"company_id": "r"})).await.ok());
    let people = json!({"name": "Vip", "users": [{"id": ada}, {"id": bob}], "companies": [{"id": company}]});
    let vip = id(&app.post("/tags", people).await.ok());
    let gold = id(&app.post("/tags", json!({"name": "Gold", "users": [{"id": ada}]})).await.ok());
    let talk = app.post("/conversations", json!({"from": {"type": "user", "id": bob}, "body": "Hi"})).await.ok();
    let talk = talk["conversation_id"].as_str().unwrap().to_owned();
    let tag = json!({"id": vip, "admin_id": app.admin_id.to_string()});
    app.post(&format!("/conversations/{talk}/tags"), tag).await.ok();
    let with_macro = json!({
        "name": "Praise", "html": "<p>Well done</p>", "team_ids": [], "available_on": ["inbox"],
        "actions": [{"type": "tag", "tag": "vip"}],
    });
    browser.post(&at("macros"), with_macro).await.ok();

    let path = at(&format!("tags/{vip}/merge"));
    let own = browser.post(&path, json!({"into": vip})).await.declined(400, "parameter_invalid");
    assert_eq!(own["error"]["field"], "into");
    assert_eq!(browser.post(&path, json!({"into": "77"})).await.with(404)["error"]["field"], "into");
    let merged = browser.post(&path, json!({"into": gold})).await.ok();
    let expected =
        json!({"id": gold, "name": "Gold", "contacts": 2, "companies": 1, "conversations": 1, "contents": 0});
    assert_eq!(merged["tag"], expected);
    for contact in [&ada, &bob] {
        let tags = app.get(&format!("/contacts/{contact}")).await.ok()["tags"].clone();
        assert_eq!((&tags["total_count"], &tags["data"][0]["id"]), (&json!(1), &json!(gold)));
    }
    let conversation = app.get(&format!("/conversations/{talk}")).await.ok();
    assert_eq!(conversation["tags"]["tags"][0]["id"], json!(gold));
    let found = json!({"query": {"field": "tag_id", "operator": "=", "value": gold}});
    assert_eq!(app.post("/contacts/search", found).await.ok()["total_count"], 2);
    assert_eq!(texts(&browser.get(&at("tags")).await.ok(), "name"), ["Gold"]);
    let macros = browser.get(&at("macros")).await.ok();
    assert_eq!(macros["items"][0]["actions"], json!([{"type": "tag", "tag": "Gold"}]));
    assert_eq!(log(&browser, 1).await, [entry("tag_merge", "Ada Lovelace merged the tag Vip.")]);
}

#[both]
async fn macros_follow_the_names_of_what_they_act_on(app: TestApp) {
    let (browser, actor) = (app.browser().await, app.actor());
    let vip = id(&app.post("/tags", json!({"name": "Vip"})).await.ok());
    let actions = json!([{"type": "tag", "tag": "vip"}, {"type": "assign_admin", "admin": "ada@acme.test"}]);
    let new = json!({"name": "Hand over", "html": "", "team_ids": [], "available_on": ["inbox"], "actions": actions});
    browser.post(&at("macros"), new).await.ok();
    app.post("/tags", json!({"id": vip, "name": "Gold"})).await.ok();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let ada = admins::named(cx, Some("ada@acme.test"))?;
        let ada = admins::find(cx, ada, ErrorKind::AdminNotFound)?.admin;
        let changes = admins::Changes { email: Some("ada@new.test".to_owned()), ..admins::Changes::default() };
        admins::change(cx, &ada, &changes)
    })
    .await;
    let macros = browser.get(&at("macros")).await.ok();
    let after = json!([{"type": "tag", "tag": "Gold"}, {"type": "assign_admin", "admin": "ada@new.test"}]);
    assert_eq!(macros["items"][0]["actions"], after);
}

#[both]
async fn attributes_are_made_changed_and_archived(app: TestApp) {
    let browser = app.browser().await;
    let path = at("attributes");
    let list = json!([{"label": "Free"}, {"label": "Paid"}]);
    let plan = json!({"on": "contact", "name": "plan", "data_type": "options", "options": list});
    let plan = browser.post(&path, plan).await.ok()["attribute"].clone();
    assert_eq!((&plan["data_type"], &plan["options"][1]["label"]), (&json!("list"), &json!("Paid")));
    let tier = json!({"on": "conversation", "name": "Tier", "data_type": "list", "options": list, "required": true});
    let tier = browser.post(&path, tier).await.ok()["attribute"].clone();
    let (free, paid) = (tier["options"][0]["id"].clone(), tier["options"][1]["id"].clone());
    let of_plan = at(&format!("attributes/contact/{}", id(&plan)));
    let of_tier = at(&format!("attributes/conversation/{}", id(&tier)));

    let changes = json!({"description": "What they pay", "options": [{"label": "Free"}, {"label": "Gold"}]});
    let changed = browser.patch(&of_plan, changes).await.ok()["attribute"].clone();
    assert_eq!((&changed["description"], &changed["options"][1]["label"]), (&json!("What they pay"), &json!("Gold")));
    // Options are identified by id: one is relabelled, one removed and one added.
    let options = json!([{"label": "Gold"}, {"id": paid, "label": "Silver"}]);
    let changed = browser.patch(&of_tier, json!({"options": options, "name": "Level"})).await.ok()["attribute"].clone();
    let labels: Vec<_> = changed["options"].as_array().unwrap().iter().map(|option| &option["label"]).collect();
    assert_eq!(
        (labels, &changed["options"][1]["id"], &changed["name"]),
        (vec![&json!("Gold"), &json!("Silver")], &paid, &json!("Level"))
    );
    let public = app.get(&format!("/conversations/attributes/{}", id(&tier))).await.ok();
    let archived: Vec<_> = public["options"].as_array().unwrap().iter().filter(|o| o["archived"] == true).collect();
    assert_eq!((archived.len(), &archived[0]["id"]), (1, &free));
    for (options, status) in [
        (json!([{"label": "One"}]), 422),
        (json!([{"label": "One"}, {"label": "One"}]), 422),
        (json!([{"label": "One"}, {"id": "nothing", "label": "Two"}]), 404),
        (json!([{"label": "One"}, {"label": ""}]), 422),
    ] {
        browser.patch(&of_tier, json!({"options": options})).await.with(status);
    }
    for one in [&of_plan, &of_tier] {
        assert_eq!(browser.patch(one, json!({"archived": true})).await.ok()["attribute"]["archived"], true);
        assert_eq!(browser.patch(one, json!({"archived": false})).await.ok()["attribute"]["archived"], false);
    }
    let listed = browser.get(&path).await.ok();
    assert_eq!(
        (texts(&listed, "on"), texts(&listed, "name")),
        (vec!["contact", "conversation"], vec!["plan", "Level"])
    );
    for (body, code) in [
        (json!({"on": "ticket", "name": "x", "data_type": "string"}), "parameter_invalid"),
        (json!({"on": "contact", "name": "email", "data_type": "string"}), "parameter_invalid"),
        (json!({"on": "contact", "name": "", "data_type": "string"}), "parameter_not_found"),
        (json!({"on": "company", "name": "x", "data_type": "dream"}), "parameter_invalid"),
        (
            json!({"on": "company", "name": "x", "data_type": "string", "description": "x".repeat(2_001)}),
            "parameter_invalid",
        ),
        (json!({"name": "x", "data_type": "string"}), "parameter_not_found"),
    ] {
        browser.post(&path, body).await.declined(400, code);
    }
    browser.patch(&at("attributes/contact/77"), json!({})).await.with(404);
    browser.patch(&at("attributes/nothing/1"), json!({})).await.with(404);
    let expected = [
        entry("attribute_update", "Ada Lovelace restored the conversation attribute Level."),
        entry("attribute_update", "Ada Lovelace archived the conversation attribute Level."),
    ];
    assert_eq!(log(&browser, 2).await, expected);
}

#[both]
async fn ticket_types_and_states_are_made_and_changed(app: TestApp) {
    let browser = app.browser().await;
    let new = json!({"name": "Bug", "category": "Tracker", "icon": "🐞", "description": "What is broken"});
    let bug = browser.post(&at("ticket_types"), new).await.ok()["ticket_type"].clone();
    assert_eq!((&bug["icon"], bug["attributes"].as_array().unwrap().len()), (&json!("🐞"), 2));
    let path = at(&format!("ticket_types/{}", id(&bug)));
    let attribute = json!({
        "name": "Severity", "description": "", "data_type": "list", "options": ["Low", "High"], "required_to_create": true,
    });
    let with = browser.post(&format!("{path}/attributes"), attribute.clone()).await.ok()["ticket_type"].clone();
    let severity = &with["attributes"][2];
    assert_eq!((&severity["options"], &severity["required_to_create"]), (&json!(["Low", "High"]), &json!(true)));
    browser.post(&format!("{path}/attributes"), attribute).await.declined(400, "parameter_invalid");
    let of_severity = format!("{path}/attributes/{}", id(severity));
    let changed = browser.patch(&of_severity, json!({"options": ["High", "Critical"], "archived": true})).await.ok();
    let changed = &changed["ticket_type"]["attributes"][2];
    assert_eq!((&changed["options"], &changed["archived"]), (&json!(["High", "Critical"]), &json!(true)));
    let title = format!("{path}/attributes/{}", id(&bug["attributes"][0]));
    browser.patch(&title, json!({"archived": true})).await.declined(400, "parameter_invalid");
    assert_eq!(browser.patch(&path, json!({"name": "Defect"})).await.ok()["ticket_type"]["name"], "Defect");
    for body in [json!({"name": ""}), json!({"icon": "bug"}), json!({"category": "x"}), json!({"extra": 1})] {
        browser.patch(&path, body).await.declined(400, "parameter_invalid");
    }
    browser.patch(&at("ticket_types/77"), json!({"name": "x"})).await.declined(404, "not_found");
    browser.post(&at("ticket_types"), json!({})).await.declined(400, "parameter_not_found");

    let states = at("ticket_states");
    let new = json!({
        "category": "in_progress", "internal_label": "Triage", "external_label": "We look at it", "ticket_type_ids": [bug["id"]],
    });
    let triage = browser.post(&states, new.clone()).await.ok()["state"].clone();
    assert_eq!((&triage["ticket_type_ids"], &triage["is_default"]), (&json!([bug["id"]]), &json!(false)));
    assert_eq!(browser.post(&states, new).await.declined(409, "conflict")["error"]["field"], "internal_label");
    let of_triage = format!("{states}/{}", id(&triage));
    let changed = browser.patch(&of_triage, json!({"internal_label": "Triaged", "archived": true})).await.ok();
    assert_eq!((&changed["state"]["internal_label"], &changed["state"]["archived"]), (&json!("Triaged"), &json!(true)));
    for (body, field) in [
        (json!({"category": "resolved"}), "category"),
        (json!({"ticket_type_ids": []}), "ticket_type_ids"),
        (json!({"ticket_type_ids": ["77"]}), "ticket_type_ids"),
        (json!({"external_label": " "}), "external_label"),
    ] {
        let refused = browser.patch(&of_triage, body).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], field);
    }
    let listed = browser.get(&at("ticket_types")).await.ok();
    let default = listed["states"].as_array().unwrap().iter().find(|state| state["is_default"] == true).unwrap();
    let of_default = format!("{states}/{}", id(default));
    browser.patch(&of_default, json!({"archived": true})).await.declined(400, "parameter_invalid");
    assert_eq!(
        browser.patch(&of_default, json!({"external_label": "Here"})).await.ok()["state"]["external_label"],
        "Here"
    );
    let expected = [
        entry(
            "ticket_state_update",
            &format!("Ada Lovelace changed the ticket state {}.", default["internal_label"].as_str().unwrap()),
        ),
        entry("ticket_state_update", "Ada Lovelace archived the ticket state Triaged."),
        entry("ticket_state_creation", "Ada Lovelace created the ticket state Triage."),
        entry("ticket_type_update", "Ada Lovelace changed the ticket type Defect."),
        entry("ticket_type_update", "Ada Lovelace archived the ticket attribute Severity of Bug."),
    ];
    assert_eq!(log(&browser, 5).await, expected);
}

#[both]
async fn types_of_custom_objects_are_made_and_changed(app: TestApp) {
    let browser = app.browser().await;
    let path = at("object_types");
    let new = json!({"identifier": "Order", "description": "What they bought"});
    let made = browser.post(&path, new.clone()).await.ok()["object_type"].clone();
    assert_eq!(
        made,
        json!({"identifier": "Order", "name": "Order", "description": "What they bought", "attributes": []})
    );
    assert_eq!(browser.post(&path, new).await.declined(409, "conflict")["error"]["field"], "identifier");
    for identifier in ["1x", "a b", "Contact", ""] {
        browser.post(&path, json!({"identifier": identifier})).await.declined(400, "parameter_invalid");
    }
    let of_order = format!("{path}/Order");
    let attribute = json!({"name": "state", "data_type": "list", "options": ["sent", "paid"]});
    browser.post(&format!("{of_order}/attributes"), attribute.clone()).await.ok();
    let twice = browser.post(&format!("{of_order}/attributes"), attribute).await.declined(409, "conflict");
    assert_eq!(twice["error"]["field"], "name");
    let buyer =
        json!({"name": "buyer", "data_type": "relation", "to": "contact", "reverse": "orders", "reverse_many": true});
    let with = browser.post(&format!("{of_order}/attributes"), buyer).await.ok()["object_type"].clone();
    let buyer = &with["attributes"][1];
    assert_eq!(
        (&buyer["to"], &buyer["many"], &buyer["reverse_many"]),
        (&json!("contact"), &json!(false), &json!(true))
    );
    for body in [
        json!({"name": "x", "data_type": "dream"}),
        json!({"name": "x", "data_type": "list"}),
        json!({"name": "x", "data_type": "relation"}),
        json!({"name": "", "data_type": "string"}),
    ] {
        assert_eq!(browser.post(&format!("{of_order}/attributes"), body.clone()).await.status, 400, "{body}");
    }
    let changes = json!({"options": ["sent", "paid", "lost"], "archived": true});
    let changed = browser.patch(&format!("{of_order}/attributes/state"), changes).await.ok()["object_type"].clone();
    assert_eq!(
        (&changed["attributes"][0]["options"][2], &changed["attributes"][0]["archived"]),
        (&json!("lost"), &json!(true))
    );
    browser.patch(&format!("{of_order}/attributes/nothing"), json!({})).await.with(404);
    assert_eq!(browser.patch(&of_order, json!({"name": "Orders"})).await.ok()["object_type"]["name"], "Orders");
    browser.patch(&format!("{path}/Nothing"), json!({})).await.with(404);
    app.post("/custom_object_instances/Order", json!({"external_id": "1"})).await.ok();
    browser.delete(&of_order).await.declined(409, "conflict");
    browser.post(&path, json!({"identifier": "Other"})).await.ok();
    browser.delete(&format!("{path}/Other")).await.ok();
    assert_eq!(texts(&browser.get(&path).await.ok(), "identifier"), ["Order"]);
    let expected = [
        entry("object_type_deletion", "Ada Lovelace deleted the object type Other."),
        entry("object_type_creation", "Ada Lovelace created the object type Other."),
    ];
    assert_eq!(log(&browser, 2).await, expected);
}

#[both]
async fn macros_have_rich_text_and_actions(app: TestApp) {
    let browser = app.browser().await;
    app.post("/tags", json!({"name": "VIP"})).await.ok();
    let path = at("macros");
    let new = json!({
        "name": "Thanks",
        "html": "<p>Dear <b>{{user.name|fallback:\"friend\"}}</b><script>x</script></p><ul><li>{{teammate.first_name}}</li></ul>",
        "team_ids": [], "available_on": ["inbox"],
        "actions": [{"type": "tag", "tag": "vip"}, {"type": "note", "body": "Thanked"}, {"type": "snooze", "seconds": 3600}],
    });
    let made = browser.post(&path, new.clone()).await.ok()["macro"].clone();
    let html = "<p>Dear <b>{{user.name|fallback:\"friend\"}}</b></p><ul><li>{{teammate.first_name}}</li></ul>";
    assert_eq!((&made["html"], &made["actions"], &made["for_everyone"]), (&json!(html), &new["actions"], &json!(true)));
    assert_eq!(browser.post(&path, new.clone()).await.declined(409, "conflict")["error"]["field"], "name");

    // It is filled for a contact whose name looks like HTML, and no link or element comes of that.
    let bob = json!({"role": "user", "email": "bob@acme.test", "name": "<b>Bob & {{teammate.name}}"});
    let bob = id(&app.post("/contacts", bob).await.ok());
    let talk = app.post("/conversations", json!({"from": {"type": "user", "id": bob}, "body": "Hi"})).await.ok();
    let talk = talk["conversation_id"].as_str().unwrap();
    let of_macro = format!("/app/v1/macros/{}?conversation={talk}", id(&made));
    let filled = browser.get(&of_macro).await.ok();
    let dear = "<p>Dear <b>&lt;b&gt;Bob &amp; {{teammate.name}}</b></p><ul><li>Ada</li></ul>";
    assert_eq!(filled["html"], dear);
    let public = app.get(&format!("/macros/{}", id(&made))).await.ok();
    assert_eq!(
        public["body"],
        "<p>Dear <b><attribute key=\"user.name\" default=\"friend\"/></b></p><ul><li><attribute key=\"teammate.first_name\"/></li></ul>"
    );
    assert!(public["body_text"].as_str().unwrap().starts_with("Dear {{user.name|fallback:\"friend\"}}"));

    let one = format!("{path}/{}", id(&made));
    let mut changed = new.clone();
    changed["html"] = json!("");
    changed["name"] = json!("Close");
    changed["actions"] = json!([{"type": "close"}]);
    browser.put(&one, changed.clone()).await.ok();
    let shown = browser.get(&one).await.ok()["macro"].clone();
    assert_eq!((&shown["html"], &shown["excerpt"], &shown["actions"]), (&json!(""), &json!(""), &changed["actions"]));
    for (field, value) in [
        ("actions", json!([{"type": "tag", "tag": "nothing"}])),
        ("actions", json!([{"type": "assign_team", "team": "nothing"}])),
        ("actions", json!([{"type": "snooze", "seconds": 0}])),
        ("actions", json!([{"type": "note", "body": " "}])),
        ("team_ids", json!(["77"])),
        ("available_on", json!([])),
        ("name", json!("")),
    ] {
        let mut body = changed.clone();
        body[field] = value;
        assert_eq!(browser.put(&one, body).await.declined(400, "parameter_invalid")["error"]["field"], field);
    }
    let mut nothing = changed.clone();
    nothing["actions"] = json!([]);
    assert_eq!(browser.put(&one, nothing).await.declined(400, "parameter_not_found")["error"]["field"], "html");
    let mut unknown = changed.clone();
    unknown["actions"] = json!([{"type": "dance"}]);
    browser.put(&one, unknown).await.declined(400, "parameter_invalid");
    browser.delete(&one).await.ok();
    browser.get(&one).await.declined(404, "not_found");
    assert_eq!(browser.get(&path).await.ok()["items"], json!([]));
    let expected = [
        entry("macro_deletion", "Ada Lovelace deleted the macro Close."),
        entry("macro_update", "Ada Lovelace changed the macro Close."),
        entry("macro_creation", "Ada Lovelace created the macro Thanks."),
    ];
    assert_eq!(log(&browser, 3).await, expected);
}

#[both]
async fn a_macro_of_braces_is_shown_as_it_is(app: TestApp) {
    let browser = app.browser().await;
    // Each pair of braces might begin a placeholder. The time to find out must not grow with the square of their number.
    let braces = format!("<p>{}</p>", "{{".repeat(49_000));
    let named = |name: &str, html: &str| json!({"name": name, "html": html, "team_ids": [], "available_on": ["inbox"], "actions": []});
    let made = browser.post(&at("macros"), named("Braces", &braces)).await.ok()["macro"].clone();
    assert_eq!(made["html"], json!(braces));
    assert_eq!(browser.get(&format!("/app/v1/macros/{}", id(&made))).await.ok()["html"], json!(braces));
    let many = named("Many", &"{{name}}".repeat(501));
    let refused = browser.post(&at("macros"), many).await.declined(400, "parameter_invalid");
    assert_eq!(refused["error"]["field"], "html");
}

#[both]
async fn a_macro_of_a_team_is_for_its_members(app: TestApp) {
    let browser = app.browser().await;
    let actor = app.actor();
    let team = app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        teams::declare(cx, &serde_json::from_value(json!({"name": "Sales"})).unwrap())?;
        Ok(teams::list(cx)?[0].team.id)
    });
    let team = team.await.to_string();
    let new = json!({
        "name": "Offer", "html": "<p>Ours</p>", "team_ids": [team], "available_on": ["inbox"], "actions": [],
    });
    let made = browser.post(&at("macros"), new).await.ok()["macro"].clone();
    assert_eq!((&made["for_everyone"], &made["team_ids"]), (&json!(false), &json!([team])));
    // Teammates who may change settings see it there, but only members can use it.
    assert_eq!(texts(&browser.get(&at("macros?q=off")).await.ok(), "name"), ["Offer"]);
    browser.get(&format!("/app/v1/macros/{}", id(&made))).await.declined(404, "not_found");
}

#[both]
async fn the_activity_log_is_looked_through(app: TestApp) {
    let browser = app.browser().await;
    let eve = app.teammate("Eve", "eve@acme.test").await;
    let other = Browser::signed_in(&app, &app.workspace_id, eve).await;
    for n in 0..5 {
        app.clock.advance(10);
        let by = if n == 2 { &other } else { &browser };
        by.clone().at("203.0.113.9").post(&at("tags"), json!({"name": format!("t{n}")})).await.ok();
    }
    let first = browser.get(&at("activity?area=data&limit=2")).await.ok();
    assert_eq!(texts(&first, "text"), ["Ada Lovelace created the tag t4.", "Ada Lovelace created the tag t3."]);
    let next =
        browser.get(&at(&format!("activity?area=data&limit=3&after={}", first["next"].as_str().unwrap()))).await.ok();
    assert_eq!((texts(&next, "text").len(), &next["next"]), (3, &Value::Null));
    assert_eq!(texts(&next, "text")[0], "Eve created the tag t2.");
    let hers = browser.get(&at(&format!("activity?admin_id={eve}&area=data"))).await.ok();
    let entry = &hers["items"][0];
    assert_eq!((hers["items"].as_array().unwrap().len(), &entry["email"]), (1, &json!("eve@acme.test")));
    assert_eq!((&entry["ip"], &entry["metadata"]["name"]), (&json!("203.0.113.9"), &json!("t2")));
    let within = browser.get(&at(&format!("activity?area=data&from={}&until={}", NOW + 20, NOW + 30))).await.ok();
    assert_eq!(texts(&within, "text").len(), 2);
    for query in ["area=x", "admin_id=x", "from=x", "limit=0"] {
        browser.get(&at(&format!("activity?{query}"))).await.declined(400, "parameter_invalid");
    }
    browser.get(&at("activity?after=x")).await.declined(400, "client_error");
    let (_, outsider) = app.neighbour().await;
    let neighbour = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    assert_eq!(neighbour.get(&at("activity?area=data")).await.ok()["items"], json!([]));
    assert_eq!(neighbour.get(&at("tags")).await.ok()["items"], json!([]));
}
