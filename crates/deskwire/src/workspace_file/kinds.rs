//! The kinds of objects that a workspace file may declare, in the order in which they are applied.

use std::collections::HashSet;

use deskwire_api::auth::Scopes;
use deskwire_api::topics;
use deskwire_api::versions::Version;
use deskwire_domain::fin::procedures;
use deskwire_domain::{
    Cx, Error, Result, admins, apps, audiences, away_reasons, banners, brands, calls, conversation_attributes,
    custom_objects, data_attributes, emails, fin, help_centers, macros, messages, newsfeeds, segments, subscriptions,
    tags, teams, ticket_states, ticket_types, visitors, webhooks, workflows, workspaces,
};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::prune::{self, Pruned, names};
use super::{Outcome, Refused, WorkspaceFile};
use crate::cli;
use crate::cli::webhooks::no_topic;

/// A kind of object that a file may declare.
pub(super) trait Item: Sized {
    /// The name of the kind in messages.
    const KIND: &'static str;
    /// The name of an object in messages.
    fn label(&self) -> &str;
    /// Its key, unique among objects of its kind.
    fn key(&self) -> String {
        self.label().trim().to_owned()
    }
    /// Creates it if it is new. Called for all objects of a kind before the first is declared, so that they can refer
    /// to each other.
    fn announce(_: &mut Cx, _: &Self) -> Result<bool> {
        Ok(false)
    }
    /// Creates or changes it. Returns whether anything changed.
    fn declare(cx: &mut Cx, declared: &Self) -> Result<bool>;
    /// The objects that the workspace has, with their secrets if `secrets`.
    fn declared(cx: &mut Cx, secrets: bool) -> Result<Vec<Self>>;
    /// Removes the objects that are not among `kept`, as far as a file may.
    fn prune(_: &mut Cx, _kept: &[&Self]) -> Result<Pruned> {
        Ok(Pruned::default())
    }
    /// The keys of the objects that exist before `items` are declared.
    fn known(cx: &mut Cx, _items: &[Spanned<Self>]) -> Result<HashSet<String>> {
        Ok(Self::declared(cx, false)?.iter().map(Self::key).collect())
    }
}

/// A row per kind: the name of the table in the file, its type, its name in messages, the field that identifies an
/// object, the verbs, and how objects that a file does not mention are removed. Overrides of other functions of
/// [`Item`] follow in braces.
macro_rules! kinds {
    ($(
        $(#[$attribute:meta])*
        $field:ident: $type:ty = $kind:literal by $name:ident, $declare:path, $declared:expr
            $(, prune $prune:expr)? $(, { $($other:item)* })?;
    )*) => {
        /// Everything a file may contain.
        #[derive(Debug, Clone, Default, Deserialize, Serialize)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct Contents {
            pub(super) workspace: Option<Spanned<workspaces::Declared>>,
            pub(super) fin: Option<Spanned<fin::Declared>>,
            $($(#[$attribute])* pub(super) $field: Vec<Spanned<$type>>,)*
        }

        impl Contents {
            /// The contents of the actor's workspace.
            pub(super) fn of_workspace(cx: &mut Cx, secrets: bool) -> Result<Self> {
                Ok(Self {
                    workspace: Some(Spanned::new(0..0, workspaces::declared(cx)?)),
                    fin: fin::declared(cx, secrets)?.map(|settings| Spanned::new(0..0, settings)),
                    $($field: spanned(<$type as Item>::declared(cx, secrets)?),)*
                })
            }
        }

        impl WorkspaceFile {
            /// Rejects objects that are declared twice: each time, the second declaration would undo the first.
            pub(super) fn each_once(&self) -> cli::Result {
                $(self.unique(&self.contents.$field, Item::key)?;)*
                Ok(())
            }

            /// Declares everything, kind by kind.
            pub(super) fn declare_kinds(&self, cx: &mut Cx, outcome: &mut Outcome) -> std::result::Result<(), Refused> {
                $(self.declare_items(cx, &self.contents.$field, outcome)?;)*
                Ok(())
            }

            /// Removes objects that the file does not mention, referring ones before the referenced ones.
            pub(super) fn prune(&self, cx: &mut Cx, outcome: &mut Outcome) -> std::result::Result<(), Refused> {
                type Prune = fn(&Contents, &mut Cx, &mut Outcome) -> Result<()>;
                let kinds: &[Prune] = &[$(|contents: &Contents, cx: &mut Cx, outcome: &mut Outcome| prune_kind(cx, &contents.$field, outcome)),*];
                for prune in kinds.iter().rev() {
                    prune(&self.contents, cx, outcome)?;
                }
                Ok(())
            }
        }

        $(impl Item for $type {
            const KIND: &'static str = $kind;
            fn label(&self) -> &str {
                &self.$name
            }
            fn declare(cx: &mut Cx, declared: &Self) -> Result<bool> {
                $declare(cx, declared)
            }
            fn declared(cx: &mut Cx, secrets: bool) -> Result<Vec<Self>> {
                let list: fn(&mut Cx, bool) -> Result<Vec<Self>> = $declared;
                list(cx, secrets)
            }
            $(fn prune(cx: &mut Cx, kept: &[&Self]) -> Result<Pruned> {
                let prune: fn(&mut Cx, &[&Self]) -> Result<Pruned> = $prune;
                prune(cx, kept)
            })?
            $($($other)*)?
        })*
    };
}

fn prune_kind<T: Item>(cx: &mut Cx, kept: &[Spanned<T>], outcome: &mut Outcome) -> Result<()> {
    let kept: Vec<&T> = kept.iter().map(Spanned::get_ref).collect();
    let Pruned { removed, stays, notes } = T::prune(cx, &kept)?;
    outcome.remove(T::KIND, &removed);
    outcome.notes.extend(stays.iter().map(|(name, why)| format!("{} {name:?} stays: {why}", T::KIND)));
    outcome.notes.extend(notes);
    Ok(())
}

kinds! {
    // Before the admins, who refer to them.
    roles: admins::Role = "role" by name, admins::declare_role, |cx, _| admins::declared_roles(cx);
    admins: admins::Declared = "admin" by email, admins::declare, admins::declared, prune prune::admins, {
        fn key(&self) -> String {
            self.email.trim().to_lowercase()
        }
        fn known(cx: &mut Cx, _: &[Spanned<Self>]) -> Result<HashSet<String>> {
            Ok(admins::ever(cx)?.into_iter().map(|admin| admin.email.to_lowercase()).collect())
        }
    };
    teams: teams::Declared = "team" by name, teams::declare, |cx, _| teams::declared(cx),
        prune |cx, kept| Ok(teams::prune(cx, &names(kept))?.into());
    away_status_reasons: away_reasons::Declared = "away status reason" by label, away_reasons::declare,
        |cx, _| away_reasons::declared(cx), prune |cx, kept| Ok(away_reasons::prune(cx, &names(kept))?.into());
    // Before the segments, which may use them.
    data_attributes: data_attributes::Declared = "data attribute" by name, data_attributes::declare,
        |cx, _| data_attributes::declared(cx), prune prune::data_attributes;
    object_types: custom_objects::Declared = "object type" by identifier, custom_objects::declare,
        |cx, _| custom_objects::declared(cx), prune prune::object_types, {
        // A relation may lead to any type.
        fn announce(cx: &mut Cx, declared: &Self) -> Result<bool> {
            custom_objects::announce(cx, declared)
        }
    };
    conversation_attributes: conversation_attributes::Declared = "conversation attribute" by name,
        conversation_attributes::declare, |cx, _| conversation_attributes::declared(cx), prune prune::conversation_attributes;
    tags: tags::Declared = "tag" by name, tags::declare, |cx, _| tags::declared(cx), prune prune::tags, {
        fn key(&self) -> String {
            self.name.trim().to_lowercase()
        }
    };
    subscription_types: subscriptions::Declared = "subscription type" by name, subscriptions::declare,
        |cx, _| subscriptions::declared(cx), prune prune::subscription_types, {
        fn key(&self) -> String {
            self.name.clone()
        }
    };
    segments: segments::Declared = "segment" by name, segments::declare, |cx, _| segments::declared(cx),
        prune |cx, kept| {
            let keys: Vec<_> = kept.iter().map(|s| (s.person_type.as_str(), s.name.as_str())).collect();
            Ok(segments::prune(cx, &keys)?.into())
        }, {
        fn key(&self) -> String {
            format!("{} ({})", self.name, self.person_type)
        }
    };
    // Visitors are data: exported files do not contain them.
    #[serde(skip_serializing)]
    visitors: visitors::Declared = "visitor" by user_id, visitors::declare, |_, _| Ok(Vec::new()), {
        fn known(cx: &mut Cx, items: &[Spanned<Self>]) -> Result<HashSet<String>> {
            let known = visitors::declared(cx, items.iter().map(Spanned::get_ref))?;
            Ok(known.iter().map(Self::key).collect())
        }
    };
    // Messages are data, too.
    #[serde(skip_serializing)]
    whatsapp_messages: messages::Declared = "WhatsApp message" by message_id, messages::declare, |_, _| Ok(Vec::new()), {
        fn known(cx: &mut Cx, items: &[Spanned<Self>]) -> Result<HashSet<String>> {
            let known = messages::declared(cx, items.iter().map(Spanned::get_ref))?;
            Ok(known.iter().map(Self::key).collect())
        }
    };
    help_centers: help_centers::Declared = "help center" by identifier, help_centers::declare,
        |cx, _| help_centers::declared(cx), prune |cx, kept| Ok(Pruned::unused(help_centers::prune(cx, &names(kept))?));
    // After the attributes, tags and segments that they use.
    audiences: audiences::Declared = "audience" by name, audiences::declare, |cx, _| audiences::declared(cx),
        prune prune::audiences;
    // After the audiences, which they refer to.
    banners: banners::Declared = "banner" by name, banners::declare, |cx, _| banners::declared(cx),
        prune |cx, kept| Ok(banners::prune(cx, &names(kept))?.into());
    newsfeeds: newsfeeds::Declared = "newsfeed" by name, newsfeeds::declare, |cx, _| newsfeeds::declared(cx),
        prune |cx, kept| Ok(Pruned::unused(newsfeeds::prune(cx, &names(kept))?));
    procedures: procedures::Declared = "procedure" by name, procedures::declare, |cx, _| procedures::declared(cx),
        prune |cx, kept| Ok(Pruned::unused((procedures::prune(cx, &names(kept))?, Vec::new())));
    // After the help centers, which they refer to.
    brands: brands::Declared = "brand" by name, brands::declare, |cx, _| brands::declared(cx),
        prune prune::brands, {
        // A file may rename the default one.
        fn key(&self) -> String {
            if self.default { "(default)".to_owned() } else { self.name.trim().to_owned() }
        }
    };
    emails: emails::Declared = "email address" by email, emails::declare, |cx, _| emails::declared(cx),
        prune |cx, kept| {
            let addresses: Vec<String> = kept.iter().map(|address| address.key()).collect();
            Ok(emails::prune(cx, &addresses)?.into())
        }, {
        fn key(&self) -> String {
            self.email.trim().to_lowercase()
        }
    };
    // After the teams, admins and tags that their actions refer to.
    macros: macros::Declared = "macro" by name, macros::declare, |cx, _| macros::declared(cx),
        prune |cx, kept| Ok(macros::prune(cx, &names(kept))?.into());
    workflows: workflows::Declared = "workflow" by title, workflows::declare, |cx, _| workflows::declared(cx),
        prune |cx, kept| Ok(workflows::prune(cx, &names(kept))?.into());
    // Calls are data, too. After the admins, whom they refer to.
    #[serde(skip_serializing)]
    calls: calls::Declared = "call" by external_id, calls::declare, |_, _| Ok(Vec::new()), {
        fn known(cx: &mut Cx, items: &[Spanned<Self>]) -> Result<HashSet<String>> {
            let known = calls::declared(cx, items.iter().map(Spanned::get_ref))?;
            Ok(known.iter().map(Self::key).collect())
        }
    };
    apps: apps::Declared = "app" by name, app, apps::declared, prune prune::apps, {
        fn key(&self) -> String {
            self.client_id.trim().to_owned()
        }
    };
    webhooks: webhooks::Declared = "webhooks" by app, topics_of_app, |cx, _| webhooks::declared(cx),
        prune |cx, kept| Ok(webhooks::prune(cx, &names(kept))?.into()), {
        // A file refers to their apps by client id or by name.
        fn known(cx: &mut Cx, _: &[Spanned<Self>]) -> Result<HashSet<String>> {
            let mut known: HashSet<String> = webhooks::declared(cx)?.iter().map(Self::key).collect();
            let apps = apps::list(cx)?.into_iter().map(|(app, _)| app);
            let names: Vec<String> = apps.filter(|a| known.contains(&a.client_id)).map(|a| a.name).collect();
            known.extend(names);
            Ok(known)
        }
    };
    ticket_types: ticket_types::Declared = "ticket type" by name, ticket_types::declare,
        |cx, _| ticket_types::declared(cx), prune prune::ticket_types;
    // After the types, which they refer to.
    ticket_states: ticket_states::Declared = "ticket state" by internal_label, ticket_states::declare,
        |cx, _| ticket_states::declared(cx), prune |cx, kept| Ok(ticket_states::prune(cx, &names(kept))?.into());
}

/// Wraps items that do not come from a file.
fn spanned<T>(items: Vec<T>) -> Vec<Spanned<T>> {
    items.into_iter().map(|item| Spanned::new(0..0, item)).collect()
}

/// Declares an app after validating its scopes and version.
fn app(cx: &mut Cx, declared: &apps::Declared) -> Result<bool> {
    if let Err(unknown) = Scopes::parse(&declared.scopes.join(" ")) {
        return Err(Error::invalid(format!("there is no scope {unknown}")).field("scopes"));
    }
    if let Some(version) = &declared.api_version
        && Version::parse(version).is_none()
    {
        return Err(Error::invalid(format!("there is no version {version}")).field("api_version"));
    }
    apps::declare(cx, declared)
}

/// Declares webhooks after validating their topics.
fn topics_of_app(cx: &mut Cx, declared: &webhooks::Declared) -> Result<bool> {
    if let Some(unknown) = topics::unknown(declared.topics.iter().map(|t| t.trim())) {
        return Err(Error::invalid(no_topic(unknown)).field("topics"));
    }
    webhooks::declare(cx, declared)
}
