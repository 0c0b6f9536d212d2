//! Removing what a workspace file does not mention.

use deskwire_domain::error::ErrorKind;
use deskwire_domain::fin::procedures;
use deskwire_domain::{
    Cx, Removed, admins, apps, away_reasons, banners, brands, conversation_attributes, custom_objects, data_attributes,
    emails, help_centers, macros, newsfeeds, segments, subscriptions, tags, teams, ticket_states, ticket_types,
    webhooks, workflows,
};
use toml::Spanned;

use super::{Outcome, Refused, WorkspaceFile};

impl WorkspaceFile {
    /// Removes what the file does not mention. Segments are removed before the tags they use.
    pub(super) fn prune(&self, cx: &mut Cx, outcome: &mut Outcome) -> Result<(), Refused> {
        let c = &self.contents;
        let names: Vec<&str> = c.teams.iter().map(|t| t.get_ref().name.trim()).collect();
        outcome.remove("team", &teams::prune(cx, &names)?);
        let labels: Vec<&str> = c.away_status_reasons.iter().map(|r| r.get_ref().label.trim()).collect();
        outcome.remove("away status reason", &away_reasons::prune(cx, &labels)?);
        let segments: Vec<&segments::Declared> = c.segments.iter().map(Spanned::get_ref).collect();
        let keys: Vec<_> = segments.iter().map(|s| (s.person_type.as_str(), s.name.as_str())).collect();
        outcome.remove("segment", &segments::prune(cx, &keys)?);
        let types: Vec<&str> = c.object_types.iter().map(|t| t.get_ref().identifier.trim()).collect();
        let pruned = custom_objects::prune(cx, &types)?;
        outcome.remove("object type", &pruned.removed);
        let stays = |(name, why): (String, _)| format!("object type {name:?} stays: {why}");
        outcome.notes.extend(pruned.not_removed.into_iter().map(stays));
        for tag in tags::list(cx)? {
            let name = tag.name;
            if !c.tags.iter().any(|t| t.get_ref().name.trim().to_lowercase() == name.to_lowercase()) {
                let uses = tags::uses(cx, tag.id)?;
                match tags::delete(cx, tag.id) {
                    Ok(()) => outcome.remove("tag", &[Removed { name, uses }]),
                    Err(e) if e.kind == ErrorKind::TagInUse => {
                        outcome.notes.push(format!("tag {name:?} stays: {}", e.message));
                    }
                    Err(e) => return Err(e.into()),
                }
            }
        }
        let labels: Vec<&str> = c.ticket_states.iter().map(|s| s.get_ref().internal_label.trim()).collect();
        outcome.remove("ticket state", &ticket_states::prune(cx, &labels)?);
        let addresses: Vec<String> = c.emails.iter().map(|e| e.get_ref().email.trim().to_lowercase()).collect();
        outcome.remove("email address", &emails::prune(cx, &addresses)?);
        let names: Vec<&str> = c.brands.iter().map(|b| b.get_ref().name.trim()).collect();
        let (removed, stays) = brands::prune(cx, &names)?;
        outcome.remove("brand", &removed);
        outcome.notes.extend(stays.iter().map(|name| format!("brand {name:?} stays: it has email addresses")));
        let names: Vec<&str> = c.macros.iter().map(|m| m.get_ref().name.trim()).collect();
        outcome.remove("macro", &macros::prune(cx, &names)?);
        let names: Vec<&str> = c.banners.iter().map(|banner| banner.get_ref().name.trim()).collect();
        outcome.remove("banner", &banners::prune(cx, &names)?);
        let identifiers: Vec<&str> = c.help_centers.iter().map(|h| h.get_ref().identifier.as_str()).collect();
        let feeds: Vec<&str> = c.newsfeeds.iter().map(|feed| feed.get_ref().name.trim()).collect();
        let pruned =
            [("help center", help_centers::prune(cx, &identifiers)?), ("newsfeed", newsfeeds::prune(cx, &feeds)?)];
        for (kind, (removed, stays)) in pruned {
            // Those in use are not removed.
            let removed: Vec<Removed> = removed.into_iter().map(|name| Removed { name, uses: Vec::new() }).collect();
            outcome.remove(kind, &removed);
            outcome.notes.extend(stays.iter().map(|name| format!("{kind} {name:?} stays: it is in use")));
        }
        let titles: Vec<&str> = c.workflows.iter().map(|w| w.get_ref().title.trim()).collect();
        outcome.remove("workflow", &workflows::prune(cx, &titles)?);
        let kept: Vec<&str> = c.procedures.iter().map(|p| p.get_ref().name.trim()).collect();
        let gone = procedures::prune(cx, &kept)?.into_iter().map(|name| Removed { name, uses: Vec::new() });
        outcome.remove("procedure", &gone.collect::<Vec<_>>());
        let kept: Vec<&str> = c.webhooks.iter().map(|w| w.get_ref().app.trim()).collect();
        outcome.remove("webhooks", &webhooks::prune(cx, &kept)?);
        self.keep(cx, outcome)
    }

    /// Names what is not removed although the file does not mention it.
    fn keep(&self, cx: &mut Cx, outcome: &mut Outcome) -> Result<(), Refused> {
        let c = &self.contents;
        for full in admins::list(cx)? {
            let email = full.admin.email;
            if !c.admins.iter().any(|a| a.get_ref().email.trim().eq_ignore_ascii_case(&email)) {
                outcome
                    .notes
                    .push(format!("admin {email:?} stays: declare them as removed, or use `deskwire admin remove`"));
            }
        }
        for attribute in data_attributes::custom(cx, false)? {
            let name = attribute.name;
            if !c.data_attributes.iter().any(|a| a.get_ref().name.trim() == name) {
                outcome.notes.push(format!("data attribute {name:?} stays: archive it through the API"));
            }
        }
        let types: Vec<&custom_objects::Declared> = c.object_types.iter().map(Spanned::get_ref).collect();
        for (of, name) in custom_objects::undeclared(cx, &types)? {
            outcome.notes.push(format!("attribute {name:?} of object type {of:?} stays: declare it as archived"));
        }
        for attribute in conversation_attributes::list(cx, false)? {
            let name = attribute.name;
            if !c.conversation_attributes.iter().any(|a| a.get_ref().name.trim() == name) {
                outcome.notes.push(format!("conversation attribute {name:?} stays: archive it through the API"));
            }
        }
        for row in ticket_types::rows(cx)? {
            if !row.archived && !c.ticket_types.iter().any(|t| t.get_ref().name.trim() == row.name) {
                outcome.notes.push(format!("ticket type {:?} stays: declare it as archived", row.name));
            }
        }
        for (app, _) in apps::list(cx)? {
            if !c.apps.iter().any(|a| a.get_ref().client_id.trim() == app.client_id) {
                outcome.notes.push(format!("app {:?} stays: use `deskwire app remove`", app.name));
            }
        }
        for kind in subscriptions::list(cx)? {
            if !c.subscription_types.iter().any(|t| t.get_ref().name == kind.name) {
                outcome.notes.push(format!("subscription type {:?} stays: declare it as archived", kind.name));
            }
        }
        Ok(())
    }
}
