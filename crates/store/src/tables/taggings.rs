//! Adding tags to many objects, and removing them.

use std::collections::HashMap;
use std::marker::PhantomData;

use super::conversation_tags::Tagging;
use super::record::FromRow;
use super::{changed_at, padded, places};
use crate::ids::{
    AdminId, ArticleId, CompanyId, ContactId, ContentSnippetId, ExternalPageId, Id, InternalArticleId, TagId,
};
use crate::{Result, Value, WorkspaceTx, params};

/// A kind of object that can be tagged.
#[derive(Debug)]
pub struct Taggable<I> {
    objects: &'static str,
    links: &'static str,
    /// The column of the object in its links.
    column: &'static str,
    /// The other assignments when a tag is added or removed.
    more: &'static str,
    less: &'static str,
    id: PhantomData<I>,
}

/// Contacts, whose rows count their tags.
pub const CONTACTS: Taggable<ContactId> = Taggable {
    objects: "contacts",
    links: "contact_tags",
    column: "contact_id",
    more: "tag_count = tag_count + 1, ",
    less: "tag_count = tag_count - 1, ",
    id: PhantomData,
};
/// Companies.
pub const COMPANIES: Taggable<CompanyId> =
    Taggable { objects: "companies", links: "company_tags", column: "company_id", more: "", less: "", id: PhantomData };

/// Articles, whose rows count their tags.
pub const ARTICLES: Taggable<ArticleId> = counted("articles");
/// Internal articles, whose rows count their tags.
pub const INTERNAL_ARTICLES: Taggable<InternalArticleId> = counted("internal_articles");
/// Content snippets.
pub const CONTENT_SNIPPETS: Taggable<ContentSnippetId> = content("content_snippets");
/// External pages.
pub const EXTERNAL_PAGES: Taggable<ExternalPageId> = content("external_pages");

/// Content of a kind. All kinds share one table.
const fn content<I>(objects: &'static str) -> Taggable<I> {
    Taggable { objects, links: "content_tags", column: "content_id", more: "", less: "", id: PhantomData }
}

const fn counted<I>(objects: &'static str) -> Taggable<I> {
    let (more, less) = ("tag_count = tag_count + 1, ", "tag_count = tag_count - 1, ");
    Taggable { objects, links: "content_tags", column: "content_id", more, less, id: PhantomData }
}

/// Removes a tag from all content.
pub fn forget_contents(tx: &mut WorkspaceTx, tag: TagId) -> Result<()> {
    ARTICLES.untouch(tx, tag)?;
    INTERNAL_ARTICLES.untouch(tx, tag)?;
    CONTENT_SNIPPETS.untouch(tx, tag)?;
    EXTERNAL_PAGES.untouch(tx, tag)?;
    ARTICLES.unlink(tx, tag)
}

/// Replaces one tag by another on all content.
pub fn merge_contents(tx: &mut WorkspaceTx, from: TagId, into: TagId) -> Result<()> {
    ARTICLES.untouch_both(tx, from, into)?;
    INTERNAL_ARTICLES.untouch_both(tx, from, into)?;
    CONTENT_SNIPPETS.untouch_both(tx, from, into)?;
    EXTERNAL_PAGES.untouch_both(tx, from, into)?;
    ARTICLES.relink(tx, from, into)
}

impl<I: Id> Taggable<I> {
    /// Those of these objects that have the tag.
    pub fn tagged(&self, tx: &mut WorkspaceTx, tag: TagId, ids: &[I]) -> Result<Vec<I>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let Self { links, column, .. } = self;
        let mut values = vec![Value::from(tag)];
        values.extend(padded(ids));
        let places = places(3, values.len() - 1);
        let sql =
            format!("SELECT {column} FROM {links} WHERE workspace_id = $1 AND tag_id = $2 AND {column} IN ({places})");
        tx.query_all(&sql, &values, |row| row.get(0))
    }

    /// Adds the tag to those that do not have it.
    pub fn add(&self, tx: &mut WorkspaceTx, tag: TagId, by: Option<AdminId>, ids: &[I]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let Self { objects, links, column, .. } = self;
        let mut values = vec![Value::from(tag), Value::from(tx.now()), Value::from(by)];
        values.extend(padded(ids));
        let sql = format!(
            "INSERT INTO {links} (workspace_id, {column}, tag_id, applied_at, applied_by) \
             SELECT workspace_id, id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM {objects} \
             WHERE workspace_id = $1 AND id IN ({})",
            places(5, values.len() - 3)
        );
        tx.send(&sql, &values)?;
        self.touch(tx, self.more, ids)
    }

    /// Removes the tag from those that have it.
    pub fn remove(&self, tx: &mut WorkspaceTx, tag: TagId, ids: &[I]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let Self { links, column, .. } = self;
        let mut values = vec![Value::from(tag)];
        values.extend(padded(ids));
        let places = places(3, values.len() - 1);
        let sql = format!("DELETE FROM {links} WHERE workspace_id = $1 AND tag_id = $2 AND {column} IN ({places})");
        tx.send(&sql, &values)?;
        self.touch(tx, self.less, ids)
    }

    fn touch(&self, tx: &mut WorkspaceTx, set: &str, ids: &[I]) -> Result<()> {
        let mut values = vec![Value::from(tx.now())];
        values.extend(padded(ids));
        let (objects, places) = (self.objects, places(3, values.len() - 1));
        let sql = format!("UPDATE {objects} SET {set}{} WHERE workspace_id = $1 AND id IN ({places})", changed_at(2));
        tx.send(&sql, &values)
    }

    /// The number of objects that have the tag.
    pub fn count(&self, tx: &mut WorkspaceTx, tag: TagId) -> Result<i64> {
        let sql = format!("SELECT count(*) FROM {} WHERE workspace_id = $1 AND tag_id = $2", self.links);
        tx.query_one(&sql, params![tag], |row| row.get(0))
    }

    /// Removes a tag from all objects.
    pub fn forget(&self, tx: &mut WorkspaceTx, tag: TagId) -> Result<()> {
        self.untouch(tx, tag)?;
        self.unlink(tx, tag)
    }

    /// Replaces one tag by another on all objects. Both tags are locked.
    pub fn merge(&self, tx: &mut WorkspaceTx, from: TagId, into: TagId) -> Result<()> {
        self.untouch_both(tx, from, into)?;
        self.relink(tx, from, into)
    }

    /// Runs the other assignments on the objects that have both tags and so lose one.
    fn untouch_both(&self, tx: &mut WorkspaceTx, from: TagId, into: TagId) -> Result<()> {
        let Self { objects, links, column, less, .. } = self;
        let sql = format!(
            "UPDATE {objects} SET {less}{} WHERE workspace_id = $1 AND id IN \
             (SELECT f.{column} FROM {links} f JOIN {links} i ON i.workspace_id = $1 AND i.{column} = f.{column} \
             AND i.tag_id = $4 WHERE f.workspace_id = $1 AND f.tag_id = $3)",
            changed_at(2)
        );
        let now = tx.now();
        tx.send(&sql, params![now, from, into])
    }

    /// Redirects the links of one tag to another, on objects that do not have the other.
    fn relink(&self, tx: &mut WorkspaceTx, from: TagId, into: TagId) -> Result<()> {
        let Self { links, column, .. } = self;
        let sql = format!(
            "UPDATE {links} SET tag_id = $3 WHERE workspace_id = $1 AND tag_id = $2 AND {column} NOT IN \
             (SELECT i.{column} FROM {links} i WHERE i.workspace_id = $1 AND i.tag_id = $3)"
        );
        tx.send(&sql, params![from, into])?;
        self.unlink(tx, from)
    }

    /// Runs the other assignments on all objects that lose a tag.
    fn untouch(&self, tx: &mut WorkspaceTx, tag: TagId) -> Result<()> {
        let Self { objects, links, column, less, .. } = self;
        let sql = format!(
            "UPDATE {objects} SET {less}{} WHERE workspace_id = $1 AND id IN \
             (SELECT {column} FROM {links} WHERE workspace_id = $1 AND tag_id = $3)",
            changed_at(2)
        );
        let now = tx.now();
        tx.send(&sql, params![now, tag])
    }

    /// Removes all links to a tag.
    fn unlink(&self, tx: &mut WorkspaceTx, tag: TagId) -> Result<()> {
        let links = self.links;
        let sql = format!("DELETE FROM {links} WHERE workspace_id = $1 AND tag_id = $2");
        tx.send(&sql, params![tag])
    }

    /// Removes all tags from a deleted object.
    pub fn forget_object(&self, tx: &mut WorkspaceTx, object: I) -> Result<()> {
        let Self { links, column, .. } = self;
        let sql = format!("DELETE FROM {links} WHERE workspace_id = $1 AND {column} = $2");
        tx.send(&sql, &[object.into()])
    }

    /// One tag of an object, if it has it.
    pub fn get(&self, tx: &mut WorkspaceTx, object: I, tag: TagId) -> Result<Option<Tagging>> {
        let sql = self.select(&format!(" AND l.{} = $2 AND t.id = $3", self.column));
        tx.query_opt(&sql, &[object.into(), tag.into()], Tagging::from_row)
    }

    /// The tags of several objects, oldest tag first.
    pub fn of_many(&self, tx: &mut WorkspaceTx, objects: &[I]) -> Result<HashMap<I, Vec<Tagging>>> {
        let mut found: HashMap<I, Vec<Tagging>> = HashMap::new();
        if objects.is_empty() {
            return Ok(found);
        }
        let values = padded(objects);
        let which = format!(" AND l.{} IN ({}) ORDER BY t.id", self.column, places(2, values.len()));
        tx.query_all(&self.select(&which), &values, |row| {
            found.entry(row.get(Tagging::WIDTH)?).or_default().push(Tagging::from_row(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    fn select(&self, which: &str) -> String {
        let Self { links, column, .. } = self;
        let selected = Tagging::SELECTED.replace("l.part_id", "CAST(NULL AS BIGINT)");
        format!(
            "SELECT {selected}, l.{column} FROM {links} l JOIN tags t ON t.workspace_id = l.workspace_id AND t.id = l.tag_id \
             WHERE l.workspace_id = $1{which}"
        )
    }
}
