//! The calls that bring every operation to success: the files in `xtask/contract`, in the order of [`FILES`].
//!
//! A step is sent in every version whose description has its operation. `$name` in a path or a body stands for a value
//! that an earlier step took from its answer, and keeps its kind where it is the whole value; `#name` is the same as a
//! number, and `$name:text` as a text.
//!
//! A noun that is only read needs no steps: its list and the first object in it are called if no step calls an object.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use super::description::{self, Description, VERSIONS};

/// The files, without `.toml`. Later ones use what earlier ones made.
const FILES: [&str; 13] = [
    "workspace",
    "contacts",
    "companies",
    "people",
    "objects",
    "conversations",
    "tickets",
    "help_center",
    "content",
    "settings",
    "fin",
    "exports",
    "last",
];

/// The values before the first step.
pub(super) const GIVEN: [&str; 4] = ["now", "past", "future", "server"];

/// One call.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Method and path, a command line of `deskwire` for what is not done through the API, or `webhook TOPIC CONVERSATION` for what
    /// comes by webhook alone.
    pub(super) call: String,
    /// The JSON body.
    pub(super) body: Option<Value>,
    /// The parts of a form; one whose text begins with `@` is a file with the rest as its content.
    pub(super) form: Option<BTreeMap<String, String>>,
    /// The media type it accepts, `application/json` by default.
    pub(super) accept: Option<String>,
    /// Names for values of the answer, by where they are in it.
    #[serde(default)]
    pub(super) take: BTreeMap<String, String>,
    /// The versions that need it, as ranges; all by default.
    versions: Option<String>,
    /// The version it is sent in, for steps that only prepare others.
    #[serde(rename = "as")]
    pub(super) sent_as: Option<String>,
    /// Names for signatures of texts, made before the step is sent: HMAC-SHA256 with the hash of the token as the key.
    #[serde(default)]
    pub(super) sign: BTreeMap<String, String>,
    /// Why it can only be refused: the service that the server would need.
    pub(super) refused: Option<String>,
    /// Values of the answer to wait for; the call is repeated until they are there.
    #[serde(default)]
    pub(super) until: BTreeMap<String, Value>,
}

impl Step {
    /// Whether a version needs it.
    pub(super) fn is_for(&self, version: &str) -> bool {
        self.versions.as_deref().is_none_or(|runs| runs.split(',').any(|run| includes(run, version)))
    }

    /// Whether an answer is not the one it waits for.
    pub(super) fn waits_for(&self, answer: &Value) -> bool {
        self.until.iter().any(|(pointer, value)| at(answer, pointer) != Some(value))
    }

    /// The names that it uses.
    fn uses(&self) -> Vec<String> {
        let texts = [Some(self.call.clone()), self.body.as_ref().map(Value::to_string)];
        let others = self.form.iter().chain([&self.sign]).flat_map(BTreeMap::values).cloned();
        texts.into_iter().flatten().chain(others).flat_map(|text| names(&text)).collect()
    }
}

/// Whether `2.9-2.13` or `2.9` includes a version.
fn includes(run: &str, version: &str) -> bool {
    let (first, last) = run.split_once('-').unwrap_or((run, run));
    let number = |of: &str| VERSIONS.iter().position(|v| *v == of);
    let (first, last, version) = (number(first), number(last), number(version));
    first.is_some() && last.is_some() && first <= version && version <= last
}

/// Where names begin in a text, and where they end.
fn places(text: &str) -> Vec<(usize, usize)> {
    let part_of_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let marks = text.match_indices(['$', '#']);
    let ends = marks.map(|(at, _)| (at, text[at + 1..].find(|c| !part_of_name(c)).map_or(text.len(), |n| at + 1 + n)));
    ends.filter(|(at, end)| end - at > 1).collect()
}

fn names(text: &str) -> Vec<String> {
    places(text).into_iter().map(|(at, end)| text[at + 1..end].to_owned()).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipes {
    step: Vec<Step>,
}

/// All steps, each with the file it is in.
pub(super) fn all() -> Result<Vec<(&'static str, Step)>, String> {
    let mut known: HashSet<String> = GIVEN.map(str::to_owned).into();
    let mut all = Vec::new();
    for file in FILES {
        let path = format!("{}/contract/{file}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).map_err(|e| format!("reading {path}: {e}"))?;
        let recipes: Recipes = toml::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
        for step in recipes.step {
            known.extend(step.sign.keys().cloned());
            if let Some(name) = step.uses().into_iter().find(|name| !known.contains(name)) {
                return Err(format!("{path}: {}: no earlier step provides {name}", step.call));
            }
            known.extend(step.take.keys().cloned());
            all.push((file, step));
        }
    }
    Ok(all)
}

/// The steps of nouns that no other step calls, because they are only read: the list, and its first object. Instead of a
/// file they have the name `lists`.
pub(super) fn of_lists(steps: &[(&'static str, Step)], description: &Description) -> Vec<(&'static str, Step)> {
    let called = |list: &str| {
        let object = format!("{list}/{{}}");
        steps.iter().any(|(_, step)| description::fits(&object, &step.call))
    };
    let pair = |list: &str| {
        let take = BTreeMap::from([("first".to_owned(), "/data/0/id".to_owned())]);
        let object = Step { call: format!("{list}/$first"), ..Step::default() };
        [Step { call: list.to_owned(), take, ..Step::default() }, object]
    };
    let lists = description.lists().into_iter().filter(|list| !called(list));
    lists.flat_map(pair).map(|step| ("lists", step)).collect()
}

/// A text with its names replaced; none where one of them has no value.
pub(super) fn text(template: &str, values: &HashMap<String, Value>) -> Option<String> {
    let (mut out, mut from) = (String::new(), 0);
    for (at, end) in places(template) {
        out += &template[from..at];
        match values.get(&template[at + 1..end])? {
            Value::String(value) => out += value,
            value => out += &value.to_string(),
        }
        from = end;
    }
    Some(out + &template[from..])
}

/// A body with its names replaced.
pub(super) fn body(template: &Value, values: &HashMap<String, Value>) -> Option<Value> {
    Some(match template {
        Value::String(text) => whole(text, values)?,
        Value::Array(items) => Value::Array(items.iter().map(|item| body(item, values)).collect::<Option<_>>()?),
        Value::Object(fields) => {
            let filled = fields.iter().map(|(key, value)| Some((text(key, values)?, body(value, values)?)));
            Value::Object(filled.collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}

/// The value of a text that is one name, else the text with its names replaced.
fn whole(template: &str, values: &HashMap<String, Value>) -> Option<Value> {
    let value = template.get(1..).and_then(|name| values.get(name.strip_suffix(":text").unwrap_or(name)));
    match (template.as_bytes().first(), value) {
        (Some(b'$'), Some(Value::Number(number))) if template.ends_with(":text") => Some(number.to_string().into()),
        (Some(b'#'), Some(Value::String(digits))) => digits.parse::<i64>().ok().map(Value::from),
        (Some(b'$' | b'#'), Some(value)) => Some(value.clone()),
        _ => text(template, values).map(Value::from),
    }
}

/// The value at a JSON pointer, in which `[key=value]` picks the first object of a list that has the value (the parts of
/// a longer key are joined by points), and `[last]` its last one.
pub(super) fn at<'a>(answer: &'a Value, pointer: &str) -> Option<&'a Value> {
    pointer.split('/').skip(1).try_fold(answer, |value, part| {
        match part.strip_prefix('[').and_then(|part| part.strip_suffix(']')) {
            Some("last") => value.as_array()?.last(),
            Some(pick) => {
                let (key, wanted) = pick.split_once('=')?;
                let key = format!("/{}", key.replace('.', "/"));
                value.as_array()?.iter().find(|item| item.pointer(&key).is_some_and(|value| value == wanted))
            }
            None => value.pointer(&format!("/{part}")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parses_all_recipes() {
        assert!(all().unwrap().len() > 10);
    }

    #[test]
    fn versions_are_ranges() {
        assert!(includes("2.9-2.13", "2.10") && includes("2.9", "2.9") && includes("2.16-Unstable", "Unstable"));
        assert!(!includes("2.9-2.13", "2.14") && !includes("2.9", "2.10") && !includes("3.0-3.1", "2.7"));
    }

    #[test]
    fn names_are_replaced() {
        let values = HashMap::from([("id".to_owned(), json!("12")), ("count".to_owned(), json!(3))]);
        assert_eq!(text("/tags/$id?n=$count", &values).unwrap(), "/tags/12?n=3");
        let template = json!({"a": "$id", "b": "#id", "c": ["$count"], "d": "$count:text", "e": "<$id>", "f": "$ 5"});
        let filled = json!({"a": "12", "b": 12, "c": [3], "d": "3", "e": "<12>", "f": "$ 5"});
        assert_eq!(body(&template, &values).unwrap(), filled);
        assert_eq!(body(&json!("$nobody"), &values), None);
    }

    #[test]
    fn values_are_found_in_answers() {
        let answer = json!({"data": [{"id": 1, "name": "a"}, {"id": 2, "name": "b", "at": {"x": "y"}}]});
        assert_eq!(at(&answer, "/data/[name=b]/id"), Some(&json!(2)));
        assert_eq!(at(&answer, "/data/[at.x=y]/id"), Some(&json!(2)));
        assert_eq!(at(&answer, "/data/0/id"), Some(&json!(1)));
        assert_eq!(at(&answer, "/data/[last]/name"), Some(&json!("b")));
        assert_eq!(at(&answer, "/data/[name=c]/id"), None);
    }
}
