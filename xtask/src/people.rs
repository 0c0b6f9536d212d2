//! The contacts of a benchmark: the n-th is always the same person, so what a search must find can be counted.

use std::fmt::Write;

/// The n-th contact of the data set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    /// Its number.
    pub(crate) number: u64,
    random: u64,
}

const FIRST: [&str; 40] = [
    "Olivia",
    "Noah",
    "Emma",
    "Liam",
    "Amelia",
    "Oliver",
    "Sophia",
    "Elijah",
    "Charlotte",
    "Mateo",
    "Ava",
    "Lucas",
    "Isabella",
    "Levi",
    "Mia",
    "Ezra",
    "Luna",
    "Asher",
    "Harper",
    "Leo",
    "Zoë",
    "Henrik",
    "Ingrid",
    "Björn",
    "Chiara",
    "Giulia",
    "Marek",
    "Agnieszka",
    "Yusuf",
    "Fatima",
    "Priya",
    "Arjun",
    "Mei",
    "Haruto",
    "Sakura",
    "Thabo",
    "Amara",
    "Diego",
    "Lucía",
    "Renée",
];
const LAST_BEGIN: [&str; 50] = [
    "Ash", "Black", "Brad", "Brook", "Burn", "Cald", "Chester", "Clay", "Cold", "Cran", "Dal", "East", "Elm", "Fair",
    "Fern", "Glen", "Gold", "Green", "Had", "Hart", "Hazel", "Holt", "Hunt", "Kent", "King", "Lang", "Lin", "Long",
    "Marsh", "May", "Mill", "Moor", "Nor", "Oak", "Pem", "Quin", "Rad", "Red", "Rock", "Sand", "Shel", "Stan", "Stone",
    "Strat", "Thorn", "Wake", "West", "White", "Win", "York",
];
const LAST_END: [&str; 20] = [
    "berg", "bridge", "burn", "bury", "by", "combe", "croft", "dale", "den", "field", "ford", "ham", "hurst", "land",
    "ley", "mere", "shaw", "ton", "well", "wood",
];
const PLANS: [&str; 5] = ["free", "starter", "pro", "business", "enterprise"];

/// Earliest `signed_up_at`.
const SIGNED_UP_FROM: u64 = 1_700_000_000;
const TWO_YEARS: u64 = 2 * 365 * 24 * 3600;
/// Values `seats` takes.
pub(crate) const SEATS: u64 = 100_000;
/// Email domains of the data set.
pub(crate) const DOMAINS: u64 = 1_000;
/// How many circles there are. Every data set, whatever its size, holds all their members besides its own people, so
/// searches for a circle always match as many.
pub(crate) const CIRCLES: u64 = 100;
/// The number of members of each.
pub(crate) const MEMBERS: u64 = 50;
/// Their numbers begin here.
const CIRCLED: u64 = 1 << 39;
/// Numbers from here on are written by load runs and never belong to the data set.
const LIVE: u64 = 1 << 40;

impl Person {
    /// The person of that number.
    pub(crate) fn new(number: u64) -> Self {
        Self { number, random: scramble(number) }
    }

    /// A person for a load run: emails repeat neither the data set's nor another run's of a different `seed`.
    pub(crate) fn live(seed: u64, counter: u64) -> Self {
        Self::new(LIVE + ((seed % (1 << 20)) << 32) + counter)
    }

    /// A member of a circle.
    pub(crate) fn of_circle(circle: u64, member: u64) -> Self {
        Self::new(CIRCLED + member % MEMBERS * CIRCLES + circle % CIRCLES)
    }

    /// The n-th person of a data set of this size, which is followed by the members of the circles.
    pub(crate) fn of_data_set(number: u64, count: u64) -> Self {
        Self::new(if number < count { number } else { CIRCLED + number - count })
    }

    /// The circle it belongs to. Its domain, last name, phone and seats are those of all its members and of nobody
    /// else, as is how their emails begin.
    pub(crate) fn circle(&self) -> Option<u64> {
        (CIRCLED..CIRCLED + MEMBERS * CIRCLES).contains(&self.number).then(|| (self.number - CIRCLED) % CIRCLES)
    }

    /// Its email.
    pub(crate) fn email(&self) -> String {
        if let Some(circle) = self.circle() {
            format!("circle{circle:02}.user{:06}@{}", self.number - CIRCLED, self.domain())
        } else if self.number < LIVE {
            format!("user{:06}@{}", self.number, self.domain())
        } else {
            format!("live{:x}@{}", self.number, self.domain())
        }
    }

    /// The domain of its email, shared by every thousandth person.
    pub(crate) fn domain(&self) -> String {
        if let Some(circle) = self.circle() {
            return format!("circle{circle:02}.example");
        }
        let kind = if self.number < LIVE { "domain" } else { "live" };
        format!("{kind}{}.example", self.number % DOMAINS)
    }

    /// Its last name: one of a thousand.
    pub(crate) fn last_name(&self) -> String {
        if let Some(circle) = self.circle() {
            let end = if circle.is_multiple_of(2) { "worth" } else { "gate" };
            return format!("Quill{}{end}", choose(&LAST_BEGIN, circle / 2).to_lowercase());
        }
        let pick = self.random % 1_000;
        format!("{}{}", choose(&LAST_BEGIN, pick / 20), choose(&LAST_END, pick))
    }

    /// Its first and last name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", choose(&FIRST, self.random >> 12), self.last_name())
    }

    /// Its phone number in E.164; the last seven digits are the person's number, the exchange never begins with 0 or 1.
    pub(crate) fn phone(&self) -> String {
        if let Some(circle) = self.circle() {
            return format!("+1628550{circle:04}");
        }
        let area = if self.number < LIVE { 415 } else { 212 };
        format!("+1{area}{:03}{:04}", 200 + self.number / 10_000 % 800, self.number % 10_000)
    }

    /// The custom attribute `seats`: below [`SEATS`], or a circle's own number above.
    pub(crate) fn seats(&self) -> u64 {
        if let Some(circle) = self.circle() {
            return SEATS + circle;
        }
        (self.random >> 20) % SEATS
    }

    /// Writes the body of `POST /contacts` over `out`.
    pub(crate) fn body(&self, out: &mut String) {
        self.body_without_attributes(out);
        // The attributes go where the closing brace was; writing to a string cannot fail.
        out.pop();
        let _ = write!(
            out,
            r#","custom_attributes":{{"plan":"{}","seats":{},"score":{}}}}}"#,
            choose(&PLANS, self.random >> 8),
            self.seats(),
            (self.random >> 44) % 1_000,
        );
    }

    /// The same for a workspace that has no attributes declared.
    pub(crate) fn body_without_attributes(&self, out: &mut String) {
        out.clear();
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            r#"{{"role":"user","email":"{}","external_id":"ext-{:x}","name":"{}","phone":"{}","signed_up_at":{}}}"#,
            self.email(),
            self.number,
            self.name(),
            self.phone(),
            SIGNED_UP_FROM + (self.random >> 16) % TWO_YEARS,
        );
    }
}

/// Spreads consecutive numbers over all of 64 bits (the finalizer of `SplitMix64`).
pub(crate) fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The element of a list for a number.
fn choose<'a>(list: &[&'a str], number: u64) -> &'a str {
    let index = number % list.len() as u64;
    // Below the list's length, which is a usize.
    list[usize::try_from(index).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn members_know_their_circle() {
        let members = MEMBERS * CIRCLES;
        for number in 0..members {
            let person = Person::of_data_set(7 + number, 7);
            let circle = person.circle().unwrap();
            assert_eq!(Person::of_circle(circle, number / CIRCLES).number, person.number);
        }
        for outside in [Person::of_data_set(6, 7), Person::of_data_set(7 + members, 7), Person::live(0, 0)] {
            assert_eq!(outside.circle(), None);
        }
    }

    #[test]
    fn people_are_distinct_and_their_bodies_are_json() {
        let mut body = String::new();
        let mut emails = HashSet::new();
        let mut phones = HashSet::new();
        for number in (0..1_000).chain(9_999_990..10_000_000) {
            let person = Person::new(number);
            person.body(&mut body);
            let parsed: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(parsed["email"], person.email());
            assert!(emails.insert(person.email()));
            phones.insert(person.phone());
            assert_eq!(person.phone().len(), 12);
        }
        assert!(phones.len() > 1_000);
        assert!(emails.insert(Person::live(7, 0).email()));
        assert!(emails.insert(Person::live(8, 0).email()));
    }

    #[test]
    fn last_names_and_seats_spread_evenly() {
        let of_one_name = (0..100_000).filter(|n| Person::new(*n).last_name() == "Ashford").count();
        assert!((60..140).contains(&of_one_name), "{of_one_name}");
        let below_half = (0..10_000).filter(|n| Person::new(*n).seats() < SEATS / 2).count();
        assert!((4_800..5_200).contains(&below_half), "{below_half}");
    }
}
