//! How many conversations the lists of each teammate hold, told when that changes: looked at once a second at most, and
//! beside the reading of events, so that these do not wait for it.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::AdminId;
use deskwire_domain::inbox::lists;
use deskwire_domain::inbox::views::{self, Which};
use deskwire_domain::notifications::{self, Recipient};
use deskwire_domain::{Actor, Cx, Noun, Permissions, Tenant, teams};

use super::room::Room;
use crate::app::App;
use crate::inbox::start::COUNTED;

/// How long to wait between two looks.
const EVERY: Duration = Duration::from_secs(1);
/// How many teammates are looked at at a time.
const AT_ONCE: usize = 32;

/// The counts of a teammate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) lists: BTreeMap<String, usize>,
    /// Unread notifications; one more than are counted for more.
    pub(super) unread: i64,
}

/// What was told to whom, and who is to be told next: at most one entry for each teammate who follows.
#[derive(Debug, Default)]
pub(super) struct Counting {
    due: VecDeque<AdminId>,
    told: HashMap<AdminId, Counts>,
}

impl Counting {
    /// The counts of these teammates may have changed.
    pub(super) fn expect(&mut self, admins: impl IntoIterator<Item = AdminId>) {
        let waiting: HashSet<AdminId> = self.due.iter().copied().collect();
        self.due.extend(admins.into_iter().filter(|admin| !waiting.contains(admin)));
    }

    /// Those whose turn it is.
    pub(super) fn next(&mut self) -> Vec<AdminId> {
        let count = self.due.len().min(AT_ONCE);
        self.due.drain(..count).collect()
    }

    /// What of the counts of a teammate is new to them; none if nothing is.
    pub(super) fn news(&mut self, admin: AdminId, now: Counts) -> Option<Counts> {
        let before = self.told.get(&admin);
        let is_known = |name: &str, count: usize| before.is_some_and(|b| b.lists.get(name) == Some(&count));
        let changed = now.lists.iter().filter(|(name, count)| !is_known(name, **count));
        let lists: BTreeMap<String, usize> = changed.map(|(name, count)| (name.clone(), *count)).collect();
        let is_news = !lists.is_empty() || before.map_or(now.unread > 0, |before| before.unread != now.unread);
        let unread = now.unread;
        self.told.insert(admin, now);
        is_news.then_some(Counts { lists, unread })
    }

    /// Forgets what was told to somebody who did not take it, or is gone.
    pub(super) fn forget(&mut self, admin: AdminId) {
        self.told.remove(&admin);
    }
}

/// Tells counts until it is dropped.
pub(super) async fn follow(app: &App, room: &Arc<Room>) {
    loop {
        room.counts_due.notified().await;
        loop {
            let admins = room.due_for_counts();
            if admins.is_empty() {
                break;
            }
            match count(app, room, &admins).await {
                Ok(counted) => room.tell_counts(counted),
                Err(error) => tracing::warn!(cause = error.cause.as_deref(), "counts could not be read: {error}"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}

async fn count(app: &App, room: &Room, admins: &[(AdminId, Permissions)]) -> Result<Vec<(AdminId, Counts)>> {
    let (tenant, admins) = (room.tenant.clone(), admins.to_vec());
    app.db
        .with_key(room.share)
        .search(move |tx| {
            let teams = teams::list(&mut Cx::new(tx, &Actor::system(tenant.clone())))?;
            let mut shared = Vec::new();
            let mut counted = Vec::with_capacity(admins.len());
            for (admin, sees) in &admins {
                let actor = actor(&tenant, *admin, *sees);
                counted.push((*admin, counts_of(&mut Cx::new(tx, &actor), &teams, &mut shared)?));
            }
            Ok::<_, Error>(counted)
        })
        .await
}

fn actor(tenant: &Arc<Tenant>, admin: AdminId, sees: Permissions) -> Actor {
    Actor::admin(tenant.clone(), admin).with(sees)
}

/// What lists hold that are the same for all with the same permissions.
type Shared = Vec<(Permissions, Which, usize)>;

fn counts_of(cx: &mut Cx, teams: &[teams::Full], shared: &mut Shared) -> Result<Counts> {
    let sees = cx.actor().permissions;
    let mut wanted: Vec<(String, Which)> =
        lists::shown(cx, teams).into_iter().map(|list| (list.id, list.which)).collect();
    if cx.actor().reads(Noun::Conversations) {
        wanted.extend(views::all(cx)?.into_iter().map(|view| (view.id.to_string(), Which::Own(view.id))));
    }
    let mut counts = Counts::default();
    for (name, which) in wanted {
        let known = shared.iter().find(|(of, list, _)| *of == sees && *list == which).map(|(.., count)| *count);
        let count = match known {
            Some(count) => count,
            None => lists::counts(cx, &[which])?.first().copied().unwrap_or_default(),
        };
        if known.is_none() && which.is_shared() {
            shared.push((sees, which, count));
        }
        counts.lists.insert(name, count);
    }
    if let Some(admin) = cx.actor().admin_id() {
        counts.unread = notifications::unread(cx, Recipient::Admin(admin))?.min(COUNTED + 1);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use deskwire_domain::ids::AdminId;

    use super::{AT_ONCE, Counting, Counts};

    fn counts(mine: usize, unread: i64) -> Counts {
        Counts { lists: [("mine".to_owned(), mine), ("all".to_owned(), 9)].into(), unread }
    }

    #[test]
    fn only_what_changed_is_told() {
        let (ada, mut counting) = (AdminId::new(1), Counting::default());
        assert_eq!(counting.news(ada, counts(1, 0)), Some(counts(1, 0)), "the first time all of it");
        assert_eq!(counting.news(ada, counts(1, 0)), None);
        let news = counting.news(ada, counts(2, 0)).unwrap();
        assert_eq!(news.lists.into_iter().collect::<Vec<_>>(), [("mine".to_owned(), 2)]);
        assert_eq!(counting.news(ada, counts(2, 3)), Some(Counts { lists: [].into(), unread: 3 }));
        counting.forget(ada);
        assert_eq!(counting.news(ada, counts(2, 3)), Some(counts(2, 3)));
        let nothing = Counts::default();
        assert_eq!(counting.news(AdminId::new(2), nothing), None, "somebody who sees nothing is told nothing");
    }

    #[test]
    fn everybody_gets_a_turn() {
        let mut counting = Counting::default();
        let all: Vec<AdminId> = (1..=40).map(AdminId::new).collect();
        counting.expect(all.clone());
        counting.expect(all.clone());
        assert_eq!(counting.next(), all[..AT_ONCE]);
        counting.expect([all[0]]);
        assert_eq!(counting.next(), [&all[AT_ONCE..], &all[..1]].concat());
        assert!(counting.next().is_empty());
    }
}
