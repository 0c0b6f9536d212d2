//! Products, and what an external page says of them.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;

/// The most bytes of a product, as JSON.
const LARGEST: usize = 100_000;
/// The most bytes of an id, a title or a URL.
const LONGEST: usize = 2_000;

/// A product of a catalog, with what its page says.
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
    #[serde(default)]
    values: Vec<String>,
}

/// The products of an uploaded catalog: the id and the JSON of each.
pub(super) fn checked(catalog: Option<&Value>) -> Result<Vec<(String, String)>> {
    let catalog = catalog.ok_or(ErrorKind::CatalogNotFound)?;
    let refused = |message: String| Error::new(ErrorKind::InvalidCatalog, message).field("catalog");
    let items = catalog.as_array().ok_or(ErrorKind::InvalidCatalog)?;
    if items.iter().any(|item| !item.is_object()) {
        return Err(refused("each item in the catalog array must be a JSON object".to_owned()));
    }
    let read = |(at, item): (usize, &Value)| {
        let product = Product::deserialize(item).map_err(|why| refused(format!("item {}: {why}", at + 1)))?;
        let json = item.to_string();
        let texts = [&product.id, &product.title, &product.url];
        if texts.iter().any(|text| text.trim().is_empty() || text.len() > LONGEST) {
            return Err(refused(format!("item {}: id, title and url must have 1 to {LONGEST} bytes", at + 1)));
        }
        if !product.url.starts_with("https://") {
            return Err(refused(format!("item {}: url must be an https URL", at + 1)));
        }
        if json.len() > LARGEST || has_nul(item) {
            return Err(refused(format!("item {}: a product must be text of at most {LARGEST} bytes", at + 1)));
        }
        Ok((product.id, json))
    };
    items.iter().enumerate().map(read).collect()
}

/// Whether a text in a value has a NUL character, which PostgreSQL does not store.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(object) => object.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

impl Product {
    /// A stored product.
    pub(super) fn read(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(Error::internal)
    }

    /// Whether it can be bought.
    pub(super) fn is_in_stock(&self) -> bool {
        let variants = self.variants.as_deref().unwrap_or_default();
        let is_there = |variant: &Variant| variant.in_stock.unwrap_or(true);
        (variants.is_empty() || variants.iter().any(is_there)) && self.in_stock.unwrap_or(true)
    }

    /// What its page says.
    pub(super) fn html(&self) -> Result<Option<Html>> {
        let description = self.description_html.as_ref().or(self.description.as_ref());
        let description = description.map(|text| Html::read(text, "", "description")).transpose()?.flatten();
        // Each is a block by itself, so that they can follow each other.
        let blocks = [description, Html::of_text(&self.facts())];
        let html: String = blocks.iter().flatten().map(Html::as_str).collect();
        Html::read(&html, "", "description")
    }

    /// What is known of it besides the description, a line each.
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
            add(&option.name, &option.values.join(", "));
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
