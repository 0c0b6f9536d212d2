//! `/ticket_states`

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::ticket_states::{self, Declared};
use deskwire_domain::ticket_types;
use deskwire_testkit::{TestApp, Value, both, json};

use crate::support::since;

fn from_json<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// Two types and a state of the first alone.
async fn declare_states(app: &TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        for name in ["Bug", "Refund"] {
            ticket_types::declare(&mut Cx::new(tx, &actor), &from_json(json!({"name": name})))?;
        }
        let state: Declared = from_json(json!({"category": "in_progress", "internal_label": "With engineering",
            "external_label": "In work", "ticket_types": ["Bug"]}));
        assert!(ticket_states::declare(&mut Cx::new(tx, &actor), &state)?);
        assert!(!ticket_states::declare(&mut Cx::new(tx, &actor), &state)?);
        Ok(())
    })
    .await;
}

/// The error message of declaring a state.
async fn refused(app: &TestApp, value: Value) -> String {
    let actor = app.actor();
    app.write(move |tx| {
        let refused = ticket_states::declare(&mut Cx::new(tx, &actor), &from_json(value.clone())).unwrap_err();
        Ok(refused.message.into_owned())
    })
    .await
}

#[both]
async fn workspaces_have_four_states_and_their_own(app: TestApp) {
    declare_states(&app).await;
    let list = app.get("/ticket_states").await.ok();
    assert_eq!(list["type"], "list");
    let states = list["data"].as_array().unwrap();
    let labels: Vec<_> = states
        .iter()
        .map(|s| ["category", "internal_label", "external_label"].map(|k| s[k].as_str().unwrap()))
        .collect();
    assert_eq!(
        labels,
        [
            ["submitted", "Submitted", "Submitted"],
            ["in_progress", "In progress", "In progress"],
            ["in_progress", "With engineering", "In work"],
            ["waiting_on_customer", "Waiting on customer", "Waiting on you"],
            ["resolved", "Resolved", "Resolved"],
        ]
    );
    let types = |state: &Value| {
        state["ticket_types"]["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (types(&states[0]), types(&states[2])),
        (vec!["Bug".to_owned(), "Refund".to_owned()], vec!["Bug".to_owned()])
    );
    let bug = &states[2]["ticket_types"]["data"][0];
    assert_eq!(
        states[2],
        json!({
            "type": "ticket_state", "id": states[2]["id"], "category": "in_progress", "internal_label": "With engineering",
            "external_label": "In work", "archived": false, "ticket_types": {"type": "list", "data": [{
                "type": "ticket_type", "id": bug["id"], "name": "Bug", "description": "", "icon": "🎟️", "archived": false,
                "is_internal": false, "category": "Customer",
            }]},
        })
    );
    let of = |all: &Value, at: usize| all["data"][at]["ticket_states"]["data"].as_array().unwrap().len();
    let types = app.get("/ticket_types").await.ok();
    assert_eq!((of(&types, 0), of(&types, 1)), (5, 4));
    let other = app.other_workspace().await.get("/ticket_states").await.ok();
    assert_eq!(other["data"].as_array().unwrap().len(), 4);
    assert_ne!(other["data"][0]["id"], states[0]["id"]);
}

#[both]
async fn a_state_is_changed_and_archived(app: TestApp) {
    declare_states(&app).await;
    let actor = app.actor();
    app.write(move |tx| {
        let state = |value: Value| from_json::<Declared>(value);
        let both = json!({"category": "in_progress", "internal_label": "With engineering", "external_label": "Soon", "ticket_types": ["Refund", "Bug", "Bug"]});
        assert!(ticket_states::declare(&mut Cx::new(tx, &actor), &state(both.clone()))?);
        assert!(!ticket_states::declare(&mut Cx::new(tx, &actor), &state(both))?);
        // The labels that contacts see may differ for the states that every workspace has, too.
        assert!(ticket_states::declare(&mut Cx::new(tx, &actor), &state(json!({"category": "submitted", "internal_label": "Submitted", "external_label": "Received"})))?);
        Ok(())
    }).await;
    let states = app.get("/ticket_states").await.ok();
    assert_eq!(
        (&states["data"][0]["external_label"], &states["data"][2]["external_label"]),
        (&json!("Received"), &json!("Soon"))
    );
    assert_eq!(states["data"][2]["ticket_types"]["data"].as_array().unwrap().len(), 2);
    let actor = app.actor();
    app.write(move |tx| {
        let deleted = ticket_states::prune(&mut Cx::new(tx, &actor), &[])?;
        let names: Vec<&str> = deleted.iter().map(|state| state.name.as_str()).collect();
        assert_eq!(names, ["With engineering"]);
        assert!(ticket_states::prune(&mut Cx::new(tx, &actor), &[])?.is_empty());
        Ok(())
    })
    .await;
    assert_eq!(app.get("/ticket_states").await.ok()["data"][2]["archived"], true);
    // No ticket comes into it any more, so no type lists it.
    assert_eq!(app.get("/ticket_types").await.ok()["data"][0]["ticket_states"]["data"].as_array().unwrap().len(), 4);
}

#[both]
async fn invalid_declared_states_are_rejected(app: TestApp) {
    declare_states(&app).await;
    let state = |category: &str, label: &str, types: Value| json!({"category": category, "internal_label": label, "external_label": "x", "ticket_types": types});
    assert_eq!(
        refused(&app, state("done", "x", json!(["Bug"]))).await,
        "category must be one of submitted, in_progress, waiting_on_customer or resolved"
    );
    assert_eq!(refused(&app, state("resolved", "x", json!(["Nothing"]))).await, "There is no ticket type 'Nothing'");
    assert_eq!(refused(&app, state("resolved", "x", json!([]))).await, "A ticket state must have ticket_types");
    assert_eq!(
        refused(&app, state("in_progress", "With engineering", json!([]))).await,
        "A ticket state must have ticket_types"
    );
    assert_eq!(
        refused(&app, state("resolved", "With engineering", json!(["Bug"]))).await,
        "The ticket state 'With engineering' is of category in_progress, which cannot change"
    );
    assert_eq!(refused(&app, state("resolved", " ", json!(["Bug"]))).await, "internal_label must not be empty");
    let every = "The states that every workspace has are of every ticket type, and are not archived";
    assert_eq!(refused(&app, state("resolved", "Resolved", json!(["Bug"]))).await, every);
    let archived =
        json!({"category": "resolved", "internal_label": "Resolved", "external_label": "Resolved", "archived": true});
    assert_eq!(refused(&app, archived).await, every);
}

#[both]
async fn every_version_that_has_states(app: TestApp) {
    declare_states(&app).await;
    for version in since(Version::V2_12) {
        assert_eq!(app.version(version).get("/ticket_states").await.ok()["data"].as_array().unwrap().len(), 5);
    }
    app.scoped("read_tickets").await.get("/ticket_states").await.ok();
}
