//! `/fin/procedures/{procedure_id}/run` and `/procedures/{conversation_id}/collect_agent_input`.

use deskwire_domain::Cx;
use deskwire_domain::fin::{Declared, procedures};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use super::{conversation, declare, events, outline, reply, webhook};
use crate::support::id;

/// Declares a procedure: its id.
pub(super) async fn procedure(app: &TestApp, declared: Value) -> String {
    let (actor, name) = (app.actor(), declared["name"].clone());
    app.write(move |tx| {
        let declared: procedures::Declared = serde_json::from_value(declared.clone()).unwrap();
        procedures::declare(&mut Cx::new(tx, &actor), &declared)
    })
    .await;
    let workspace = app.workspace_id.clone();
    let found: i64 = app
        .write(move |tx| {
            let sql = "SELECT id FROM fin_procedures WHERE workspace_id = $1 AND name = $2";
            Ok(tx.query_one(sql, &[(&*workspace).into(), name.as_str().unwrap().into()], |row| row.get(0))?)
        })
        .await;
    found.to_string()
}

fn refund() -> Value {
    json!({"name": "Refund", "description": "Refunds an order.", "state": "live", "api_trigger": true, "steps": [
        {"kind": "ask", "instructions": "Which order?", "save_as": "order"},
        {"kind": "say", "instructions": "I ask about {order}."},
        {"kind": "ask_human", "instructions": "Refund {order}?", "expires_minutes": 60, "priority": true, "attributes": [
            {"name": "approved", "label": "Approved", "data_type": "boolean"},
            {"name": "reason", "data_type": "list", "options": ["Late", "Broken"]}]},
        {"kind": "say", "instructions": "It is refunded: {reason}.", "when": {"name": "approved", "is": true}},
        {"kind": "hand_over", "instructions": "It cannot be refunded.", "when": {"name": "approved", "is": false}}]})
}

fn run(id: &str) -> Value {
    json!({"conversation_id": id, "user": {"id": "u1", "name": "Grace"},
        "message": {"author": "agent", "body": "Starting your refund."}})
}

/// Runs the procedure up to its question to teammates: the notification.
async fn ask_teammate(app: &TestApp, procedure: &str, id: &str) -> Value {
    let hooks = app.webhooks("read_conversations", "Unstable", &["procedure.hitl_notification.created"]).await;
    app.post(&format!("/fin/procedures/{procedure}/run"), run(id)).await.ok();
    app.run_jobs().await;
    app.post("/fin/reply", reply(id, "A7", "2026-03-01T12:00:00Z")).await.ok();
    app.run_jobs().await;
    let received = hooks.sink.received();
    let notification_request = received.iter().rev().find(|request| request.method == "POST").unwrap();
    notification_request.json()["data"]["item"].clone()
}

fn path(notification: &Value) -> String {
    format!("/procedures/{}/collect_agent_input", notification["conversation_id"].as_str().unwrap())
}

fn values(notification: &Value, approved: impl Into<Value>, reason: impl Into<Value>) -> Value {
    json!({"step_id": notification["step_id"], "attribute_values": [
        {"identifier": "workflow_local_variables.approved", "value": approved.into()},
        {"identifier": "workflow_local_variables.reason", "value": reason.into()}]})
}

#[both]
async fn a_procedure_asks_the_user_and_a_teammate(app: TestApp) {
    let sink = webhook(&app, Declared::default()).await;
    let procedure = procedure(&app, refund()).await;
    let started = app.post(&format!("/fin/procedures/{procedure}/run"), run("ext-1")).await.ok();
    assert_eq!((&started["procedure_id"], &started["status"]), (&json!(procedure), &json!("thinking")));
    app.run_jobs().await;
    assert_eq!(outline(&sink), ["fin_replied replying", "fin_status_updated awaiting_user_reply"]);
    assert_eq!(events(&sink)[0]["message"]["body"], "<p>Which order?</p>");
    let notification = ask_teammate(&app, &procedure, "ext-2").await;
    let talk = notification["conversation_id"].as_str().unwrap();
    assert_eq!(
        notification,
        json!({"type": "procedure.hitl_notification", "app_id": app.workspace_id, "conversation_id": talk,
            "step_id": notification["step_id"], "procedure_name": "Refund", "hitl_question": "Refund A7?",
            "attributes_to_collect": [
                {"type": "data_attribute", "identifier": "workflow_local_variables.approved", "name": "approved",
                    "label": "Approved", "data_type": "boolean"},
                {"type": "data_attribute", "identifier": "workflow_local_variables.reason", "name": "reason",
                    "label": "reason", "data_type": "list",
                    "options": [{"id": "Late", "label": "Late"}, {"id": "Broken", "label": "Broken"}]}],
            "callback_url": path(&notification), "expires_at": NOW + 3600, "priority": "priority", "assign_to": null,
            "conversation_url": format!("/conversations/{talk}"),
            "recent_messages": [{"author": {"type": "bot"}, "body": "Starting your refund."},
                {"author": {"type": "bot"}, "body": "Which order?"}, {"author": {"type": "user"}, "body": "A7"},
                {"author": {"type": "bot"}, "body": "I ask about A7."}]})
    );
    app.post("/fin/reply", reply("ext-2", "Are you there?", "2026-03-01T12:00:02Z")).await.ok();
    app.run_jobs().await;
    assert_eq!(events(&sink).last().unwrap()["message"]["body"], "<p>A teammate is looking into this.</p>");
    let path = path(&notification);
    let collect = |body: Value| app.post(&path, body);
    for (body, code, why) in [
        (json!({"attribute_values": []}), "parameter_not_found", "step_id is required"),
        (json!({"step_id": notification["step_id"]}), "parameter_not_found", "attribute_values is required"),
        (
            values(&notification, json!("yes"), json!("Late")),
            "parameter_invalid",
            "the value of workflow_local_variables.approved is not valid",
        ),
        (
            values(&notification, json!(true), json!("Lost")),
            "parameter_invalid",
            "the value of workflow_local_variables.reason is not valid",
        ),
        (
            json!({"step_id": notification["step_id"], "attribute_values": [{"identifier": "x", "value": 1}]}),
            "parameter_invalid",
            "there is no attribute x to collect",
        ),
        (
            json!({"step_id": notification["step_id"], "attribute_values": []}),
            "parameter_invalid",
            "a value of workflow_local_variables.approved is required",
        ),
        (
            json!({"step_id": notification["step_id"], "attribute_values": [1]}),
            "parameter_invalid",
            "attribute_values must be an array of objects with identifier and value",
        ),
    ] {
        assert_eq!(collect(body).await.refused(400, code), why);
    }
    let other = json!({"step_id": "00000000-0000-4000-8000-000000000000", "attribute_values": []});
    assert_eq!(collect(other).await.refused(404, "not_found"), "Resource Not Found");
    assert_eq!(collect(values(&notification, json!(true), json!("Late"))).await.ok(), json!({}));
    let again = collect(values(&notification, json!(true), json!("Late"))).await;
    assert_eq!(again.refused(409, "conflict"), "This HITL request has already been fulfilled");
    app.run_jobs().await;
    let event_outline = outline(&sink);
    assert_eq!(
        event_outline[event_outline.len() - 3..],
        ["fin_replied replying", "fin_status_updated resolved", "fin_status_updated complete"]
    );
    assert_eq!(events(&sink)[event_outline.len() - 3]["message"]["body"], "<p>It is refunded: Late.</p>");
    let done = app.get(&format!("/conversations/{talk}")).await.ok();
    assert_eq!(done["state"], "closed");
    let notes = done["conversation_parts"]["conversation_parts"].as_array().unwrap();
    let notes: Vec<&str> =
        notes.iter().filter(|p| p["part_type"] == "note").map(|p| p["body"].as_str().unwrap()).collect();
    assert_eq!(notes, ["<p>Refund asks: Refund A7?</p>", "<p>approved: true<br>reason: \"Late\"</p>"]);
}

#[both]
async fn a_refusal_and_silence_hand_over(app: TestApp) {
    let sink = webhook(&app, Declared::default()).await;
    let procedure = procedure(&app, refund()).await;
    let refused = ask_teammate(&app, &procedure, "ext-1").await;
    app.post(&path(&refused), values(&refused, json!(false), json!("Late"))).await.ok();
    app.run_jobs().await;
    let event_outline = outline(&sink);
    assert_eq!(
        event_outline[event_outline.len() - 3..],
        ["fin_replied replying", "fin_status_updated escalated", "fin_status_updated complete"]
    );
    assert_eq!(conversation(&app).await["ai_agent"]["resolution_state"], "procedure_handoff");
    let late = ask_teammate(&app, &procedure, "ext-2").await;
    app.clock.advance(3600);
    let answer = app.post(&path(&late), values(&late, json!(true), json!("Late"))).await;
    assert_eq!(answer.refused(404, "not_found"), "This HITL request has expired");
    app.run_jobs().await;
    assert_eq!(events(&sink).iter().filter(|event| event["status"] == "escalated").count(), 2);
    let answer = app.post(&path(&late), values(&late, json!(true), json!("Late"))).await;
    assert_eq!(answer.refused(404, "not_found"), "This HITL request has expired");
    app.run_jobs().await;
    // A procedure whose session was handed over meanwhile does not continue.
    let third = ask_teammate(&app, &procedure, "ext-3").await;
    app.post("/fin/escalate", json!({"conversation_id": "ext-3"})).await.ok();
    app.post(&path(&third), values(&third, json!(true), json!("Late"))).await.refused(404, "not_found");
    let other = app.other_workspace().await;
    other.post(&path(&third), values(&third, json!(true), json!("Late"))).await.refused(404, "not_found");
    declare(&app, Declared { procedures_hitl: Some(false), ..Declared::default() }).await;
    let answer = app.post(&path(&third), values(&third, json!(true), json!("Late"))).await;
    assert_eq!(answer.refused(403, "forbidden"), "Procedures HITL API is not enabled for your app.");
}

#[both]
async fn only_live_procedures_with_a_trigger_run(app: TestApp) {
    let say = json!([{"kind": "say", "instructions": "Hi"}]);
    let draft = procedure(&app, json!({"name": "Draft", "steps": say, "api_trigger": true})).await;
    let silent = procedure(&app, json!({"name": "Silent", "steps": say, "state": "live"})).await;
    let live = procedure(
        &app,
        json!({"name": "Live", "description": "Says hi.", "steps": say, "state": "live", "api_trigger": true}),
    )
    .await;
    for (id, why) in [
        ("123456789", "Procedure not found"),
        ("x", "Procedure not found"),
        (draft.as_str(), "Procedure is not live"),
        (silent.as_str(), "Procedure does not have an API trigger"),
    ] {
        let answer = app.post(&format!("/fin/procedures/{id}/run"), run("ext-1")).await;
        assert_eq!(answer.refused(400, "parameter_invalid"), why);
    }
    let path = format!("/fin/procedures/{live}/run");
    let listed = app.post("/fin/capabilities", json!({"user": {"id": "u1"}})).await.ok();
    assert_eq!(
        listed["capabilities"][0],
        json!({"type": "procedure", "id": live, "name": "Live", "description": "Says hi.", "endpoint": path, "method": "POST"})
    );
    assert_eq!(listed["capabilities"].as_array().unwrap().len(), 4);
    app.post(&path, json!({"conversation_id": "ext-1", "user": {"id": "u1"}})).await.ok();
    let why = app.post(&path, run("ext-1")).await.refused(400, "parameter_invalid");
    assert_eq!(
        why,
        "Fin session already exists for this conversation. Please use /reply to continue the conversation."
    );
    app.run_jobs().await;
    let done = conversation(&app).await;
    assert_eq!(done["conversation_parts"]["conversation_parts"][0]["body"], "<p>Hi</p>");
    app.delete(&format!("/conversations/{}", id(&done))).await.ok();
    declare(&app, Declared { enabled: Some(false), ..Declared::default() }).await;
    let why = app.post(&path, run("ext-2")).await.refused(400, "parameter_invalid");
    assert_eq!(why, "No Fin profile is configured to handle this conversation. Configure a Fin profile and retry.");
}

#[both]
async fn declarations_are_checked(app: TestApp) {
    for (steps, why) in [
        (json!([]), "a procedure must have 1 to 50 steps"),
        (json!([{"kind": "say", "instructions": " "}]), "step 1: instructions must have 1 to 5,000 bytes"),
        (
            json!([{"kind": "ask", "instructions": "x"}]),
            "step 1: a step that asks the user, and no other, needs save_as",
        ),
        (
            json!([{"kind": "ask_human", "instructions": "x"}]),
            "step 1: a step that asks a teammate, and no other, needs 1 to 20 attributes",
        ),
        (
            json!([{"kind": "say", "instructions": "x", "team": "x"}]),
            "step 1: expires_minutes, team and priority are for steps that ask a teammate",
        ),
        (
            json!([{"kind": "ask_human", "instructions": "x", "attributes": [{"name": "a", "data_type": "list"}]}]),
            "step 1: an attribute of type list, and no other, needs options",
        ),
    ] {
        let (actor, declared) = (app.actor(), json!({"name": "x", "steps": steps}));
        let refused = app.db().write(move |tx| {
            let declared: procedures::Declared = serde_json::from_value(declared.clone()).unwrap();
            procedures::declare(&mut Cx::new(tx, &actor), &declared)
        });
        assert_eq!(refused.await.unwrap_err().message, why);
    }
}
