//! Looks for due work in all workspaces, also while a part of the database is down.
//!
//! Usually one statement looks in all workspaces. On Citus it fails while one node is down. For a while, workspaces are
//! then looked at in parts, those of each node apart, and a node that does not answer is left alone. Where nodes are
//! unknown, a part that fails is divided until it is known which workspace fails.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deskwire_domain::error::{Error, ErrorClass, Result};
use deskwire_store::global::queues::Among;
use deskwire_store::global::workers;
use deskwire_store::global::workspaces::{self, Home};
use deskwire_store::{Db, Dialect, Tx};
use parking_lot::Mutex;

/// How long workspaces are looked at in parts after a look at all of them failed, and how long a part that failed is
/// left alone.
const PAUSE: Duration = Duration::from_secs(30);
/// The maximum number of workspaces of a part.
const PART: usize = 64;
/// The maximum number of statements of a round, and the time after which it starts no more. The next round continues.
const STATEMENTS: usize = 64;
const ROUND: Duration = Duration::from_secs(2);

/// The looks of a process.
#[derive(Debug)]
pub(crate) struct Looks {
    db: Db,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// All workspaces when they were last listed, in order.
    homes: Vec<Home>,
    /// Set while workspaces are looked at in parts: until when no look at all of them is tried.
    parted: Option<Instant>,
    /// What failed, and until when it is left alone.
    down: HashMap<Place, Instant>,
    /// For each kind of look, the last workspace of a round that did not reach all of them.
    reached: HashMap<&'static str, Home>,
}

/// What fails as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    Node(i64),
    Workspace(String),
}

impl Place {
    fn of(home: &Home) -> Place {
        home.node.map_or_else(|| Place::Workspace(home.workspace.clone()), Place::Node)
    }
}

impl State {
    /// The parts of the next round, the first one last.
    fn parts(&mut self, what: &'static str) -> Vec<Vec<Home>> {
        let now = Instant::now();
        self.down.retain(|_, until| *until > now);
        let mut open: Vec<&Home> = self.homes.iter().filter(|home| !self.down.contains_key(&Place::of(home))).collect();
        if let Some(last) = self.reached.get(what) {
            let next = open.partition_point(|home| *home <= last);
            open.rotate_left(next);
        }
        let own = open.chunk_by(|home, next| home.node == next.node).flat_map(|of_node| of_node.chunks(PART));
        let mut parts: Vec<Vec<Home>> = own.map(|part| part.iter().copied().cloned().collect()).collect();
        parts.reverse();
        parts
    }
}

impl Looks {
    pub(crate) fn new(db: Db) -> Arc<Self> {
        Arc::new(Self { db, state: Mutex::default() })
    }

    /// Lists the workspaces, so that they are known when a node is down.
    pub(crate) async fn list(&self) {
        if self.db.dialect() == Dialect::Sqlite {
            return;
        }
        match self.db.read(|tx| workspaces::homes(tx).map_err(Error::from)).await {
            Ok(homes) => self.state.lock().homes = homes,
            Err(error) => tracing::debug!(cause = error.cause.as_deref(), "workspaces cannot be listed: {error}"),
        }
    }

    /// Whether workspaces are looked at in parts.
    pub(crate) fn are_parted(&self) -> bool {
        self.state.lock().parted.is_some_and(|until| until > Instant::now())
    }

    /// After a look at all workspaces failed: whether they are looked at in parts from now on. They are not if the
    /// database does not answer at all, or if one PostgreSQL is so busy that more statements would make it worse.
    pub(crate) async fn part(&self, what: &'static str, error: &Error) -> bool {
        if self.db.dialect() == Dialect::Sqlite {
            return false;
        }
        let is_on_citus = self.db.read(|tx| workers::clock(tx).map_err(Error::from).map(|_| tx.is_on_citus()));
        let is_late = matches!(error.kind.class(), ErrorClass::Unavailable | ErrorClass::Timeout);
        match is_on_citus.await {
            Ok(is_on_citus) if is_on_citus || !is_late => {}
            Ok(_) | Err(_) => return false,
        }
        self.list().await;
        let mut state = self.state.lock();
        if state.homes.is_empty() {
            return false;
        }
        state.parted = Some(Instant::now() + PAUSE);
        drop(state);
        tracing::warn!(
            cause = error.cause.as_deref(),
            "a look at all workspaces for {what} failed, so they are looked at in parts: {error}"
        );
        true
    }

    /// After a look at all workspaces succeeded.
    pub(crate) fn join(&self) {
        let mut state = self.state.lock();
        if state.parted.take().is_some() {
            state.down.clear();
            state.reached.clear();
            drop(state);
            tracing::info!("all workspaces can be looked at together again");
        }
    }

    /// What `look` finds in all workspaces that can be reached.
    pub(crate) async fn all<T: Send + 'static>(
        &self,
        what: &'static str,
        look: impl Fn(&mut Tx<'_>, Among<'_>) -> Result<Vec<T>> + Clone + Send + 'static,
    ) -> Result<Vec<T>> {
        if !self.are_parted() {
            let whole = look.clone();
            match self.db.read(move |tx| whole(tx, None)).await {
                Ok(found) => {
                    self.join();
                    return Ok(found);
                }
                Err(error) => {
                    if !self.part(what, &error).await {
                        return Err(error);
                    }
                }
            }
        }
        Ok(self.in_parts(what, look).await)
    }

    /// What `look` finds in parts of the workspaces: in as many as a round has time for.
    pub(crate) async fn in_parts<T: Send + 'static>(
        &self,
        what: &'static str,
        look: impl Fn(&mut Tx<'_>, Among<'_>) -> Result<Vec<T>> + Clone + Send + 'static,
    ) -> Vec<T> {
        let begun = Instant::now();
        let (mut found, mut statements, mut is_further) = (Vec::new(), 0, false);
        let mut parts = self.state.lock().parts(what);
        while let Some(part) = parts.pop() {
            let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
            // A node may have failed since.
            if self.state.lock().down.contains_key(&Place::of(first)) {
                continue;
            }
            if is_further && (statements >= STATEMENTS || begun.elapsed() >= ROUND) {
                return found;
            }
            statements += 1;
            let (look, among) = (look.clone(), part.iter().map(|home| home.workspace.clone()).collect::<Vec<_>>());
            match self.db.read(move |tx| look(tx, Some(among.as_slice()))).await {
                Ok(more) => found.extend(more),
                Err(_) if first.node.is_none() && part.len() > 1 => {
                    let (left, right) = part.split_at(part.len() / 2);
                    parts.extend([right.to_vec(), left.to_vec()]);
                    continue;
                }
                Err(error) => self.leave(Place::of(first), &error),
            }
            is_further = true;
            self.state.lock().reached.insert(what, last.clone());
        }
        self.state.lock().reached.remove(what);
        found
    }

    fn leave(&self, place: Place, error: &Error) {
        let cause = error.cause.as_deref();
        match &place {
            Place::Node(node) => tracing::warn!(node, cause, "the work of a node waits, because it failed: {error}"),
            Place::Workspace(workspace) => {
                tracing::warn!(workspace, cause, "the work of a workspace waits, because a look at it failed: {error}");
            }
        }
        self.state.lock().down.insert(place, Instant::now() + PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, Instant, PART, PAUSE, Place, State};

    fn home(node: Option<i64>, number: usize) -> Home {
        Home { node, workspace: format!("w{number:03}") }
    }

    fn sizes(state: &mut State) -> Vec<usize> {
        state.parts("mail").iter().rev().map(Vec::len).collect()
    }

    #[test]
    fn parts_are_of_one_node_each_and_leave_out_what_is_down() {
        let homes = (0..70).map(|n| home(Some(1), n)).chain((70..75).map(|n| home(Some(2), n))).collect();
        let mut state = State { homes, ..State::default() };
        assert_eq!(sizes(&mut state), [PART, 70 - PART, 5]);
        state.down.insert(Place::Node(1), Instant::now() + PAUSE);
        assert_eq!(sizes(&mut state), [5]);
        state.down.insert(Place::Node(1), Instant::now());
        assert_eq!(sizes(&mut state), [PART, 70 - PART, 5], "after a while it is looked at again");
    }

    #[test]
    fn a_round_continues_where_the_last_one_ended() {
        let homes = (0..5).map(|n| home(None, n)).collect();
        let mut state = State { homes, ..State::default() };
        state.reached.insert("mail", home(None, 2));
        let first = state.parts("mail").pop().and_then(|part| part.first().cloned());
        assert_eq!(first, Some(home(None, 3)));
        assert_eq!(state.parts("jobs").pop().and_then(|part| part.first().cloned()), Some(home(None, 0)));
    }
}
