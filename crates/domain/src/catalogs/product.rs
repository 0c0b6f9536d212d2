//! Products of a catalog, and the content of their external pages.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;

/// The maximum size of a product, in bytes of JSON.
const MAX_PRODUCT_BYTES: usize = 100_000;
/// The maximum length of an id, a title or a URL, in bytes.
const MAX_TEXT_BYTES: usize = 2_000;

/// A product of a catalog, with the fields that its page shows.
#[derive(Debug, Deserialize)]
pub(super) struct Product {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) url: String,
    description: Option<String>,
    description_html: Option<String>,
    price_min: Option<f64>,
    price_max: Option<f64>,
    currency: Option<String>,
    in_stock: Option<bool>,
    tags: Option<Vec<String>>,
    collections: Option<Vec<Collection>>,
    category_path: Option<Path>,
    available_options: Option<Vec<Choice>>,
    variants: Option<Vec<Variant>>,
}

#[derive(Debug, Deserialize)]
struct Variant {
    id: String,
    title: Option<String>,
    price: Option<f64>,
    in_stock: Option<bool>,
    url: Option<String>,
    sku: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Collection {
    Name(String),
    Titled { title: String },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Path {
    Text(String),
    Segments(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct Choice {
    name: String,
    values: Option<Vec<String>>,
}

/// The products of an uploaded catalog: the id and the JSON of each.
pub(super) fn checked(catalog: Option<&Value>) -> Result<Vec<(String, String)>> {
    let catalog = catalog.ok_or(ErrorKind::CatalogNotFound)?;
    let invalid_catalog = |message: String| Error::new(ErrorKind::InvalidCatalog, message);
    let items = catalog.as_array().ok_or_else(|| Error::from(ErrorKind::InvalidCatalog).field("catalog"))?;
    if let Some(at) = items.iter().position(|item| !item.is_object()) {
        let message = "each item in the catalog array must be a JSON object".to_owned();
        return Err(invalid_catalog(message).field(format!("catalog[{at}]")));
    }
    let read = |(at, item): (usize, &Value)| {
        let invalid_field = |path: &str, why: &str| {
            let (space, dot) = if path.is_empty() { ("", "") } else { (" ", ".") };
            invalid_catalog(format!("item {}:{space}{path} {why}", at + 1)).field(format!("catalog[{at}]{dot}{path}"))
        };
        check(item, PRODUCT, "").map_err(|(path, why)| invalid_field(&path, why))?;
        if let Some(path) = nul_in(item, "") {
            return Err(invalid_field(path.trim_start_matches('.'), "contains a NUL character, which is not allowed"));
        }
        let product = Product::deserialize(item).map_err(|why| invalid_field("", &why.to_string()))?;
        let texts = [("id", &product.id), ("title", &product.title), ("url", &product.url)];
        if let Some(&(name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty() || text.len() > MAX_TEXT_BYTES) {
            return Err(invalid_field(name, &format!("must have 1 to {MAX_TEXT_BYTES} bytes")));
        }
        if !product.url.starts_with("https://") {
            return Err(invalid_field("url", "must be an https URL"));
        }
        let json = item.to_string();
        if json.len() > MAX_PRODUCT_BYTES {
            return Err(invalid_field("", &format!("a product must have at most {MAX_PRODUCT_BYTES} bytes")));
        }
        Ok((product.id, json))
    };
    items.iter().enumerate().map(read).collect()
}

/// The expected type of a field that is neither absent nor null.
#[derive(Clone, Copy)]
enum Is {
    /// A required string.
    Required,
    Text,
    Number,
    Flag,
    Texts,
    /// A string, or an array of strings.
    TextOrTexts,
    /// Strings, or objects with a title.
    Titles,
    /// Objects with these fields.
    Each(&'static [(&'static str, Is)]),
}

/// The fields of a product that its page shows.
const PRODUCT: &[(&str, Is)] = &[
    ("id", Is::Required),
    ("title", Is::Required),
    ("url", Is::Required),
    ("description", Is::Text),
    ("description_html", Is::Text),
    ("price_min", Is::Number),
    ("price_max", Is::Number),
    ("currency", Is::Text),
    ("in_stock", Is::Flag),
    ("tags", Is::Texts),
    ("collections", Is::Titles),
    ("category_path", Is::TextOrTexts),
    ("available_options", Is::Each(&[("name", Is::Required), ("values", Is::Texts)])),
    ("variants", Is::Each(VARIANT)),
];

const VARIANT: &[(&str, Is)] = &[
    ("id", Is::Required),
    ("title", Is::Text),
    ("price", Is::Number),
    ("in_stock", Is::Flag),
    ("url", Is::Text),
    ("sku", Is::Text),
];

impl Is {
    /// Whether a value has this type.
    fn fits(self, value: &Value) -> bool {
        let all = |fits: fn(&Value) -> bool| value.as_array().is_some_and(|values| values.iter().all(fits));
        match self {
            Is::Required | Is::Text => value.is_string(),
            Is::Number => value.is_number(),
            Is::Flag => value.is_boolean(),
            Is::Texts => all(Value::is_string),
            Is::TextOrTexts => value.is_string() || all(Value::is_string),
            Is::Titles => all(|value| value.is_string() || value["title"].is_string()),
            Is::Each(_) => all(Value::is_object),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Is::Required | Is::Text => "must be a string",
            Is::Number => "must be a number",
            Is::Flag => "must be a boolean",
            Is::Texts => "must be an array of strings",
            Is::TextOrTexts => "must be a string or an array of strings",
            Is::Titles => "must be an array of strings, or of objects with a title",
            Is::Each(_) => "must be an array of objects",
        }
    }
}

/// Validates the fields of an object. The error is the path of the first invalid field, and its expected type.
fn check(object: &Value, fields: &[(&str, Is)], path: &str) -> Result<(), (String, &'static str)> {
    for (name, is) in fields {
        let (value, at) = (&object[*name], format!("{path}{name}"));
        if value.is_null() {
            if matches!(is, Is::Required) {
                return Err((at, "is required"));
            }
            continue;
        }
        if !is.fits(value) {
            return Err((at, is.words()));
        }
        if let Is::Each(fields) = is {
            for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                check(item, fields, &format!("{at}[{n}]."))?;
            }
        }
    }
    Ok(())
}

/// The path of the first string or key in a value that has a NUL character, which PostgreSQL cannot store.
fn nul_in(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(values) => values.iter().enumerate().find_map(|(n, value)| nul_in(value, &format!("{path}[{n}]"))),
        Value::Object(object) => object.iter().find_map(|(name, value)| {
            if name.contains('\0') { Some(path.to_owned()) } else { nul_in(value, &format!("{path}.{name}")) }
        }),
        _ => None,
    }
}

impl Product {
    /// Parses a stored product.
    pub(super) fn read(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(Error::internal)
    }

    /// Whether it can be bought.
    pub(super) fn is_in_stock(&self) -> bool {
        let variants = self.variants.as_deref().unwrap_or_default();
        let is_there = |variant: &Variant| variant.in_stock.unwrap_or(true);
        (variants.is_empty() || variants.iter().any(is_there)) && self.in_stock.unwrap_or(true)
    }

    /// The content of its page.
    pub(super) fn html(&self) -> Result<Option<Html>> {
        let description = self.description_html.as_ref().or(self.description.as_ref());
        let description = description.map(|text| Html::read(text, "", "description")).transpose()?.flatten();
        // Each is a complete block, so the two can be concatenated.
        let blocks = [description, Html::of_text(&self.facts())];
        let html: String = blocks.iter().flatten().map(Html::as_str).collect();
        Html::read(&html, "", "description")
    }

    /// Its other fields, one per line.
    fn facts(&self) -> String {
        let variants = self.variants.as_deref().unwrap_or_default();
        let prices = || variants.iter().filter_map(|variant| variant.price);
        let currency = self.currency.as_deref().unwrap_or("USD");
        let low = self.price_min.or_else(|| prices().reduce(f64::min));
        let high = self.price_max.or_else(|| prices().reduce(f64::max));
        let mut facts = String::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                // Writing into a string does not fail.
                let _ = writeln!(facts, "{name}: {value}");
            }
        };
        match (low, high) {
            (Some(low), Some(high)) if low < high => add("Price", &format!("{low} to {high} {currency}")),
            (Some(price), _) | (None, Some(price)) => add("Price", &format!("{price} {currency}")),
            (None, None) => {}
        }
        match &self.category_path {
            Some(Path::Text(text)) => add("Category", text),
            Some(Path::Segments(segments)) => add("Category", &segments.join(" > ")),
            None => {}
        }
        let titles = self.collections.iter().flatten().map(|collection| match collection {
            Collection::Name(title) | Collection::Titled { title } => title.as_str(),
        });
        add("Collections", &titles.collect::<Vec<_>>().join(", "));
        add("Tags", &self.tags.as_deref().unwrap_or_default().join(", "));
        for option in self.available_options.iter().flatten() {
            add(&option.name, &option.values.as_deref().unwrap_or_default().join(", "));
        }
        for variant in variants.iter().filter(|variant| variant.in_stock.unwrap_or(true)) {
            let url = variant.url.clone().unwrap_or_else(|| format!("{}?variant={}", self.url, variant.id));
            let title = variant.title.as_deref().unwrap_or(&variant.id);
            let price = variant.price.map_or_else(String::new, |price| format!("{price} {currency}, "));
            let sku = variant.sku.as_deref().map_or_else(String::new, |sku| format!("SKU {sku}, "));
            add(title, &format!("{price}{sku}{url}"));
        }
        facts
    }
}
