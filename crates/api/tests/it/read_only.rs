//! Nouns that the API lists and reads but cannot create, because workspace files declare them. A row of [`nouns`] tests
//! such a noun: it says what is declared and how the API shows it. The rows are also among the objects that
//! `isolation` and `scopes` call all operations with.

use deskwire_api::public;
use deskwire_api::versions::Version;
use deskwire_domain::error::Result;
use deskwire_domain::ids::ContactId;
use deskwire_domain::{Actor, Cx, brands, emails, macros, newsfeeds, segments};
use deskwire_testkit::{Client, NOW, TestApp, Value, both, json};

/// The scopes that show the settings of a workspace. Declaring them is logged.
const SET_UP: &str = "gather_app_data read_admins read_activity_logs";

/// A noun, and an object of it.
pub(crate) struct Noun {
    /// The path of one object. That of the list is the same without its last part.
    pub(crate) path: &'static str,
    /// A text of the object that nothing else has.
    pub(crate) text: &'static str,
    /// The scopes of which one opens that text.
    pub(crate) opened_by: &'static str,
    declare: fn(&mut Cx, &Value) -> Result<bool>,
    /// What to declare; one object has the text.
    declared: Vec<Value>,
    /// Fields of the object, as every version shows them.
    shown: Value,
    not_found: &'static str,
}

/// The nouns, as a workspace shows them. Later ones refer to earlier ones.
#[rustfmt::skip]
pub(crate) fn nouns(workspace: &str) -> Vec<Noun> {
    vec![
        Noun {
            path: "/segments/{id}", text: "zq-segment", opened_by: "read_users gather_app_data",
            declare: |cx, one| segments::declare(cx, &from_json(one)),
            declared: vec![json!({"name": "zq-segment", "query": {"field": "role", "operator": "=", "value": "user"}})],
            shown: json!({"type": "segment", "person_type": "user", "created_at": NOW, "updated_at": NOW}),
            not_found: "Resource Not Found",
        },
        Noun {
            path: "/news/newsfeeds/{id}", text: "zq-feed", opened_by: "read_news",
            declare: |cx, one| newsfeeds::declare(cx, &from_json(one)),
            declared: vec![json!({"name": "zq-feed"})],
            shown: json!({"type": "newsfeed", "name": "zq-feed", "created_at": NOW, "updated_at": NOW}),
            not_found: "Resource Not Found",
        },
        Noun {
            path: "/brands/{id}", text: "zq-brand", opened_by: SET_UP,
            declare: |cx, one| brands::declare(cx, &from_json(one)),
            declared: vec![json!({"name": "zq-brand"})],
            shown: json!({"type": "brand", "is_default": false, "created_at": NOW, "updated_at": NOW}),
            not_found: "Brand not found",
        },
        Noun {
            path: "/emails/{id}", text: "zq-address", opened_by: SET_UP,
            declare: |cx, one| emails::declare(cx, &from_json(one)),
            // Each brand has one, as in the examples of the description.
            declared: vec![json!({"email": "zq-address@acme.test"}), json!({"email": "labs@acme.test", "brand": "zq-brand"})],
            shown: json!({"type": "email_setting", "email": "zq-address@acme.test", "domain": "acme.test", "brand_id": workspace}),
            not_found: "Email setting not found",
        },
        Noun {
            // Its name is logged, its text is not.
            path: "/macros/{id}", text: "zq-macro", opened_by: "read_conversations",
            declare: |cx, one| macros::declare(cx, &from_json(one)),
            declared: vec![json!({"name": "Hello", "body": "zq-macro"})],
            shown: json!({"type": "macro", "name": "Hello", "body_text": "zq-macro", "visible_to": "everyone"}),
            not_found: "Macro not found",
        },
    ]
}

/// Reads a declaration as a workspace file does.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("a valid declaration")
}

/// An unused id of the form that a real one has.
pub(crate) fn unknown_like(real: &str) -> String {
    if real.len() == 24 { ContactId::new(123_456_789).to_string() } else { "123456789".to_owned() }
}

/// Declares the objects in the workspace of the actor. Returns the id of one of each noun, by its path.
pub(crate) async fn declare_all(app: &TestApp, client: &Client, actor: &Actor) -> Vec<(&'static str, String)> {
    let by = actor.clone();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &by);
        for noun in nouns(by.workspace()) {
            for one in &noun.declared {
                (noun.declare)(cx, one)?;
            }
        }
        Ok(())
    })
    .await;
    let mut ids = Vec::new();
    for noun in nouns(actor.workspace()) {
        let client = client.clone().with_version(noun.newest());
        ids.push((noun.path, noun.found(&client).await.0));
    }
    ids
}

impl Noun {
    /// The versions that have it.
    fn versions(&self) -> Vec<Version> {
        let table = public::table();
        let mut rows = table.rows().iter().filter(|route| route.path == self.path);
        let window = rows.next().unwrap_or_else(|| panic!("{}: no such operation", self.path)).window;
        Version::ALL.iter().copied().filter(|version| window.contains(*version)).collect()
    }

    fn newest(&self) -> &'static str {
        self.versions().pop().expect("each operation is in a version").as_str()
    }

    /// The id of the object, and the object as the list shows it.
    async fn found(&self, client: &Client) -> (String, Value) {
        let list = client.get(&self.path[..self.path.rfind('/').unwrap()]).await.ok();
        let all = list.as_object().unwrap().values().find_map(Value::as_array).expect("a list has an array");
        let one = all.iter().find(|one| one.to_string().contains(self.text));
        let one = one.unwrap_or_else(|| panic!("{} is not in {list}", self.text));
        (one["id"].as_str().unwrap().to_owned(), one.clone())
    }
}

#[both]
async fn every_version_shows_what_was_declared(app: TestApp) {
    declare_all(&app, &app.client(), &app.actor()).await;
    for noun in nouns(&app.workspace_id) {
        let at = |id: &str| noun.path.replace("{id}", id);
        for version in noun.versions() {
            let client = app.version(version.as_str());
            let (id, one) = noun.found(&client).await;
            for (field, value) in noun.shown.as_object().unwrap() {
                assert_eq!(one[field], *value, "{field} of {} in {version:?}", noun.path);
            }
            assert_eq!(client.get(&at(&id)).await.ok(), one);
        }
        let newest = app.version(noun.newest()).off_the_record();
        let (real, _) = noun.found(&newest).await;
        for unknown in [unknown_like(&real), "x".to_owned()] {
            let answer = newest.get(&at(&unknown)).await;
            assert_eq!(answer.refused(404, "not_found"), noun.not_found, "{}", noun.path);
        }
    }
}
