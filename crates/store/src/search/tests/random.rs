//! Random filters over random contacts. `DESKWIRE_TEST_SEED` repeats a run.

use super::both;
use super::naive;
use super::people::{BOUNCED, LONG_NAME, PEOPLE as RESOURCE, PLAN, Person, SCORE, SEEN_INDEX, VIP, WORKS_AT};
use crate::Db;
use crate::search::plan::Limits;
use crate::search::run::Search;
use crate::search::{Filter, Literal, Order, Position, Target, contacts, matches};

const PEOPLE: i64 = 240;
const FILTERS: usize = 250;
const WORKSPACE: &str = "w1";

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    fn int(&mut self, below: usize) -> i64 {
        i64::try_from(self.roll(below)).unwrap()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Dice) -> T) -> Option<T> {
        (self.roll(4) > 0).then(|| make(self))
    }
}

const NAMES: &[&str] = &[
    "Ada",
    "ada lovelace",
    "Łukasz Wójt",
    "O'Brien",
    "100%_x\\",
    "山田 太郎",
    "山田",
    "a",
    "",
    "ZOË",
    "bob",
    "Bobby Tables",
    "straße",
    "İstanbul",
];
const PLANS: &[&str] = &["pro", "Free", "enterprise", "", "pro plus"];

fn person(dice: &mut Dice, id: i64) -> Person {
    let name = dice.pick(NAMES);
    let number = dice.int(60);
    Person {
        id,
        state: dice.pick(&["active", "active", "active", "active", "archived", "merged"]),
        role: dice.pick(&["user", "lead"]),
        external_id: dice.maybe(|_| format!("Ext-{id}")),
        email: dice
            .maybe(|dice| format!("{}.{id}@{}", dice.pick(&["Ann", "bob"]), dice.pick(&["x.org", "Mail.example"]))),
        phone: dice.maybe(|_| format!("+1555{number:04}")),
        name: dice.maybe(|_| name.to_owned()),
        owner_id: dice.maybe(|dice| dice.int(4)),
        created_at: 1_700_000_000 + dice.int(50),
        last_seen_at: dice.maybe(|dice| dice.int(9)),
        plan: dice.maybe(|dice| dice.pick(PLANS).to_owned()),
        score: dice.maybe(|dice| f64::from(u8::try_from(dice.roll(20)).unwrap()) / 4.0 - 1.0),
        vip: dice.roll(5) == 0,
        bounced: dice.roll(10) == 0,
        companies: (1..9).filter(|_| dice.roll(6) == 0).collect(),
        tags: (1..4).filter(|_| dice.roll(4) == 0).collect(),
    }
}

fn targets() -> Vec<Target> {
    let mut targets: Vec<Target> = [
        &contacts::ROLE,
        &contacts::EXTERNAL_ID,
        &contacts::EMAIL,
        &contacts::PHONE,
        &contacts::FORMATTED_PHONE,
        &contacts::NAME,
        &contacts::OWNER_ID,
        &contacts::CREATED_AT,
        &contacts::UPDATED_AT,
        &contacts::LAST_SEEN_AT,
        &LONG_NAME,
        &BOUNCED,
    ]
    .into_iter()
    .map(Target::Column)
    .collect();
    targets.push(Target::Id);
    for (field, text) in [(PLAN, true), (SCORE, false), (VIP, false)] {
        targets.push(Target::Value { field, text });
    }
    targets
}

fn leaf(dice: &mut Dice, people: &[Person]) -> Filter {
    if dice.roll(8) == 0 {
        let (link, most) = dice.pick(&[(&contacts::TAGS, 5), (&WORKS_AT, 10)]);
        let (link, value) = (Target::Link(link), dice.int(most));
        return match dice.roll(6) {
            0 => Filter::ne(link, value),
            1 => Filter::is_set(link),
            2 => Filter::is_in(link, [Literal::Int(1), Literal::Int(value)]),
            3 => Filter::gt(link, value),
            _ => Filter::eq(link, value),
        };
    }
    let target = dice.pick(&targets());
    // Mostly a value that some contact has.
    let mut values = Vec::new();
    while values.len() < 3 {
        values.extend(naive::values(&dice.pick(people), target));
    }
    let value = values[0].clone();
    if let (Literal::Text(text), true) = (&value, dice.roll(3) > 0) {
        let letters: Vec<char> = text.chars().collect();
        let from = dice.roll(letters.len() + 1);
        let to = from + dice.roll(letters.len() - from + 1).min(6);
        let part: String = letters[from..to].iter().collect();
        let start: String = letters[..to].iter().collect();
        let end: String = letters[from..].iter().collect();
        return match dice.roll(6) {
            0 => Filter::not_contains(target, &part),
            1 => Filter::starts_with(target, &start),
            2 => Filter::ends_with(target, &end),
            3 => Filter::contains(target, &format!("{part}?")),
            4 => Filter::ends_with(target, &end).negate(),
            _ => Filter::contains(target, &part),
        };
    }
    match dice.roll(12) {
        0 | 1 => Filter::eq(target, value),
        2 => Filter::ne(target, value),
        3 => Filter::is_in(target, values),
        4 => Filter::not_in(target, values),
        5 => Filter::gt(target, value),
        6 => Filter::ge(target, value),
        7 => Filter::lt(target, value),
        8 => Filter::le(target, value),
        9 => Filter::between(target, value, values[1].clone()),
        10 => Filter::is_unset(target),
        _ => Filter::is_set(target),
    }
}

fn filter(dice: &mut Dice, people: &[Person], depth: usize) -> Filter {
    if depth == 0 || dice.roll(3) == 0 {
        return leaf(dice, people);
    }
    let mut parts: Vec<Filter> = (0..=dice.roll(4)).map(|_| filter(dice, people, depth - 1)).collect();
    if dice.roll(4) == 0 {
        // These share an index.
        let own = [
            Filter::eq(Target::Column(&contacts::ROLE), dice.pick(&["user", "lead"])),
            Filter::is_in(Target::Column(&contacts::OWNER_ID), [dice.int(4).into(), dice.int(4).into()]),
            Filter::gt(Target::Column(&contacts::LAST_SEEN_AT), dice.int(9)),
        ];
        parts.truncate(dice.roll(2));
        parts.extend(own.into_iter().filter(|_| dice.roll(4) > 0));
    }
    match dice.roll(2) {
        0 => Filter::And(parts),
        _ => Filter::Or(parts),
    }
}

#[both]
fn any_filter_finds_what_it_should(db: &Db) {
    #[expect(clippy::disallowed_methods, reason = "it is for the developer who runs the test")]
    let seed: Option<u64> = std::env::var("DESKWIRE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut dice = Dice((seed.unwrap_or(1) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let people: Vec<Person> = (1..=PEOPLE).map(|id| person(&mut dice, id)).collect();
    let others: Vec<Person> = (1..=40).map(|id| person(&mut dice, 10_000 + id)).collect();
    for (workspace, some) in [(WORKSPACE, people.clone()), ("w2", others)] {
        db.write_sync(move |tx| some.iter().try_for_each(|person| person.insert(&mut tx.within(workspace)))).unwrap();
    }
    db.write_sync(|tx| tx.execute_batch(SEEN_INDEX)).unwrap();
    for _ in 0..FILTERS {
        check(db, &mut dice, &people);
    }
}

fn check(db: &Db, dice: &mut Dice, people: &[Person]) {
    let filter = filter(dice, people, 2);
    let ordered: Vec<Target> = targets().into_iter().filter(|target| target.indexed()).collect();
    let order = Order { target: dice.pick(&ordered), descending: dice.roll(2) == 0 };
    // With small limits, a few contacts behave like a million.
    let limits = match dice.roll(3) {
        0 => Limits::default(),
        1 => Limits { selective: 15, common: 20, walked: 40 },
        _ => Limits { selective: 2, common: 3, walked: 400 },
    };
    let size = 1 + dice.roll(60);
    let expected = naive::search(people, &filter, order);
    let context = format!("{filter:?}\n{order:?} {limits:?} by {size}");
    let mut found = Vec::new();
    let mut after: Option<Position> = None;
    let mut page = 1;
    loop {
        let (wanted, from) = (filter.clone(), after.clone());
        let result = db.search_sync(move |tx| {
            Search { tx, resource: &RESOURCE, workspace: WORKSPACE, limits }.page(&wanted, order, from.as_ref(), size)
        });
        let result = result.unwrap_or_else(|error| panic!("{error} in {context}"));
        assert_eq!(result.total, expected.len() as u64, "{context}");
        found.extend(result.ids);
        let Some(next) = result.next else { break };
        page += 1;
        assert_eq!(next.page, page);
        after = Position::decode(&next.encode(), order);
        assert!(after.is_some(), "{next:?}");
    }
    assert_eq!(found, expected, "{context}");
    if dice.roll(10) == 0 {
        let person = dice.pick(people);
        let filters = [filter.clone(), filter.negate()];
        let expected = filters.each_ref().map(|filter| person.state == "active" && naive::matches(&person, filter));
        let answer = db.read_sync(move |tx| matches(&mut tx.within(WORKSPACE), &RESOURCE, person.id, &filters));
        assert_eq!(answer.unwrap(), expected, "{context}");
    }
}
