//! Creating and updating ticket types.

use deskwire_store::counters::{self, Counter};
use deskwire_store::{ticket_type_attributes, ticket_types as store};

use super::{Category, DESCRIPTION, Full, TITLE, TicketDataType, TicketType, TicketTypeAttribute, find};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::TicketTypeId;
use crate::names;

/// The maximum number of types per workspace.
const MAX: i64 = 500;
/// The maximum length of a description, in characters.
const MAX_DESCRIPTION_LENGTH: usize = 2_000;
/// The default icon.
const ICON: &str = "🎟️";

/// Fields of a type; `None` leaves a field as it is, or at its default.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Its name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whom its tickets are for.
    pub category: Option<String>,
    /// An emoji.
    pub icon: Option<String>,
    /// Whether its tickets are for teammates only.
    pub is_internal: Option<bool>,
    /// Whether no new tickets of it can be made.
    pub archived: Option<bool>,
}

/// Creates a type, with the two attributes that every type has.
pub fn create(cx: &mut Cx, new: &Changes) -> Result<Full> {
    let now = cx.now();
    let internal = new.is_internal.unwrap_or(false);
    // Before categories existed, types were either internal or for customers.
    let category = if internal { Category::BackOffice } else { Category::Customer };
    let mut row = TicketType {
        id: counters::next(cx, Counter::Setting)?,
        name: String::new(),
        description: String::new(),
        icon: ICON.to_owned(),
        category,
        is_internal: internal,
        archived: false,
        created_at: now,
        updated_at: now,
    };
    apply_changes(&mut row, new)?;
    if row.name.is_empty() {
        return Err(Error::missing("name is required").field("name"));
    }
    if store::count(cx)? >= MAX {
        return Err(Error::invalid(format!("A workspace has at most {MAX} ticket types")));
    }
    store::insert(cx, &row)?;
    for (position, name) in [(0, TITLE), (1, DESCRIPTION)] {
        let attribute = TicketTypeAttribute {
            id: counters::next(cx, Counter::Attribute)?,
            ticket_type_id: row.id,
            name: name.to_owned(),
            description: String::new(),
            data_type: TicketDataType::String,
            multiline: name == DESCRIPTION,
            list_items: None,
            allow_multiple_values: false,
            position,
            required_to_create: false,
            required_to_create_for_contacts: false,
            visible_on_create: true,
            visible_to_contacts: true,
            is_default: true,
            archived: false,
            created_at: now,
            updated_at: now,
        };
        ticket_type_attributes::insert(cx, &attribute)?;
    }
    find(cx, row.id)
}

/// Changes a type.
pub fn update(cx: &mut Cx, id: Option<TicketTypeId>, changes: &Changes) -> Result<Full> {
    let id = id.ok_or(ErrorKind::ResourceNotFound)?;
    let before = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    apply_changes(&mut after, changes)?;
    if after.name.is_empty() {
        return Err(Error::invalid("name must not be empty").field("name"));
    }
    if after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
    }
    find(cx, id)
}

fn apply_changes(row: &mut TicketType, changes: &Changes) -> Result<()> {
    if let Some(name) = &changes.name {
        names::at_most("name", name, names::MAX_NAME_LENGTH)?;
        name.trim().clone_into(&mut row.name);
    }
    if let Some(description) = &changes.description {
        names::at_most("description", description, MAX_DESCRIPTION_LENGTH)?;
        row.description.clone_from(description);
    }
    if let Some(category) = &changes.category {
        row.category = Category::parse(category).ok_or_else(|| {
            Error::invalid("category must be one of Customer, Back-office or Tracker").field("category")
        })?;
    }
    if let Some(icon) = &changes.icon {
        if !is_emoji(icon) {
            return Err(Error::invalid("icon must be an emoji").field("icon"));
        }
        row.icon.clone_from(icon);
    }
    row.is_internal = changes.is_internal.unwrap_or(row.is_internal);
    row.archived = changes.archived.unwrap_or(row.archived);
    Ok(())
}

/// Whether a text is probably one emoji: few characters, all from the ranges of emojis and their joiners.
fn is_emoji(text: &str) -> bool {
    /// Skin tones, joiners, variation selectors and keycaps, which only combine with other characters.
    fn joins(c: char) -> bool {
        matches!(c, '\u{200d}' | '\u{20e3}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
    }
    fn pictures(c: char) -> bool {
        matches!(c, '©' | '®' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
    }
    let keycap = text.ends_with('\u{20e3}') && text.starts_with(|c: char| c.is_ascii_digit() || c == '#' || c == '*');
    let few = text.chars().count() <= 16;
    let all = text.chars().skip(usize::from(keycap)).all(|c| joins(c) || pictures(c));
    few && all && (keycap || text.chars().any(|c| pictures(c) && !joins(c)))
}

#[cfg(test)]
mod tests {
    use super::is_emoji;

    #[test]
    fn icons_are_emojis() {
        for emoji in ["🎟️", "🦁", "❤️", "👩🏽‍💻", "🇮🇪", "3️⃣", "#️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "™", "⭐"]
        {
            assert!(is_emoji(emoji), "{emoji}");
        }
        for other in ["", "a", "bug", "3", "\u{200d}", "é", "🦁 lion", "<b>", &"🦁".repeat(17)] {
            assert!(!is_emoji(other), "{other}");
        }
    }
}
