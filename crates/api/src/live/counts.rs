//! The counts of each teammate's lists and unread notifications, sent when they change. They are read at most once a
//! second, apart from the events, which do not wait for them.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::AdminId;
use deskwire_domain::inbox::lists;
use deskwire_domain::inbox::views::{self, Which};
use deskwire_domain::notifications::{self, Recipient, Unread};
use deskwire_domain::{Access, Actor, Cx, Permissions, Tenant, teams};

use super::room::Room;
use crate::app::App;
use crate::inbox::start::COUNTED;

/// How long to wait between two reads.
const INTERVAL: Duration = Duration::from_secs(1);
/// The maximum number of teammates whose counts are read together.
const AT_ONCE: usize = 32;

/// The counts of a teammate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) lists: BTreeMap<String, usize>,
    /// Unread notifications; their count is at most one more than `COUNTED`.
    pub(super) unread: Unread,
}

/// The counts last sent to each teammate, and whose are to be read next: at most one entry for each teammate who
/// follows.
#[derive(Debug, Default)]
pub(super) struct Counting {
    due: VecDeque<AdminId>,
    sent: HashMap<AdminId, Counts>,
}

impl Counting {
    /// Queues teammates whose counts may have changed.
    pub(super) fn enqueue(&mut self, admins: impl IntoIterator<Item = AdminId>) {
        let waiting: HashSet<AdminId> = self.due.iter().copied().collect();
        self.due.extend(admins.into_iter().filter(|admin| !waiting.contains(admin)));
    }

    /// Takes the teammates whose turn it is.
    pub(super) fn next(&mut self) -> Vec<AdminId> {
        let count = self.due.len().min(AT_ONCE);
        self.due.drain(..count).collect()
    }

    /// The counts that changed since they were last sent; `None` if none did. `now` is remembered as sent.
    pub(super) fn changes(&mut self, admin: AdminId, now: Counts) -> Option<Counts> {
        let before = self.sent.get(&admin);
        let is_known = |name: &str, count: usize| before.is_some_and(|b| b.lists.get(name) == Some(&count));
        let changed = now.lists.iter().filter(|(name, count)| !is_known(name, **count));
        let lists: BTreeMap<String, usize> = changed.map(|(name, count)| (name.clone(), *count)).collect();
        let has_changes =
            !lists.is_empty() || before.map_or_else(Unread::default, |before| before.unread) != now.unread;
        let unread = now.unread;
        self.sent.insert(admin, now);
        has_changes.then_some(Counts { lists, unread })
    }

    /// Forgets the counts sent to a teammate who did not receive them, or who left.
    pub(super) fn forget(&mut self, admin: AdminId) {
        self.sent.remove(&admin);
    }
}

/// Sends counts as they change, until dropped.
pub(super) async fn follow(app: &App, room: &Arc<Room>) {
    loop {
        room.counts_due.notified().await;
        loop {
            let admins = room.admins_to_count();
            if admins.is_empty() {
                break;
            }
            match count(app, room, &admins).await {
                Ok(counted) => room.send_counts(counted),
                Err(error) => tracing::warn!(cause = error.cause.as_deref(), "counts could not be read: {error}"),
            }
            tokio::time::sleep(INTERVAL).await;
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

/// The counts of lists that are the same for all teammates with the same permissions.
type Shared = Vec<(Permissions, Which, usize)>;

fn counts_of(cx: &mut Cx, teams: &[teams::Full], shared: &mut Shared) -> Result<Counts> {
    let sees = cx.actor().permissions;
    let mut wanted: Vec<(String, Which)> =
        lists::shown(cx, teams).into_iter().map(|list| (list.id, list.which)).collect();
    if sees.of_conversations() >= Access::Read {
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
        let unread = notifications::unread(cx, Recipient::Admin(admin))?;
        counts.unread = Unread { count: unread.count.min(COUNTED + 1), ..unread };
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use deskwire_domain::ids::{AdminId, NotificationId};
    use deskwire_domain::notifications::Unread;

    use super::{AT_ONCE, Counting, Counts};

    fn unread(count: i64) -> Unread {
        Unread { count, newest: None }
    }

    fn counts(mine: usize, count: i64) -> Counts {
        Counts { lists: [("mine".to_owned(), mine), ("all".to_owned(), 9)].into(), unread: unread(count) }
    }

    #[test]
    fn only_changed_counts_are_sent() {
        let (ada, mut counting) = (AdminId::new(1), Counting::default());
        assert_eq!(counting.changes(ada, counts(1, 0)), Some(counts(1, 0)), "the first time all of it");
        assert_eq!(counting.changes(ada, counts(1, 0)), None);
        let changes = counting.changes(ada, counts(2, 0)).unwrap();
        assert_eq!(changes.lists.into_iter().collect::<Vec<_>>(), [("mine".to_owned(), 2)]);
        assert_eq!(counting.changes(ada, counts(2, 3)), Some(Counts { lists: [].into(), unread: unread(3) }));
        let newer = Counts { unread: Unread { newest: Some(NotificationId::new(1)), ..unread(3) }, ..counts(2, 3) };
        let told = Counts { lists: [].into(), ..newer.clone() };
        assert_eq!(counting.changes(ada, newer), Some(told), "another notification about the same conversations");
        counting.forget(ada);
        assert_eq!(counting.changes(ada, counts(2, 3)), Some(counts(2, 3)));
        let nothing = Counts::default();
        assert_eq!(counting.changes(AdminId::new(2), nothing), None, "a teammate who sees nothing is sent nothing");
    }

    #[test]
    fn every_teammate_gets_a_turn() {
        let mut counting = Counting::default();
        let all: Vec<AdminId> = (1..=40).map(AdminId::new).collect();
        counting.enqueue(all.clone());
        counting.enqueue(all.clone());
        assert_eq!(counting.next(), all[..AT_ONCE]);
        counting.enqueue([all[0]]);
        assert_eq!(counting.next(), [&all[AT_ONCE..], &all[..1]].concat());
        assert!(counting.next().is_empty());
    }
}
