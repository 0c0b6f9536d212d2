//! Fills a database with made-up contacts and measures searches over them.
//!
//! ```text
//! cargo run --release -p deskwire-store --example search_bench -- DATABASE-URL CONTACTS [only]
//! ```
//! The database is filled if it is empty. `only` is a part of the names of the searches to run.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::cast_possible_wrap)] // a tool

use std::time::{Duration, Instant};

use deskwire_store::search::{
    CONTACTS, Document, Filter, Literal, Order, SearchValue, Target, contacts, fold, index_object, run,
};
use deskwire_store::{Db, Dialect, Options, Tx, params};

const WORKSPACE: &str = "bench123";
const BATCH: i64 = 2_000;
const START: i64 = 1_600_000_000;
const SPREAD: i64 = 100_000_000;
const PLAN: i64 = 5_001;
const SCORE: i64 = 5_002;
const CITY: i64 = 5_003;
const THREADS: usize = 16;

fn mix(n: i64, salt: u64) -> u64 {
    let mut x = (n as u64).wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn word(mut n: u64, syllables: u32) -> String {
    const SYLLABLES: [&str; 24] = [
        "an", "ber", "ko", "li", "mo", "ta", "ris", "son", "dal", "ver", "quin", "zo", "pet", "hu", "gra", "wen", "el",
        "fi", "jo", "bur", "ney", "cas", "ixo", "the",
    ];
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(SYLLABLES[usize::try_from(n % 24).unwrap()]);
        n /= 24;
    }
    word
}

struct Made {
    name: String,
    email: String,
    phone: String,
    external_id: String,
    last_seen_at: i64,
    values: Vec<SearchValue>,
}

fn make(n: i64, of: i64) -> Made {
    let part = |salt, below: i64| mix(n, salt) % below.unsigned_abs().max(1);
    let first = word(part(1, 300), 2);
    let last = word(part(2, 5_000), 3);
    let plan = ["free", "pro", "enterprise"][usize::try_from(part(3, 3)).unwrap()];
    Made {
        name: format!("{first} {last}"),
        email: format!("{first}.{last}{n}@domain{}.example.com", part(4, of / 500)),
        phone: format!("+1{:010}", part(5, 10_000_000_000)),
        external_id: format!("user-{n:08}"),
        last_seen_at: START + (part(6, SPREAD) as i64),
        values: vec![
            SearchValue::text(PLAN, plan),
            SearchValue::number(SCORE, part(7, of / 1_000) as f64),
            SearchValue::text(CITY, &word(part(8, of / 200), 4)),
        ],
    }
}

fn insert(tx: &mut Tx<'_>, n: i64, of: i64, index: &mut Duration) -> deskwire_store::Result<()> {
    let made = make(n, of);
    let role = if n % 10 == 0 { "lead" } else { "user" };
    let created_at = START + SPREAD / of * n;
    let (email_key, name_key) = (fold(&made.email), fold(&made.name));
    let domain = email_key.split_once('@').map(|(_, domain)| domain);
    let attributes = r#"{"plan":"pro","score":12,"city":"somewhere"}"#;
    tx.execute(
        "INSERT INTO contacts (workspace_id, id, state, role, external_id, email, email_key, email_domain, phone,
            formatted_phone, name, name_key, email_verified, has_hard_bounced, marked_email_as_spam,
            unsubscribed_from_emails, created_at, updated_at, last_seen_at, details, custom_attributes,
            tag_count, note_count, company_count, subscription_count)
         VALUES ($1, $2, 'active', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, '{}', $19,
            0, 0, 0, 0)",
        params![
            WORKSPACE,
            n << 6,
            role,
            &made.external_id,
            &made.email,
            &email_key,
            domain,
            &made.phone,
            &made.phone,
            &made.name,
            &name_key,
            false,
            false,
            false,
            false,
            created_at,
            created_at,
            made.last_seen_at,
            attributes
        ],
    )?;
    let document = Document {
        texts: vec![('n', made.name), ('e', made.email), ('p', made.phone), ('x', made.external_id)],
        values: made.values,
    };
    let before = processor();
    index_object(tx, WORKSPACE, n << 6, &document)?;
    *index += processor() - before;
    Ok(())
}

fn fill(db: &Db, of: i64) {
    let there = db.read_sync(|tx| tx.query_one("SELECT count(*) FROM contacts", &[], |row| row.get::<i64>(0))).unwrap();
    if there > 0 {
        println!("{there} contacts are there");
        return;
    }
    let started = Instant::now();
    let mut index = Duration::ZERO;
    // Indexes made at the end are made in a fraction of the time.
    let indexes = indexes(db);
    let drops: String = indexes.iter().map(|(name, _)| format!("DROP INDEX {name};")).collect();
    let creates: Vec<String> = indexes.into_iter().map(|(_, sql)| sql).collect();
    db.write_sync(move |tx| tx.execute_batch(&drops)).unwrap();
    for first in (0..of).step_by(usize::try_from(BATCH).unwrap()) {
        index += db
            .write_sync(move |tx| {
                let mut index = Duration::ZERO;
                (first..(first + BATCH).min(of)).try_for_each(|n| insert(tx, n, of, &mut index))?;
                Ok::<_, deskwire_store::Error>(index)
            })
            .unwrap();
    }
    for create in creates {
        db.write_sync(move |tx| tx.execute_batch(&create)).unwrap();
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / of as f64;
    println!("filled: {:.0} us a contact, {:.0} us of it for the index", each(started.elapsed()), each(index));
}

/// The names of the indexes that can be made again, and how.
fn indexes(db: &Db) -> Vec<(String, String)> {
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
                AND tbl_name IN ('contacts', 'search_values')"
        }
        Dialect::Postgres => {
            "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = current_schema()
                AND tablename IN ('contacts', 'search_values') AND indexname NOT LIKE '%_pkey'"
        }
    };
    db.read_sync(move |tx| tx.query_all(sql, &[], |row| Ok((row.str(0)?.to_owned(), row.str(1)?.to_owned())))).unwrap()
}

/// What one contact costs in a commit of its own or with a few others.
fn small_writes(db: &Db, of: i64) {
    let mut next =
        db.read_sync(|tx| tx.query_one("SELECT max(id) FROM contacts", &[], |row| row.get::<i64>(0))).unwrap() >> 6;
    for batch in [1, 16, 64] {
        let (mut index, mut whole, mut rows) = (Duration::ZERO, Duration::ZERO, 0);
        let started = Instant::now();
        while rows < 1_500 {
            let first = next + 1;
            let (more, all) = db
                .write_sync(move |tx| {
                    let (mut index, before) = (Duration::ZERO, processor());
                    (first..first + batch).try_for_each(|n| insert(tx, n, of, &mut index))?;
                    Ok::<_, deskwire_store::Error>((index, processor() - before))
                })
                .unwrap();
            index += more;
            whole += all;
            next += batch;
            rows += batch;
        }
        let each = |time: Duration| time.as_secs_f64() * 1e6 / rows as f64;
        println!(
            "{batch:>3} a commit: {:.0} us a contact; {:.0} us of processor before the commit, {:.0} of it for the index",
            each(started.elapsed()),
            each(whole),
            each(index)
        );
    }
}

fn searches(of: i64) -> Vec<(&'static str, Filter, Order)> {
    let column = Target::Column;
    let (email, name, phone) = (column(&contacts::EMAIL), column(&contacts::NAME), column(&contacts::PHONE));
    let (created, seen) = (column(&contacts::CREATED_AT), column(&contacts::LAST_SEEN_AT));
    let role = column(&contacts::ROLE);
    let external = column(&contacts::EXTERNAL_ID);
    let plan = Target::Value { field: PLAN, text: true };
    let score = Target::Value { field: SCORE, text: false };
    let city = Target::Value { field: CITY, text: true };
    let made = make(of / 2, of);
    let sample = make(of / 3, of);
    let part = |text: &str, from: usize, length: usize| text[from..from + length].to_owned();
    let domain = format!("@{}", made.email.split_once('@').unwrap().1);
    let step = SPREAD / of;
    let middle = START + SPREAD / 2;
    let in_created = |rows: i64| Filter::between(created, middle, middle + rows * step);
    let in_seen = |rows: i64| Filter::between(seen, middle, middle + rows * step);
    let pro = || Filter::eq(plan, "pro");
    let newest = Order::NEWEST;
    let by = |target, descending| Order { target, descending };
    let any = || Filter::gt(created, 0);
    vec![
        ("s email =", Filter::eq(email, made.email.as_str()), newest),
        ("s external_id =", Filter::eq(external, made.external_id.as_str()), newest),
        ("s score = (1000)", Filter::eq(score, 3.0), newest),
        ("s city = (200)", Filter::eq(city, word(7, 4)), newest),
        ("s created range (1000)", in_created(1000), newest),
        ("s last_seen range (1000)", in_seen(1000), newest),
        ("s last_seen range by last_seen", in_seen(1000), by(seen, true)),
        ("s score = by name", Filter::eq(score, 3.0), by(name, false)),
        ("s score = by created", Filter::eq(score, 3.0), by(created, false)),
        ("s email ~ local part", Filter::contains(email, &part(&made.email, 2, 12)), newest),
        ("s email ~ digits", Filter::contains(email, &format!("{}@", of / 2)), newest),
        ("s email $ domain (500)", Filter::ends_with(email, &domain), newest),
        ("s email ~ domain (500)", Filter::contains(email, &domain), newest),
        ("s email ^", Filter::starts_with(email, &part(&made.email, 0, 9)), newest),
        ("s name ^", Filter::starts_with(name, &sample.name), newest),
        ("s name ~ first last", Filter::contains(name, &part(&sample.name, 1, sample.name.len() - 2)), newest),
        ("s name ~ last", Filter::contains(name, sample.name.split_once(' ').unwrap().1), newest),
        ("s name $", Filter::ends_with(name, &sample.name[sample.name.len() - 8..]), newest),
        ("s phone ~ 7", Filter::contains(phone, &part(&made.phone, 4, 7)), newest),
        ("s phone ~ 5", Filter::contains(phone, &part(&made.phone, 4, 5)), newest),
        ("s phone $ 4", Filter::ends_with(phone, &part(&made.phone, 8, 4)), newest),
        ("s role = AND score =", Filter::And(vec![Filter::eq(role, "user"), Filter::eq(score, 3.0)]), newest),
        ("s plan = AND score =", Filter::And(vec![pro(), Filter::eq(score, 3.0)]), newest),
        ("s plan = AND seen (3000)", Filter::And(vec![pro(), in_seen(3000)]), newest),
        ("s score = OR city =", Filter::Or(vec![Filter::eq(score, 3.0), Filter::eq(city, word(7, 4))]), newest),
        (
            "s score IN 3 of x, name ~",
            Filter::And(vec![Filter::is_in(score, [3.0, 4.0, 5.0].map(Literal::Real)), Filter::contains(name, "an")]),
            newest,
        ),
        (
            "s (score OR email) AND (role OR plan)",
            Filter::And(vec![
                Filter::Or(vec![Filter::eq(score, 3.0), Filter::eq(email, made.email.as_str())]),
                Filter::Or(vec![Filter::eq(role, "user"), pro()]),
            ]),
            newest,
        ),
        ("d everything", any(), newest),
        ("d created > 0 by last_seen", any(), by(seen, false)),
        ("d role = AND created > 0", Filter::And(vec![Filter::eq(role, "user"), any()]), newest),
        ("d email set", Filter::is_set(email), newest),
        ("d email ~ example", Filter::contains(email, "example"), newest),
        ("d plan = (33%)", pro(), newest),
        ("d plan !=", Filter::ne(plan, "pro"), newest),
        ("d seen < half", Filter::lt(seen, middle), newest),
        ("d created < 5%", Filter::lt(created, START + SPREAD / 20), newest),
        ("d plan = AND seen < half", Filter::And(vec![pro(), Filter::lt(seen, middle)]), newest),
        ("d name ~ an", Filter::contains(name, "an"), newest),
    ]
}

/// The processor time of this thread, which other work on the machine does not lengthen.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
}

fn search(db: &Db, filter: &Filter, order: Order) -> (Duration, u64) {
    let filter = filter.clone();
    let at = Instant::now();
    let found = db.search_sync(move |tx| run(tx, &CONTACTS, WORKSPACE, &filter, order, None, 50)).unwrap();
    (at.elapsed(), found.total)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (url, of) = (&arguments[1], arguments[2].parse::<i64>().unwrap());
    let only = arguments.get(3).map_or("", String::as_str);
    let db = Db::open(url, Options { search_timeout: Duration::from_secs(60), ..Options::default() }).unwrap();
    db.migrate().unwrap();
    fill(&db, of);
    if only == "writes" {
        return small_writes(&db, of);
    }
    println!("{:<40}{:>9}{:>10}{:>10}{:>10}{:>11}", "", "matches", "first ms", "alone ms", "cpu ms", "16 at once");
    for (name, filter, order) in searches(of) {
        if !name.contains(only) {
            continue;
        }
        let (first, total) = search(&db, &filter, order);
        let median = |mut times: Vec<Duration>| {
            times.sort();
            times[times.len() / 2].as_secs_f64() * 1e3
        };
        let before = processor();
        let alone = median((0..15).map(|_| search(&db, &filter, order).0).collect());
        let cpu = (processor() - before).as_secs_f64() * 1e3 / 15.0;
        let until = Instant::now() + Duration::from_millis(700);
        let times = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        let mut times = Vec::new();
                        while Instant::now() < until {
                            times.push(search(&db, &filter, order).0);
                        }
                        times
                    })
                })
                .collect();
            clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
        });
        let at_once = median(times);
        println!("{name:<40}{total:>9}{:>10.2}{alone:>10.2}{cpu:>10.2}{at_once:>11.2}", first.as_secs_f64() * 1e3);
    }
}
