//! What instances, contacts, conversations and tickets show of each other.

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::custom_objects::{self, ObjectKind, Objects, Relation};
use deskwire_store::params;
use deskwire_testkit::{Database, TestApp, Value, both, json};

use super::{ORDERS, declare, external_ids, order, shown_ids};
use crate::locks::{Locked, counted, sent};
use crate::support::{id, lead, since, user};

#[both]
async fn contacts_show_the_instances_they_are_linked_to(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let one = order(&client, "one", json!({"order_number": "A", "total_amount": 1.5})).await;
    let two = order(&client, "two", json!({})).await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let ada = user(&app, &format!("ada-{version}@acme.test")).await;
        let path = format!("/contacts/{ada}");
        app.clock.advance(10);
        let linked = client.put(&path, json!({"custom_attributes": {"order": [one["id"], "two"]}})).await.ok();
        assert_eq!(
            linked["custom_attributes"],
            json!({"order": {"type": "Order.list", "instances": [
                {"id": one["id"], "external_id": "one", "external_created_at": null, "external_updated_at": null,
                 "custom_attributes": {"order_number": "A", "total_amount": 1.5}, "type": "Order"},
                {"id": two["id"], "external_id": "two", "external_created_at": null, "external_updated_at": null,
                 "custom_attributes": {}, "type": "Order"},
            ]}}),
            "{version}"
        );
        assert_eq!(linked["updated_at"], client.get(&path).await.ok()["updated_at"]);
        assert_eq!(client.get(&path).await.ok()["custom_attributes"], linked["custom_attributes"]);
        let listed = client.get("/contacts").await.ok();
        assert_eq!(listed["data"][0]["custom_attributes"], linked["custom_attributes"]);
        let query = json!({"query": {"field": "email", "operator": "=", "value": format!("ada-{version}@acme.test")}});
        let searched = client.post("/contacts/search", query).await.ok();
        assert_eq!(searched["data"][0]["custom_attributes"], linked["custom_attributes"]);
        // An order has one customer: linking another contact removes the previous link.
        let unlinked = client.put(&path, json!({"custom_attributes": {"order": two["id"]}})).await.ok();
        assert_eq!(shown_ids(&unlinked, "order"), [id(&two)]);
        assert_eq!(
            client.put(&path, json!({"custom_attributes": {"order": null}})).await.ok()["custom_attributes"],
            json!({})
        );
    }
}

#[both]
async fn relations_agree_on_both_sides(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let (ada, bob) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await);
    let contact = async |id: &str| app.get(&format!("/contacts/{id}")).await.ok();
    let fetch = async |name: &str| app.get(&format!("{ORDERS}/{name}")).await.ok();
    // Set by the instance, by id and by external id, shown by the contact.
    app.clock.advance(10);
    let one = order(&client, "one", json!({"customer": ada, "items": 1})).await;
    assert_eq!(
        one["custom_attributes"],
        json!({"items": 1, "customer": {"type": "contact.list", "contacts": [
        {"type": "contact", "id": ada, "external_id": "ada"}]}})
    );
    assert_eq!(shown_ids(&contact(&ada).await, "order"), [id(&one)]);
    assert_eq!(contact(&ada).await["updated_at"], deskwire_testkit::NOW + 10);
    let two = order(&client, "two", json!({"customer": ["ada"]})).await;
    assert_eq!(shown_ids(&contact(&ada).await, "order"), [id(&one), id(&two)]);
    // Taken over by another contact, the first one loses it.
    app.clock.advance(10);
    client.put(&format!("/contacts/{bob}"), json!({"custom_attributes": {"order": ["one"]}})).await.ok();
    assert_eq!(shown_ids(&contact(&ada).await, "order"), [id(&two)]);
    assert_eq!(contact(&ada).await["updated_at"], deskwire_testkit::NOW + 20);
    assert_eq!(shown_ids(&fetch("one").await, "customer"), std::slice::from_ref(&bob));
    assert_eq!(fetch("one").await["updated_at"], deskwire_testkit::NOW + 20);
    // A parcel is its owner's only one: the next takes its place, on either side.
    let parcel = async |name: &str, attributes: Value| {
        app.post("/custom_object_instances/Parcel", json!({"external_id": name, "custom_attributes": attributes}))
            .await
            .ok()
    };
    let first = parcel("p1", json!({"Owner": ada, "orders": [id(&one), "two"]})).await;
    assert_eq!(shown_ids(&first, "orders"), [id(&one), id(&two)]);
    assert_eq!(first["custom_attributes"]["orders"]["type"], "Order.list");
    assert_eq!(first["custom_attributes"]["orders"]["instances"][0]["custom_attributes"], json!({"items": 1}));
    let second = parcel("p2", json!({"Owner": ada, "orders": "one"})).await;
    assert_eq!(shown_ids(&contact(&ada).await, "parcel"), [id(&second)]);
    assert_eq!(shown_ids(&contact(&ada).await, "order"), [id(&two)]);
    assert_eq!(shown_ids(&app.get("/custom_object_instances/Parcel/p1").await.ok(), "Owner"), Vec::<String>::new());
    assert_eq!(shown_ids(&fetch("one").await, "parcels"), [id(&first), id(&second)]);
    let two = order(&client, "two", json!({"parcels": [id(&second)]})).await;
    assert_eq!(shown_ids(&two, "parcels"), [id(&second)]);
    assert_eq!(shown_ids(&app.get("/custom_object_instances/Parcel/p1").await.ok(), "orders"), [id(&one)]);
    // Orders that relate to orders, one to one.
    let three = order(&client, "three", json!({"replaces": "two"})).await;
    assert_eq!(shown_ids(&three, "replaces"), [id(&two)]);
    assert_eq!(shown_ids(&fetch("two").await, "replaced_by"), [id(&three)]);
    let four = order(&client, "four", json!({"replaces": "two"})).await;
    assert_eq!(shown_ids(&fetch("two").await, "replaced_by"), [id(&four)]);
    assert_eq!(fetch("three").await["custom_attributes"], json!({}));
    // In lists as alone.
    let list = client.get(ORDERS).await.ok();
    for instance in list["data"].as_array().unwrap() {
        assert_eq!(*instance, fetch(instance["external_id"].as_str().unwrap()).await);
    }
}

#[both]
async fn instance_lists_are_filtered_by_reference(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let (ada, bob) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await);
    order(&client, "mine", json!({"customer": ada, "watchers": [ada, bob]})).await;
    order(&client, "watched", json!({"watchers": [ada]})).await;
    order(&client, "other", json!({"customer": bob})).await;
    let of = async |query: String| {
        let list = app.get(&format!("{ORDERS}?{query}")).await.ok();
        let ids: Vec<String> = external_ids(&list).into_iter().map(str::to_owned).collect();
        assert_eq!(list["total_count"], ids.len());
        ids
    };
    assert_eq!(of(format!("references_contact_id={ada}")).await, ["watched", "mine"]);
    assert_eq!(of(format!("references_contact_id={bob}")).await, ["other", "mine"]);
    let list = app.get(&format!("{ORDERS}?references_contact_id={bob}&per_page=1")).await.ok();
    assert!(list["pages"]["next"].as_str().unwrap().contains(&bob), "{list}");
    for anonymous in [
        "references_contact_id=1",
        "references_contact_id=ada",
        "references_conversation_id=123",
        "references_conversation_id=x",
    ] {
        assert_eq!(of(anonymous.to_owned()).await, Vec::<String>::new());
    }
    let parcels = format!("/custom_object_instances/Parcel?references_contact_id={ada}");
    assert_eq!(app.get(&parcels).await.ok()["total_count"], 0);
}

#[both]
async fn unknown_references_are_rejected(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let ada = user(&app, "ada@acme.test").await;
    let deleted = user(&app, "gone@acme.test").await;
    client.post(&format!("/contacts/{deleted}/archive"), json!({})).await.ok();
    let one = order(&client, "one", json!({})).await;
    let parcel = client.post("/custom_object_instances/Parcel", json!({"external_id": "p"})).await.ok();
    let path = format!("/contacts/{ada}");
    let (own, other) = (id(&one), id(&parcel));
    for bad in [
        json!(["nope"]),
        json!([own, own]),
        json!([own, "one"]),
        json!([other]),
        json!([own, "123456"]),
        json!({"id": own}),
        json!([true]),
        json!([[own]]),
    ] {
        let answer = client.put(&path, json!({"name": "X", "custom_attributes": {"order": bad}})).await;
        assert_eq!(answer.refused(422, "data_invalid"), "Invalid or duplicated record reference", "{bad}");
        let new = json!({"role": "lead", "custom_attributes": {"order": bad}});
        client.post("/contacts", new).await.refused(422, "data_invalid");
        let answer = client.post(ORDERS, json!({"external_id": "new", "custom_attributes": {"replaces": bad}})).await;
        assert!([400, 422].contains(&answer.status), "{}", answer.body);
    }
    for bad in [json!("nobody"), json!([deleted]), json!({"id": ada}), json!(["gone"])] {
        let answer = client
            .post(ORDERS, json!({"external_id": "one", "custom_attributes": {"customer": bad, "items": 1}}))
            .await;
        assert_eq!(answer.refused(400, "data_invalid"), "Contact not found or could not be created", "{bad}");
    }
    let two = json!({"external_id": "one", "custom_attributes": {"customer": [ada, "ada2"]}});
    assert_eq!(
        client.post(ORDERS, two).await.refused(400, "parameter_invalid"),
        "Custom attribute 'customer' refers to one record only"
    );
    let many: Vec<String> = (0..1_001).map(|n| n.to_string()).collect();
    let answer = client.put(&path, json!({"custom_attributes": {"order": many}})).await;
    assert_eq!(
        answer.refused(400, "parameter_invalid"),
        "Custom attribute 'order' can be given at most 1000 references at once"
    );
    let answer = client.put(&path, json!({"custom_attributes": {"orders": ["one"]}})).await;
    assert_eq!(answer.refused(400, "parameter_invalid"), "Custom attribute 'orders' does not exist");
    // Nothing of any of these was done.
    assert_eq!(client.get(&path).await.ok()["name"], Value::Null);
    assert_eq!(client.get(ORDERS).await.ok()["total_count"], 1);
    assert_eq!(client.get(&format!("{ORDERS}/one")).await.ok(), one);
    assert_eq!(client.get("/contacts").await.ok()["total_count"], 1);
}

#[both]
async fn deleting_objects_removes_their_links(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let (ada, bob) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await);
    let one = order(&client, "one", json!({"customer": ada, "watchers": [ada, bob]})).await;
    order(&client, "two", json!({"customer": ada, "replaces": "one"})).await;
    app.clock.advance(10);
    client.delete(&format!("{ORDERS}/{}", id(&one))).await.ok();
    let contact = client.get(&format!("/contacts/{ada}")).await.ok();
    assert_eq!(contact["custom_attributes"]["order"]["instances"].as_array().unwrap().len(), 1);
    assert_eq!(contact["updated_at"], deskwire_testkit::NOW + 10);
    assert_eq!(client.get(&format!("{ORDERS}/two")).await.ok()["custom_attributes"].as_object().unwrap().len(), 1);
    client.delete(&format!("/contacts/{ada}")).await.ok();
    assert_eq!(client.get(&format!("{ORDERS}/two")).await.ok()["custom_attributes"], json!({}));
    let left = app
        .write(|tx| Ok(tx.query_one("SELECT count(*) FROM custom_object_links", &[], |row| row.get::<i64>(0))?))
        .await;
    assert_eq!(left, 0);
}

#[both]
async fn merging_moves_links(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let (ada, lee) = (user(&app, "lead@acme.test").await, lead(&app).await);
    let parcel = |owner: &str, name: &str| json!({"external_id": name, "custom_attributes": {"Owner": owner}});
    order(&client, "hers", json!({"customer": ada, "watchers": [ada, lee]})).await;
    order(&client, "his", json!({"customer": lee})).await;
    client.post("/custom_object_instances/Parcel", parcel(&ada, "hers")).await.ok();
    client.post("/custom_object_instances/Parcel", parcel(&lee, "his")).await.ok();
    let merged = client.post("/contacts/merge", json!({"from": lee, "into": ada})).await.ok();
    assert_eq!(shown_ids(&merged, "order").len(), 2);
    assert_eq!(merged["custom_attributes"]["parcel"]["instances"][0]["external_id"], "hers");
    assert_eq!(shown_ids(&merged, "parcel").len(), 1);
    assert_eq!(client.get(&format!("/contacts/{ada}")).await.ok(), merged);
    assert_eq!(shown_ids(&client.get(&format!("{ORDERS}/hers")).await.ok(), "watchers"), std::slice::from_ref(&ada));
    assert_eq!(shown_ids(&client.get(&format!("{ORDERS}/his")).await.ok(), "customer"), [ada]);
}

#[both]
async fn another_workspace_has_types_instances_and_contacts_of_its_own(app: TestApp) {
    declare(&app).await;
    let other = app.other_workspace().await;
    let one = order(&app.client(), "one", json!({"customer": user(&app, "ada@acme.test").await})).await;
    let path = format!("{ORDERS}/{}", id(&one));
    for answer in
        [other.get(&path).await, other.delete(&path).await, other.post(ORDERS, json!({"external_id": "one"})).await]
    {
        assert_eq!(answer.refused(404, "not_found"), "Custom object type `Order` not found");
    }
    let eve = other.post("/contacts", json!({"email": "eve@acme.test"})).await.ok();
    let theirs = format!("/contacts/{}", id(&eve));
    other.put(&theirs, json!({"custom_attributes": {"order": [id(&one)]}})).await.refused(400, "parameter_invalid");
    app.post(ORDERS, json!({"external_id": "one", "custom_attributes": {"customer": eve["id"]}}))
        .await
        .refused(400, "data_invalid");
    assert_eq!(app.get(&path).await.ok(), one);
}

#[both]
async fn contacts_are_linked_on_creation(app: TestApp) {
    declare(&app).await;
    let client = app.client();
    let mut people = Vec::new();
    for n in 0..4 {
        people.push(user(&app, &format!("p{n}@acme.test")).await);
        order(&client, &format!("o{n}"), json!({})).await;
    }
    let writes = (0..16).map(|n| {
        let (client, person, other) = (app.client(), people[n % 4].clone(), people[(n / 4) % 4].clone());
        tokio::spawn(async move {
            if n % 2 == 0 {
                client
                    .put(&format!("/contacts/{person}"), json!({"custom_attributes": {"order": ["o0", "o1", "o2"]}}))
                    .await
                    .ok();
            } else {
                order(&client, &format!("o{}", n % 3), json!({"customer": other, "watchers": [person]})).await;
            }
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap();
    }
    // However they came, each order has one customer, and both sides say the same.
    for n in 0..4 {
        let order = client.get(&format!("{ORDERS}/o{n}")).await.ok();
        let customers = shown_ids(&order, "customer");
        assert!(customers.len() <= 1, "{order}");
        for person in &people {
            let contact = client.get(&format!("/contacts/{person}")).await.ok();
            assert_eq!(shown_ids(&contact, "order").contains(&id(&order)), customers.contains(person));
        }
    }
}

#[both]
async fn relation_names_do_not_collide_with_attributes(app: TestApp) {
    declare(&app).await;
    let attribute = json!({"name": "order", "model": "contact", "data_type": "string"});
    let words = app.post("/data_attributes", attribute).await.refused(400, "parameter_invalid");
    assert_eq!(words, "Contacts show custom objects as 'order': use a different name.");
    app.post("/data_attributes", json!({"name": "gift", "model": "contact", "data_type": "string"})).await.ok();
    let actor = app.actor();
    let refused = app.write(move |tx| {
        let gift = json!({"identifier": "Gift", "attributes": [{"name": "to", "data_type": "relation", "to": "contact", "reverse": "gift"}]});
        Ok(custom_objects::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(gift).unwrap()).unwrap_err().message)
    });
    assert_eq!(refused.await, "the attribute \"to\" has the reverse \"gift\", which is taken");
}

/// A conversation that a contact began, and whether it is a ticket: its id.
async fn conversation(app: &TestApp, contact: &str, is_ticket: bool) -> i64 {
    let from = json!({"type": "user", "id": contact});
    let made = app.post("/conversations", json!({"from": from, "body": "Hello"})).await.ok();
    let id: i64 = made["conversation_id"].as_str().unwrap().parse().unwrap();
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let values = [is_ticket.into(), (&*workspace).into(), id.into()];
        Ok(tx.execute("UPDATE conversations SET is_ticket = $1 WHERE workspace_id = $2 AND id = $3", &values)?)
    })
    .await;
    id
}

/// The external ids that a conversation or ticket shows, by the names of its relations.
async fn linked(app: &TestApp, kind: ObjectKind, id: i64) -> Vec<(Option<String>, Vec<String>)> {
    let actor = app.actor();
    let found = app.write(move |tx| custom_objects::linked_many(&mut Cx::new(tx, &actor), kind, &[id, 1])).await;
    let related = found.get(&id).into_iter().flatten();
    let names = related.map(|r| match &r.objects {
        Objects::Instances(of, list) => {
            assert_eq!(of, "Nothing");
            (r.name.clone(), list.iter().map(|i| i.external_id.clone()).collect())
        }
        other => panic!("{other:?}"),
    });
    names.collect()
}

/// Links a conversation or ticket to instances; returns the error message, or whether the relation exists.
async fn link(app: &TestApp, kind: ObjectKind, id: i64, name: &'static str, values: Value) -> Result<bool, String> {
    let actor = app.actor();
    let done = app.db().write(move |tx| custom_objects::link(&mut Cx::new(tx, &actor), kind, id, name, &values)).await;
    done.map_err(|e| e.message.into_owned())
}

#[both]
async fn conversations_and_tickets_are_linked_like_contacts(app: TestApp) {
    declare(&app).await;
    let things = "/custom_object_instances/Nothing";
    let ada = user(&app, "ada@acme.test").await;
    let (talk, ticket) = (conversation(&app, &ada, false).await, conversation(&app, &ada, true).await);
    for name in ["a", "b"] {
        app.post(things, json!({"external_id": name})).await.ok();
    }
    assert_eq!(linked(&app, ObjectKind::Conversation, talk).await, []);
    assert_eq!(link(&app, ObjectKind::Conversation, talk, "things", json!(["a", "b"])).await, Ok(true));
    assert_eq!(link(&app, ObjectKind::Conversation, talk, "thing", json!(["a"])).await, Ok(false));
    let both = || ["a", "b"].map(str::to_owned).to_vec();
    assert_eq!(linked(&app, ObjectKind::Conversation, talk).await, [(Some("things".to_owned()), both())]);
    let linked_unknown = link(&app, ObjectKind::Conversation, talk, "things", json!(["nope"])).await;
    assert_eq!(linked_unknown, Err("Invalid or duplicated record reference".to_owned()));

    // A thing has one ticket and a ticket one thing.
    assert_eq!(link(&app, ObjectKind::Ticket, ticket, "thing", json!("a")).await, Ok(true));
    let b = app.post(things, json!({"external_id": "b", "custom_attributes": {"asked": ticket}})).await.ok();
    assert_eq!(shown_ids(&b, "asked"), [ticket.to_string()]);
    assert_eq!(b["custom_attributes"]["asked"]["type"], "ticket.list");
    assert_eq!(shown_ids(&b, "said"), [talk.to_string()]);
    assert_eq!(linked(&app, ObjectKind::Ticket, ticket).await, [(Some("thing".to_owned()), vec!["b".to_owned()])]);
    let reader = app.scoped("read_custom_objects").await;
    assert_eq!(shown_ids(&reader.get(&format!("{things}/b")).await.ok(), "asked"), Vec::<String>::new());

    for (id, found) in [(talk, vec!["b", "a"]), (ticket, vec!["b"]), (7, vec![])] {
        let list = app.get(&format!("{things}?references_conversation_id={id}")).await.ok();
        assert_eq!(external_ids(&list), found);
    }
    for (name, bad) in [("said", json!([7])), ("asked", json!(talk)), ("asked", json!("x"))] {
        let answer = app.post(things, json!({"external_id": "c", "custom_attributes": {name: bad}})).await;
        answer.refused(422, "data_invalid");
    }

    // An attribute of conversations that is not declared by the type.
    let actor = app.actor();
    let count = app.write(move |tx| {
        let of = custom_objects::find_type(&mut Cx::new(tx, &actor), "Nothing")?;
        let relation = Relation::of_attribute(ObjectKind::Conversation, 4_711, "Thing", &of, false);
        custom_objects::write(&mut Cx::new(tx, &actor), ObjectKind::Conversation, talk, &[(relation, json!(["b"]))])
    });
    assert_eq!(count.await, 3);
    let shown = linked(&app, ObjectKind::Conversation, talk).await;
    assert!(shown.contains(&(None, vec!["b".to_owned()])) && shown.len() == 2, "{shown:?}");

    // A ticket shows what it showed as a conversation.
    assert_eq!(linked(&app, ObjectKind::Ticket, talk).await, shown);
    assert_eq!(link(&app, ObjectKind::Ticket, ticket, "things", json!(["a"])).await, Ok(true));
    let names: Vec<_> = linked(&app, ObjectKind::Ticket, ticket).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 2, "{names:?}");

    let (other, actor) = (conversation(&app, &ada, false).await, app.actor());
    app.write(move |tx| custom_objects::move_links(&mut Cx::new(tx, &actor), ObjectKind::Conversation, talk, other))
        .await;
    assert_eq!(linked(&app, ObjectKind::Conversation, talk).await, []);
    assert_eq!(linked(&app, ObjectKind::Conversation, other).await, shown);
    let actor = app.actor();
    app.write(move |tx| custom_objects::forget(&mut Cx::new(tx, &actor), ObjectKind::Conversation, other)).await;
    assert_eq!(linked(&app, ObjectKind::Conversation, other).await, []);
}

#[both]
async fn relation_values_can_be_sent_back_unchanged(app: TestApp) {
    declare(&app).await;
    let ada = user(&app, "ada@acme.test").await;
    let one = order(&app.client(), "one", json!({"customer": ada, "order_number": "A"})).await;
    let contact = format!("/contacts/{ada}");
    for version in ["2.7", "2.11", "2.16", "Unstable"] {
        let client = app.version(version);
        let fetched = client.get(&contact).await.ok();
        assert_eq!(client.put(&contact, fetched.clone()).await.ok(), fetched, "{version}");
    }
    assert_eq!(app.post(ORDERS, one.clone()).await.ok()["custom_attributes"], one["custom_attributes"]);
    let bad = json!({"custom_attributes": {"order": {"instances": []}}});
    app.put(&contact, bad).await.refused(422, "data_invalid");
}

#[both]
async fn answers_are_limited_in_bytes(app: TestApp) {
    const ROWS: i64 = 45;
    declare(&app).await;
    let ada = user(&app, "ada@acme.test").await;
    let first = order(&app.client(), "first", json!({"customer": ada})).await;
    let (workspace, first) = (app.workspace_id.clone(), id(&first).parse::<i64>().unwrap());
    app.write(move |tx| {
        let values = json!({"order_number": "x".repeat(400_000)}).to_string();
        for n in 1..=ROWS {
            let id = tx.mint::<i64>();
            let sql = "INSERT INTO custom_object_instances (workspace_id, id, type_id, external_id, custom_attributes, created_at, updated_at) \
                       SELECT workspace_id, $1, type_id, $2, $3, created_at, updated_at FROM custom_object_instances WHERE workspace_id = $4 AND id = $5";
            tx.execute(sql, params![id, &format!("row {n}"), &values, &workspace, first])?;
            let sql = "INSERT INTO custom_object_links (workspace_id, object_kind, object_id, attribute_id, instance_id) \
                       SELECT workspace_id, object_kind, object_id, attribute_id, $1 FROM custom_object_links WHERE workspace_id = $2 AND instance_id = $3";
            tx.execute(sql, params![id, &workspace, first])?;
        }
        Ok(())
    })
    .await;
    let words = app.get(&format!("{ORDERS}?per_page=150")).await.refused(422, "parameter_invalid");
    assert!(words.contains("fewer"), "{words}");
    let few = app.get(&format!("{ORDERS}?per_page=5")).await.ok();
    assert_eq!((few["data"].as_array().unwrap().len(), &few["total_count"]), (5, &json!(ROWS + 1)));
    // What others show of them is cut.
    let contact = app.get(&format!("/contacts/{ada}")).await;
    assert!(contact.size < 20 << 20, "{} bytes", contact.size);
    let shown = shown_ids(&contact.ok(), "order").len();
    assert!((30..45).contains(&shown), "{shown} are shown");
}

/// The merge has added the link of the user and waits to remove the lead's when the order is deleted.
#[tokio::test]
async fn an_order_that_is_deleted_beside_a_merge_leaves_no_links_on_postgres() {
    let app = TestApp::start(Database::Postgres).await;
    declare(&app).await;
    let (lead, user) = (lead(&app).await, user(&app, "ada@acme.test").await);
    let order = id(&order(&app.client(), "one", json!({"customer": lead})).await);
    let locked = Locked::rows(&app, "custom_object_links", "object_kind = 'contact'").await;
    let body = json!({"from": lead, "into": user, "skip_duplicate_validation": true});
    let merge = sent(&app, "POST", "/contacts/merge", Some(body));
    locked.awaited_by(&app, 1).await;
    let deletion = sent(&app, "DELETE", &format!("{ORDERS}/{order}"), None);
    locked.awaited_by(&app, 2).await;
    locked.release();
    assert_eq!([merge.await.unwrap().status, deletion.await.unwrap().status], [200, 200]);
    assert_eq!(counted(&app, "SELECT count(*) FROM custom_object_links WHERE workspace_id = $1").await, 0);
    assert_eq!(counted(&app, "SELECT count(*) FROM contacts WHERE workspace_id = $1 AND object_count <> 0").await, 0);
}
