//! Concurrent verbs are serializable: every pair of verbs that work on a common object is run
//! in both orders, each on objects of its own, and then at once, many times over. What the verbs answer, and what all
//! reads show afterwards, must be what one of the orders gives.

mod audit;
mod content;
mod declared;
mod fixture;
mod inbox;
mod settings;
mod verbs;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Barrier, RwLock, RwLockWriteGuard, mpsc};
use tokio::task::JoinSet;

use crate::app::{Database, TestApp};
use fixture::{Fixture, World, closure};
use verbs::Verb;

/// How long a write waits at most before each statement, so that two writes overlap at every statement.
const JITTER: Duration = Duration::from_micros(1500);
/// How often the work of a workspace is polled before the test fails.
const TIMEOUT: usize = 400;

/// What to run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How often each pair is run concurrently.
    pub rounds: usize,
    /// How many rounds of a pair run in parallel.
    pub beside: usize,
    /// How many pairs run in parallel.
    pub lanes: usize,
    /// Only pairs whose name (`a | b`) contains this.
    pub only: Option<String>,
    /// Only pairs of the riskiest verbs.
    pub core: bool,
    /// The seed of the random waits.
    pub seed: u64,
}

/// The result of a pair.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its name, `a | b`.
    pub pair: String,
    /// How often it was run concurrently.
    pub rounds: usize,
    /// The errors, each with how often it occurred.
    pub faults: Vec<(String, usize)>,
}

/// Both answers and the results of all reads afterwards.
type Seen = BTreeMap<String, String>;

/// The worker of all fixtures: what a verb leaves to it is done after the verb, or after both verbs, as asked for.
struct Jobs {
    app: Arc<TestApp>,
    pause: RwLock<()>,
}

/// While there is one, no job is done.
type Pause<'a> = RwLockWriteGuard<'a, ()>;

impl Jobs {
    /// Does what is due.
    async fn run(&self) {
        let _running = self.pause.read().await;
        self.app.run_jobs().await;
    }
}

/// When the jobs of the first of two verbs are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// Before the second verb.
    Between,
    /// After both.
    Afterwards,
}

/// Runs the pairs on a new server and passes each result to `report`; returns how many pairs there were.
pub async fn run(database: Database, plan: &Plan, mut report: impl FnMut(&Outcome)) -> usize {
    let app = Arc::new(TestApp::start_slowed(database, JITTER).await);
    let (pairs, number) = (Arc::new(pairs(plan)), Arc::new(AtomicUsize::new(0)));
    let jobs = Arc::new(Jobs { app: Arc::clone(&app), pause: RwLock::new(()) });
    let (tell, mut outcomes) = mpsc::unbounded_channel();
    let mut lanes = JoinSet::new();
    for lane in 0..plan.lanes {
        let mut court = Court::new(&jobs, &number, plan).await;
        let (pairs, tell, step) = (Arc::clone(&pairs), tell.clone(), plan.lanes);
        lanes.spawn(async move {
            for (one, other) in pairs.iter().skip(lane).step_by(step) {
                // The receiver is dropped only when the run is over.
                let _ = tell.send(court.judge(one, other).await);
            }
        });
    }
    drop(tell);
    while let Some(outcome) = outcomes.recv().await {
        report(&outcome);
    }
    lanes.join_all().await;
    pairs.len()
}

/// All pairs of a plan.
fn pairs(plan: &Plan) -> Vec<(&'static Verb, &'static Verb)> {
    let all: Vec<&Verb> = verbs::all().filter(|verb| verb.core || !plan.core).collect();
    let mut pairs = Vec::new();
    for (i, one) in all.iter().enumerate() {
        let own = closure(one.on);
        for other in &all[i..] {
            let meets = closure(other.on).iter().any(|slot| own.contains(slot));
            let selected = plan.only.as_ref().is_none_or(|only| name(one, other).contains(only.as_str()));
            if meets && selected {
                pairs.push((*one, *other));
            }
        }
    }
    pairs
}

fn name(one: &Verb, other: &Verb) -> String {
    format!("{} | {}", one.name, other.name)
}

struct Court {
    jobs: Arc<Jobs>,
    /// The server for the two orders.
    orders: Arc<World>,
    /// The server for concurrent runs.
    world: Arc<World>,
    /// The dangling rows found there so far.
    left_behind: BTreeMap<&'static str, i64>,
    number: Arc<AtomicUsize>,
    plan: Plan,
}

impl Court {
    async fn new(jobs: &Arc<Jobs>, number: &Arc<AtomicUsize>, plan: &Plan) -> Court {
        Court {
            orders: World::new(jobs).await,
            world: World::new(jobs).await,
            left_behind: BTreeMap::new(),
            jobs: Arc::clone(jobs),
            number: Arc::clone(number),
            plan: plan.clone(),
        }
    }

    async fn judge(&mut self, one: &'static Verb, other: &'static Verb) -> Outcome {
        if self.orders.is_full() {
            self.orders = World::new(&self.jobs).await;
        }
        let mut right = Vec::new();
        for turned in [false, true] {
            right.push(self.in_order(one, other, turned, Work::Afterwards).await);
        }
        // Dangling rows after one order are not an error of running both concurrently.
        let excused = audit::of(&self.jobs.app, self.orders.actor.workspace()).await;
        let mut faults: BTreeMap<String, usize> = BTreeMap::new();
        let (mut left, mut strange) = (self.plan.rounds, Vec::new());
        while left > 0 {
            let now = left.min(self.plan.beside);
            left -= now;
            for seen in self.at_once(one, other, now).await {
                if !right.contains(&seen) {
                    strange.push(seen);
                }
            }
            if self.world.is_full() || left == 0 {
                let found = audit::of(&self.jobs.app, self.world.actor.workspace()).await;
                for (wrong, rows) in &found {
                    if *rows > self.left_behind.get(wrong).copied().unwrap_or(0) && !excused.contains_key(wrong) {
                        *faults.entry(format!("left behind: {wrong}")).or_default() += 1;
                    }
                }
                self.left_behind = found;
            }
            if self.world.is_full() {
                (self.world, self.left_behind) = (World::new(&self.jobs).await, BTreeMap::new());
            }
        }
        if !strange.is_empty() {
            // Jobs of the first verb may be done by then, too; and the result of an order may vary: all variants count.
            for work in [Work::Between, Work::Afterwards] {
                for turned in [false, true] {
                    right.push(self.in_order(one, other, turned, work).await);
                }
            }
        }
        for seen in strange.iter().filter(|seen| !right.contains(seen)) {
            *faults.entry(difference(seen, &right)).or_default() += 1;
        }
        Outcome { pair: name(one, other), rounds: self.plan.rounds, faults: faults.into_iter().collect() }
    }

    async fn fixture(&self, world: &Arc<World>, one: &Verb, other: &Verb) -> Fixture {
        let slots: Vec<&'static str> = one.on.iter().chain(other.on).copied().collect();
        Fixture::make(world, self.number.fetch_add(1, Ordering::Relaxed), &slots).await
    }

    async fn in_order(&self, one: &Verb, other: &Verb, turned: bool, work: Work) -> Seen {
        let fixture = self.fixture(&self.orders, one, other).await;
        let (first, second) = if turned { (other, one) } else { (one, other) };
        let mut pause = match work {
            Work::Between => None,
            Work::Afterwards => Some(self.jobs.pause.write().await),
        };
        let first = act(&fixture, first, &mut pause).await;
        if work == Work::Between {
            fixture.settle().await;
        }
        let second = act(&fixture, second, &mut pause).await;
        drop(pause);
        let answers = if turned { [second, first] } else { [first, second] };
        seen(&fixture, answers).await
    }

    /// Runs the two at once on several fixtures.
    async fn at_once(&self, one: &'static Verb, other: &'static Verb, count: usize) -> Vec<Seen> {
        let barrier = Arc::new(Barrier::new(2 * count));
        let mut rounds = JoinSet::new();
        for _ in 0..count {
            let fixture = Arc::new(self.fixture(&self.world, one, other).await);
            let barrier = Arc::clone(&barrier);
            let number = self.number.load(Ordering::Relaxed) as u64;
            let turned = scramble(self.plan.seed ^ number).is_multiple_of(2);
            rounds.spawn(async move {
                let (first, second) = if turned { (other, one) } else { (one, other) };
                let run = |verb: &'static Verb| {
                    let (fixture, barrier) = (Arc::clone(&fixture), Arc::clone(&barrier));
                    async move {
                        barrier.wait().await;
                        act(&fixture, verb, &mut None).await
                    }
                };
                let (first, second) = tokio::join!(run(first), run(second));
                let answers = if turned { [second, first] } else { [first, second] };
                seen(&fixture, answers).await
            });
        }
        rounds.join_all().await
    }
}

/// Runs a verb; returns its answer. One that is work of the worker, or waits for it, ends the pause.
async fn act(fixture: &Fixture, verb: &Verb, pause: &mut Option<Pause<'_>>) -> String {
    let call = (verb.call)(fixture);
    if call.method == verbs::WORK {
        *pause = None;
        fixture.world.jobs.run().await;
        return "done".to_owned();
    }
    if call.method == verbs::APPLY {
        return fixture.apply(&call.path).await;
    }
    let answer = fixture.world.call(call.method, &call.path, call.body.as_ref()).await;
    if answer.status != 202 {
        return view::outcome(fixture, &answer);
    }
    *pause = None;
    let Some(job) = answer.body["id"].as_str() else { return fixture.all_bulk_jobs().await };
    let path = format!("/jobs/status/{job}");
    for _ in 0..TIMEOUT {
        fixture.world.jobs.run().await;
        let status = fixture.world.client.get(&path).await.body;
        if !status["completed_at"].is_null() || status["status"] == "success" {
            return format!("202 {}", status["state"]);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    "202 never done".to_owned()
}

/// The visible state once no work is due.
async fn seen(fixture: &Fixture, [one, other]: [String; 2]) -> Seen {
    fixture.settle().await;
    let mut seen = view::everything(fixture).await;
    seen.insert("answer of the first".to_owned(), one);
    seen.insert("answer of the second".to_owned(), other);
    seen
}

/// The difference from the closest order.
fn difference(seen: &Seen, right: &[Seen]) -> String {
    let lines = |right: &Seen| {
        let odd = seen.iter().filter(|(what, value)| right.get(*what) != Some(value));
        odd.map(|(what, value)| (what.clone(), value.clone(), right.get(what).cloned().unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let nearest = right.iter().map(lines).min_by_key(Vec::len).unwrap_or_default();
    let answers = |which: &str| seen.get(&format!("answer of the {which}")).cloned().unwrap_or_default();
    let mut text = format!("answers {} and {};", answers("first"), answers("second"));
    for (what, is, expected) in nearest {
        text.push_str(&format!(
            "\n      {what}:\n        is     {}\n        wanted {}",
            around(&is, &expected),
            around(&expected, &is)
        ));
    }
    text
}

/// A text from where it differs from another.
fn around(text: &str, other: &str) -> String {
    let same = text.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let from = (0..=same.saturating_sub(60)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[from..].chars().take(240).collect()
}

/// The next pseudo-random number.
fn scramble(seed: u64) -> u64 {
    let mixed = (seed ^ (seed >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    (mixed ^ (mixed >> 27)).wrapping_mul(0x81da_def4_bc2d_d44d) >> 33
}
