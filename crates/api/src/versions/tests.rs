//! Tests that editing a response while it is written has the same result as building it, applying each change to it,
//! and writing it.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::plan::Plan;
use super::{Change, Effect, FREE, Object, Version, added, added_again, field, object, render, required, response};

const NEWER: &[Change] = &[
    added("fish", &["fins", "tail"]),
    field("fish", "weight", "fish weigh numbers", |weight| {
        if let Some(number) = weight.as_str().and_then(|w| w.parse::<i64>().ok()) {
            *weight = number.into();
        }
    }),
    object("bird", "birds keep their eggs in nests", |bird| {
        if let Some(nest) = bird.shift_remove("nest") {
            bird.insert("eggs".to_owned(), nest);
        }
    }),
    object("whale", "whales are no fish", |whale| {
        whale.insert("type".to_owned(), "fish".into());
    }),
    response("GET /zoo", "the zoo has hours", |zoo| drop(zoo.shift_remove("hours"))),
    required(Version::V2_8, "fish", "weight", &[("tail", "\"\""), ("name", "null")]),
    required(Version::V2_8, "bird", "name", &[("eggs", "[]")]),
];
const OLDER: &[Change] = &[
    added_again("fish", &["scales"], &[Version::V2_8]),
    field("fish", "friend", "friends are told in full", |friend| {
        if let Some(name) = friend.get("name").cloned() {
            *friend = json!({"type": "bird", "name": name, "nest": 1});
        }
    }),
    field("fish", "weight", "weights are not negative", |weight| {
        if weight.as_i64().is_some_and(|w| w < 0) {
            *weight = Value::Null;
        }
    }),
    added("tag", &["type"]),
];
const ALL: &[(Version, &[Change])] = &[(Version::V2_14, NEWER), (Version::V2_10, OLDER)];

/// Applies all changes in order to every object.
fn naive(version: Version, operation: &str, answer: &mut Value) {
    for change in undone(version) {
        if let (Effect::Response(of, undo), Value::Object(map)) = (&change.effect, &mut *answer)
            && *of == operation
        {
            undo(map);
        }
    }
    walk(version, answer);
}

fn undone(version: Version) -> impl Iterator<Item = &'static Change> {
    ALL.iter().take_while(move |(v, _)| *v > version).flat_map(|(_, changes)| *changes)
}

fn walk(version: Version, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(version, item)),
        Value::Object(map) => {
            undone(version).for_each(|change| undo_in(change, version, map));
            fill(version, map);
            map.iter_mut().filter(|(key, _)| !FREE.contains(&key.as_str())).for_each(|(_, item)| walk(version, item));
        }
        _ => {}
    }
}

fn fill(version: Version, map: &mut Object) {
    for change in undone(version) {
        let Effect::Required(of, required, only) = change.effect else { continue };
        let is_meant = map.get("type").is_some_and(|name| name == of) && map.contains_key(required.known_by);
        if only == version && is_meant {
            for (name, text) in required.fields {
                map.entry(*name).or_insert_with(|| serde_json::from_str(text).unwrap());
            }
        }
    }
}

fn undo_in(change: &Change, version: Version, map: &mut Object) {
    let is = |of: &str| map.get("type").and_then(Value::as_str) == Some(of);
    match change.effect {
        Effect::Object(of, undo) if is(of) => undo(map),
        Effect::Field(of, name, undo) if is(of) => map.get_mut(name).into_iter().for_each(undo),
        Effect::Added(of, fields, had) if is(of) && !had.contains(&version) => {
            for field in fields {
                map.shift_remove(*field);
            }
        }
        _ => {}
    }
}

const KEYS: &[&str] =
    &["fins", "tail", "weight", "nest", "friend", "scales", "name", "data", "metadata", "custom_attributes", "type"];

/// Pseudo-random numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let length = all.len() as u64;
        all[usize::try_from(self.below(length)).unwrap()]
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 4 } else { 8 }) {
            0 => Value::Null,
            1 => self.of(&["1", "-2", "x\"y\\", "fish", "{", "ü,:"]).into(),
            2 => (i64::try_from(self.below(9)).unwrap() - 4).into(),
            3 => json!(1.5),
            4 => (0..self.below(3)).map(|_| self.value(depth - 1)).collect(),
            _ => self.object(depth - 1),
        }
    }

    fn object(&mut self, depth: u64) -> Value {
        let mut map = Object::new();
        // Usually the first field is the type; sometimes it is a later one, or there is none.
        let place = self.of(&["first", "first", "first", "first", "later", "never"]);
        let name = self.of(&["fish", "bird", "whale", "tag", "list"]);
        if place == "first" {
            map.insert("type".to_owned(), name.into());
        }
        for _ in 0..self.below(7) {
            let key = self.of(&KEYS[..10 + usize::from(place == "later")]);
            let value = if key == "type" { name.into() } else { self.value(depth) };
            map.insert(key.to_owned(), value);
        }
        map.into()
    }
}

#[test]
fn cutting_while_writing_comes_to_the_same_as_walking_change_by_change() {
    let mut dice = Dice(1);
    for round in 0..2_000 {
        let answer = dice.object(4);
        for version in [Version::V2_7, Version::V2_8, Version::V2_12, Version::V2_14] {
            let plan = Plan::new(version, ALL);
            let operation = if round % 10 == 0 { "GET /zoo" } else { "GET /fish" };
            let text = String::from_utf8(render::text(&plan, operation, &answer).unwrap()).unwrap();
            let mut walked = answer.clone();
            naive(version, operation, &mut walked);
            assert_eq!(text, walked.to_string(), "{version} {operation} {answer}");
        }
    }
}

#[test]
fn objects_that_say_what_they_are_are_cut_without_being_built() {
    let plan = Plan::new(Version::V2_7, ALL);
    let answer = json!({
        "type": "list",
        "data": [
            {"type": "fish", "fins": [{"type": "bird"}], "id": 1, "weight": "12", "tail": {}, "custom_attributes": {"type": "fish", "fins": 1}},
            {"id": 7, "type": "bird", "nest": 3},
        ],
    });
    let edited = render::edited(&plan, &answer).unwrap().map(|text| String::from_utf8(text).unwrap());
    let wanted = json!({
        "type": "list",
        "data": [
            {"type": "fish", "id": 1, "weight": 12, "custom_attributes": {"type": "fish", "fins": 1}},
            {"id": 7, "type": "bird", "eggs": 3},
        ],
    });
    assert_eq!(edited, Some(wanted.to_string()));
    let late = json!({"fins": 1, "type": "fish"});
    assert_eq!(render::edited(&plan, &late).unwrap(), None);
    assert_eq!(render::text(&plan, "GET /fish", &late).unwrap(), br#"{"type":"fish"}"#);
}

#[derive(serde::Serialize)]
struct View {
    r#type: &'static str,
    custom_attributes: Box<RawValue>,
    friend: Box<RawValue>,
}

#[test]
fn texts_within_are_passed_over_where_they_are_the_users_own_and_cut_elsewhere() {
    let plan = Plan::new(Version::V2_7, ALL);
    let fish = || RawValue::from_string(r#"{"type":"fish","fins":1}"#.to_owned()).unwrap();
    let view = View { r#type: "list", custom_attributes: fish(), friend: fish() };
    let text = render::edited(&plan, &view).unwrap().unwrap();
    let wanted = r#"{"type":"list","custom_attributes":{"type":"fish","fins":1},"friend":{"type":"fish"}}"#;
    assert_eq!(String::from_utf8(text).unwrap(), wanted);
}
