//! An article as the API represents it.

use deskwire_domain::articles::{ArticleContent, ArticleState, Full, body};
use deskwire_domain::ids::{AdminId, ArticleId, FolderId};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::public::wire::TagList;
use crate::request::Request;
use crate::versions::{Feature, Version};

/// The context in which articles are rendered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) workspace: &'a str,
    /// The URL by which clients reach this server.
    pub(crate) origin: &'a str,
    pub(crate) version: Version,
}

/// An article.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    id: ArticleId,
    r#type: &'static str,
    workspace_id: &'a str,
    #[serde(flatten)]
    parent: Option<Parent>,
    parent_ids: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Statistics>,
    tags: TagList<'a>,
    #[serde(flatten)]
    content: Option<Content<'a>>,
    exclude_from_article_suggestions: bool,
    help_center_audience: &'static str,
    scheduled_publish_at: Option<i64>,
    scheduled_unpublish_at: Option<i64>,
    folder_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_locale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translated_content: Option<Translations<'a>>,
}

/// The single collection that older versions have.
#[derive(Serialize)]
struct Parent {
    parent_id: Option<i64>,
    parent_type: Option<&'static str>,
}

#[derive(Serialize)]
struct Statistics {
    r#type: &'static str,
    views: i64,
    conversations: i64,
    /// The same under the name of the description, which only 2.11 requires.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversions: Option<i64>,
    reactions: i64,
    happy_reaction_percentage: i64,
    neutral_reaction_percentage: i64,
    sad_reaction_percentage: i64,
}

/// The content of an article in one language.
#[derive(Serialize)]
struct Content<'a> {
    title: &'a str,
    description: &'a str,
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_markdown: Option<String>,
    author_id: i64,
    state: ArticleState,
    created_at: i64,
    updated_at: i64,
    #[serde(flatten)]
    drafts: Option<Drafts>,
    #[serde(skip_serializing_if = "Url::is_left_out")]
    url: Url,
}

/// Fields for versions with drafts.
#[derive(Serialize)]
struct Drafts {
    has_unpublished_changes: bool,
    draft_updated_at: Option<i64>,
    ai_chatbot_availability: bool,
    ai_copilot_availability: bool,
    ai_sales_agent_availability: bool,
    created_by_id: Option<i64>,
    updated_by_id: Option<i64>,
}

/// The URL of the published content.
#[derive(Serialize)]
#[serde(untagged)]
enum Url {
    Of(String),
    None(()),
    LeftOut,
}

impl Url {
    fn is_left_out(&self) -> bool {
        matches!(self, Url::LeftOut)
    }
}

/// The content of an article in each language.
struct Translations<'a> {
    full: &'a Full,
    scene: Scene<'a>,
}

#[derive(Serialize)]
struct Translation<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience_ids: Option<&'a RawValue>,
    #[serde(flatten)]
    content: Content<'a>,
}

impl<'a> View<'a> {
    /// An article in a response of its own.
    pub(super) fn new(full: &'a Full, request: &'a Request) -> Self {
        Self::of(full, scene(request))
    }

    /// An article in a list.
    pub(super) fn listed(full: &'a Full, request: &'a Request) -> Self {
        let scene = scene(request);
        let view = Self::of(full, scene);
        // 2.11 requires them everywhere.
        if scene.version.has(Feature::OptionalFields) { view } else { view.with_statistics(full, scene.version) }
    }

    /// The fields of every view of an article.
    pub(crate) fn of(full: &'a Full, scene: Scene<'a>) -> Self {
        let article = &full.article;
        // 2.11 requires them of all articles.
        let many = full.is_multilingual() || !scene.version.has(Feature::OptionalFields);
        Self {
            id: article.id,
            r#type: "article",
            workspace_id: scene.workspace,
            parent: (!scene.version.has(Feature::ParentLists)).then(|| Parent::of(full, scene.version)),
            parent_ids: full.collections.iter().map(|placement| placement.collection_id.number()).collect(),
            statistics: None,
            tags: TagList::of(&full.tags),
            content: full.content().map(|content| Content::new(full, content, scene, article.updated_at)),
            exclude_from_article_suggestions: false,
            help_center_audience: "everyone",
            scheduled_publish_at: article.scheduled_publish_at,
            scheduled_unpublish_at: article.scheduled_unpublish_at,
            folder_id: article.folder_id.map(FolderId::number),
            default_locale: many.then_some(article.default_locale.as_str()),
            translated_content: many.then_some(Translations { full, scene }),
        }
    }

    /// With the reactions of readers.
    pub(crate) fn with_statistics(self, full: &Full, version: Version) -> Self {
        let article = &full.article;
        let (happy, neutral, sad) = (article.happy_reactions, article.neutral_reactions, article.sad_reactions);
        let all = happy + neutral + sad;
        let percentage = |of: i64| if all == 0 { 0 } else { (of * 100 + all / 2) / all };
        let statistics = Statistics {
            r#type: "article_statistics",
            views: article.views,
            conversations: article.conversations,
            conversions: (!version.has(Feature::OptionalFields)).then_some(article.conversations),
            reactions: all,
            happy_reaction_percentage: percentage(happy),
            neutral_reaction_percentage: percentage(neutral),
            sad_reaction_percentage: percentage(sad),
        };
        Self { statistics: Some(statistics), ..self }
    }
}

fn scene(request: &Request) -> Scene<'_> {
    Scene { workspace: request.caller().workspace(), origin: &request.origin, version: request.version() }
}

impl Parent {
    fn of(full: &Full, version: Version) -> Self {
        let first = full.collections.first();
        let section = |level: i64| level > 1 && !version.has(Feature::NestedCollections);
        Self {
            parent_id: first.map(|placement| placement.collection_id.number()),
            parent_type: first.map(|placement| if section(placement.level) { "section" } else { "collection" }),
        }
    }
}

impl<'a> Content<'a> {
    fn new(full: &'a Full, content: &'a ArticleContent, scene: Scene<'a>, updated_at: i64) -> Self {
        let newest = scene.version.has(Feature::ArticleDrafts);
        Self {
            title: &content.title,
            description: &content.description,
            body: &content.body,
            body_markdown: newest.then(|| body::markdown(&content.body)),
            author_id: content.author_id.number(),
            state: content.state,
            created_at: content.created_at,
            updated_at,
            drafts: newest.then(|| Drafts {
                has_unpublished_changes: content.draft.is_some(),
                draft_updated_at: content.draft_updated_at,
                ai_chatbot_availability: content.ai_chatbot_availability,
                ai_copilot_availability: content.ai_copilot_availability,
                ai_sales_agent_availability: content.ai_sales_agent_availability,
                created_by_id: content.created_by_id.map(AdminId::number),
                updated_by_id: content.updated_by_id.map(AdminId::number),
            }),
            url: full.url(content, scene.workspace, scene.origin).map_or(Url::None(()), Url::Of),
        }
    }
}

impl Serialize for Translations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "article_translated_content")?;
        for content in &self.full.contents {
            let mut view = Content::new(self.full, content, self.scene, content.updated_at);
            if matches!(view.url, Url::None(())) {
                // Only the URL of the article itself may be null.
                view.url = Url::LeftOut;
            }
            let audiences = serde_json::from_str(&content.audience_ids).map_err(serde::ser::Error::custom)?;
            let audience_ids = self.scene.version.has(Feature::ArticleDrafts).then_some(audiences);
            let view = Translation { r#type: "article_content", audience_ids, content: view };
            map.serialize_entry(&content.locale, &view)?;
        }
        map.end()
    }
}
