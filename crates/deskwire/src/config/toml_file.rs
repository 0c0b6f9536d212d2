//! The settings file.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{Spanned, Value};

use super::declared::{Setting, Values, meant};
use crate::cli::{Failure, Result};

/// Reads and validates the values in the given file, or in `deskwire.toml` if it exists.
pub(crate) fn read(named: Option<&Path>, settings: &[Setting]) -> Result<Values> {
    let path = named.unwrap_or(Path::new("deskwire.toml"));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && named.is_none() => return Ok(Values::new()),
        Err(e) => return Err(Failure::new(format!("cannot read {}: {e}", path.display()))),
    };
    let contents: BTreeMap<String, Spanned<Value>> = parse(path, &text)?;
    let mut values = HashMap::new();
    for (name, value) in &contents {
        let failure = |message| {
            let line = line(&text, value.span().start);
            Failure::new(format!("{}:{line}: {message}", path.display()))
        };
        let Some(setting) = settings.iter().find(|setting| setting.name() == *name) else {
            let names: Vec<String> = settings.iter().map(Setting::name).collect();
            return Err(failure(format!("there is no setting {name}{}", meant(name, &names))));
        };
        let value = value_text(value.get_ref(), setting.is_list());
        let checked = value.and_then(|value| setting.check(&value).map(|()| value));
        values.insert(setting.env(), checked.map_err(|message| failure(format!("{name}: {message}")))?);
    }
    Ok(values)
}

/// A value as it would be written on the command line.
fn value_text(value: &Value, is_list: bool) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(is_on) => Ok(is_on.to_string()),
        Value::Array(items) if is_list => {
            let texts = items.iter().map(|item| value_text(item, false)).collect::<Result<Vec<_>, _>>()?;
            Ok(texts.join(","))
        }
        _ if is_list => Err("must be a list of strings or numbers".to_owned()),
        _ => Err("must be a string or a whole number".to_owned()),
    }
}

/// Parses TOML. Errors have the file and the line.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| {
        let place = match e.span() {
            Some(span) => format!("{}:{}", path.display(), line(text, span.start)),
            None => path.display().to_string(),
        };
        Failure::new(format!("{place}: {}", e.message()))
    })
}

/// The line that a byte of a text is on, from 1.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}
