//! The measured scenarios: reads, writes and searches, each as a stream of rendered requests.

use serde_json::{Value, json};

use crate::client::{Connection, Target};
use crate::fill::Filled;
use crate::load::Source;
use crate::people::{CIRCLES, MEMBERS, Person, SEATS, scramble};

/// Different requests a scenario cycles through.
const VARIANTS: u64 = 200;
/// How many of them are checked.
const CHECKED: u64 = 3;
/// Contacts on a page by default.
const DEFAULT_PAGE: u64 = 50;

/// What kind of work a scenario is; goals are set by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One contact by its id.
    Read,
    /// A search that few contacts match, over indexed fields.
    Selective,
    /// A search in the middle, beginning or end of a text that few contacts match.
    Contains,
    /// A search that matches every contact.
    Everything,
    /// A contact created durably.
    Write,
    /// Four reads to each write.
    Mixed,
}

impl Kind {
    /// All kinds, in the order they are measured: writes last, so that searches meet the data set as it was filled.
    pub(crate) const ALL: [Self; 6] =
        [Self::Read, Self::Selective, Self::Contains, Self::Everything, Self::Write, Self::Mixed];

    /// The name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Selective => "selective search",
            Self::Contains => "contains search",
            Self::Everything => "match-everything search",
            Self::Write => "durable write",
            Self::Mixed => "mixed 80/20",
        }
    }

    /// The load the floor gets for comparison: a search is compared with a `POST`, independent of its answer's size.
    pub(crate) fn of_floor(self) -> Self {
        match self {
            Self::Read | Self::Write | Self::Mixed => self,
            Self::Selective | Self::Contains | Self::Everything => Self::Write,
        }
    }
}

/// A filter of a search, with what it must find.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    Email(u64),
    Domain(u64),
    Seats(u64, u64),
    Name(String),
    EmailPrefix(String),
    EmailPart(String),
    PhoneSuffix(String),
    Everyone,
    DomainAndSeats(u64, u64),
    EmailOrSeats(u64, u64, u64),
}

impl Filter {
    fn json(&self) -> Value {
        let filter = |field: &str, operator: &str, value: Value| -> Value {
            json!({"field": field, "operator": operator, "value": value})
        };
        let above = |from: u64| filter("custom_attributes.seats", ">", (from).into());
        let below = |to: u64| filter("custom_attributes.seats", "<", to.into());
        let all = |filters: Vec<Value>| json!({"operator": "AND", "value": filters});
        let email = |number: u64| filter("email", "=", Person::new(number).email().into());
        let domain = |number: u64| filter("email_domain", "=", Person::new(number).domain().into());
        match self {
            Self::Email(number) => email(*number),
            Self::Domain(number) => domain(*number),
            Self::Seats(from, to) => all(vec![above(*from), below(*to)]),
            Self::Name(text) => filter("name", "~", text.as_str().into()),
            Self::EmailPrefix(text) => filter("email", "^", text.as_str().into()),
            Self::EmailPart(text) => filter("email", "~", text.as_str().into()),
            Self::PhoneSuffix(text) => filter("phone", "$", text.as_str().into()),
            Self::Everyone => filter("created_at", ">", 0.into()),
            Self::DomainAndSeats(number, from) => all(vec![domain(*number), above(*from)]),
            Self::EmailOrSeats(number, from, to) => {
                json!({"operator": "OR", "value": [email(*number), all(vec![above(*from), below(*to)])]})
            }
        }
    }

    fn matches(&self, person: &Person) -> bool {
        let seats = person.seats();
        match self {
            Self::Email(number) => person.number == *number,
            Self::Domain(number) => person.domain() == Person::new(*number).domain(),
            Self::Seats(from, to) => seats > *from && seats < *to,
            Self::Name(text) => person.name().to_lowercase().contains(&text.to_lowercase()),
            Self::EmailPrefix(text) => person.email().starts_with(text),
            Self::EmailPart(text) => person.email().contains(text),
            Self::PhoneSuffix(text) => person.phone().ends_with(text),
            Self::Everyone => true,
            Self::DomainAndSeats(number, from) => seats > *from && Self::Domain(*number).matches(person),
            Self::EmailOrSeats(number, from, to) => person.number == *number || (seats > *from && seats < *to),
        }
    }
}

/// How many contacts a search matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matches {
    /// One, or about a thousandth of the data set: the larger it is, the more there is to find.
    Thousandth,
    /// One contact, or the fifty members of a circle, independent of the size of the data set.
    Fifty,
}

/// A kind of search; each of its variants asks for other values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// Short name, as `--only` takes it.
    pub(crate) name: &'static str,
    /// Selective, contains or everything.
    pub(crate) kind: Kind,
    sorted: bool,
    /// Searches for a value of a person outside the circles, one of `count` people.
    filter: fn(random: u64, count: u64) -> Filter,
    /// Searches for a value of a member of a circle.
    circle: fn(circle: u64, member: u64) -> Filter,
}

/// A hundred of the values of `seats` hold a thousandth of the contacts.
const SEATS_RANGE: u64 = SEATS / 1_000;

/// All measured searches.
pub(crate) const SEARCHES: [Search; 11] = [
    Search {
        name: "search email =",
        kind: Kind::Selective,
        sorted: false,
        filter: |r, n| Filter::Email(r % n),
        circle: |c, m| Filter::Email(Person::of_circle(c, m).number),
    },
    Search {
        name: "search email_domain =",
        kind: Kind::Selective,
        sorted: false,
        filter: |r, n| Filter::Domain(r % n),
        circle: |c, m| Filter::Domain(Person::of_circle(c, m).number),
    },
    Search {
        name: "search seats range",
        kind: Kind::Selective,
        sorted: false,
        filter: |r, _| {
            let from = r % (SEATS - SEATS_RANGE);
            Filter::Seats(from, from + SEATS_RANGE)
        },
        circle: |c, _| Filter::Seats(SEATS + c - 1, SEATS + c + 1),
    },
    Search {
        name: "search domain AND seats",
        kind: Kind::Selective,
        sorted: false,
        filter: |r, n| Filter::DomainAndSeats(r % n, SEATS / 2),
        circle: |c, m| Filter::DomainAndSeats(Person::of_circle(c, m).number, SEATS / 2),
    },
    Search {
        name: "search email OR seats",
        kind: Kind::Selective,
        sorted: false,
        filter: |r, n| {
            let from = r % (SEATS - SEATS_RANGE);
            Filter::EmailOrSeats(r % n, from, from + SEATS_RANGE)
        },
        circle: |c, m| Filter::EmailOrSeats(Person::of_circle(c, m).number, SEATS + c - 1, SEATS + c + 1),
    },
    Search {
        name: "search name ~",
        kind: Kind::Contains,
        sorted: false,
        filter: |r, n| Filter::Name(Person::new(r % n).last_name().to_lowercase()),
        circle: |c, m| Filter::Name(Person::of_circle(c, m).last_name().to_lowercase()),
    },
    Search {
        name: "search email ^",
        kind: Kind::Contains,
        sorted: false,
        filter: |r, n| Filter::EmailPrefix(Person::new(r % n).email().chars().take("user000".len()).collect()),
        circle: |c, m| Filter::EmailPrefix(Person::of_circle(c, m).email().chars().take("circle00.".len()).collect()),
    },
    Search {
        name: "search email ~",
        kind: Kind::Contains,
        sorted: false,
        filter: |r, n| Filter::EmailPart(Person::new(r % n).email().chars().skip(1).take("ser000".len()).collect()),
        circle: |c, m| {
            Filter::EmailPart(Person::of_circle(c, m).email().chars().skip(1).take("ircle00.".len()).collect())
        },
    },
    Search {
        name: "search phone $",
        kind: Kind::Contains,
        sorted: false,
        filter: |r, _| Filter::PhoneSuffix(format!("{:03}", r % 1_000)),
        circle: |c, m| Filter::PhoneSuffix(Person::of_circle(c, m).phone().chars().skip("+1628".len()).collect()),
    },
    Search {
        name: "search everything",
        kind: Kind::Everything,
        sorted: false,
        filter: |_, _| Filter::Everyone,
        circle: |_, _| Filter::Everyone,
    },
    Search {
        name: "search everything sorted",
        kind: Kind::Everything,
        sorted: true,
        filter: |_, _| Filter::Everyone,
        circle: |_, _| Filter::Everyone,
    },
];

impl Search {
    /// The body of a variant; without a page size it asks for the API's default.
    fn body(&self, variant: u64, count: u64, matches: Matches, per_page: Option<u64>) -> (Filter, String) {
        let filter = match matches {
            Matches::Thousandth => (self.filter)(scramble(variant), count.max(1)),
            Matches::Fifty => (self.circle)(variant % CIRCLES, variant / CIRCLES),
        };
        let mut body = json!({"query": filter.json()});
        if let Some(per_page) = per_page {
            body["pagination"] = json!({"per_page": per_page});
        }
        if self.sorted {
            body["sort"] = json!({"field": "signed_up_at", "order": "descending"});
        }
        (filter, body.to_string())
    }

    /// The stream of its requests.
    pub(crate) fn source(&self, target: &Target, count: u64, matches: Matches, per_page: Option<u64>) -> Source {
        let render = |variant| target.post("/contacts/search", &self.body(variant, count, matches, per_page).1);
        cycle((0..VARIANTS).map(render).collect())
    }

    /// Sends a few variants and fails if one of them finds too few or too many: only correct answers are worth timing.
    ///
    /// `others` is how many contacts there are besides the data set and the circles, which may match or not. Returns the mean number
    /// of results.
    pub(crate) async fn check(
        &self,
        target: &Target,
        count: u64,
        matches: Matches,
        others: u64,
    ) -> Result<f64, String> {
        let mut connection = Connection::open(target.addr).await?;
        let mut found = 0;
        for variant in 0..CHECKED {
            let (filter, body) = self.body(variant, count, matches, None);
            let matching = matching(&filter, count);
            let answer = connection.json(&target.post("/contacts/search", &body)).await;
            let answer = answer.map_err(|e| format!("{}: {e}\nthe search was: {body}", self.name))?;
            let total = answer["total_count"].as_u64().unwrap_or_default();
            let returned = answer["data"].as_array().map_or(0, Vec::len) as u64;
            if !(matching..=matching + others).contains(&total) || returned != total.min(DEFAULT_PAGE) {
                return Err(format!(
                    "{}: {total} found and {returned} returned where {matching} match (and {others} others may)\n\
                     the search was: {body}",
                    self.name
                ));
            }
            found += total;
        }
        Ok(found as f64 / CHECKED as f64)
    }
}

/// How many of a data set a filter must find.
fn matching(filter: &Filter, count: u64) -> u64 {
    let people = (0..count + CIRCLES * MEMBERS).map(|number| Person::of_data_set(number, count));
    people.filter(|person| filter.matches(person)).count() as u64
}

/// How many contacts a search for everyone finds.
pub(crate) async fn everyone(target: &Target) -> Result<u64, String> {
    let body = json!({"query": Filter::Everyone.json(), "pagination": {"per_page": 1}}).to_string();
    let answer = Connection::open(target.addr).await?.json(&target.post("/contacts/search", &body)).await?;
    answer["total_count"].as_u64().ok_or_else(|| format!("a search's answer has no total_count: {answer}"))
}

/// Reads of the rich contact.
pub(crate) fn read_rich(target: &Target, filled: &Filled) -> Source {
    cycle(vec![target.get(&format!("/contacts/{}", filled.rich_id))])
}

/// Reads of contacts all over the data set, in no order.
pub(crate) fn read_random(target: &Target, filled: &Filled) -> Source {
    let (target, ids) = (target.clone(), filled.ids.clone());
    let mut turn = 0_u64;
    Box::new(move |out| {
        turn += 1;
        let index = scramble(turn) % ids.len().max(1) as u64;
        let id = ids.get(usize::try_from(index).unwrap_or(0)).map_or("", String::as_str);
        target.render(out, "GET", &format!("/contacts/{id}"), "");
    })
}

/// The first page of all contacts.
pub(crate) fn list(target: &Target, per_page: u64) -> Source {
    cycle(vec![target.get(&format!("/contacts?per_page={per_page}"))])
}

/// Creations of new contacts.
pub(crate) fn write(target: &Target, seed: u64) -> Source {
    let target = target.clone();
    let (mut body, mut counter) = (String::new(), 0);
    Box::new(move |out| {
        Person::live(seed, counter).body(&mut body);
        counter += 1;
        target.render(out, "POST", "/contacts", &body);
    })
}

/// Four random reads to each creation.
pub(crate) fn mixed(target: &Target, filled: &Filled, seed: u64) -> Source {
    let (mut read, mut write) = (read_random(target, filled), write(target, seed));
    let mut turn = 0_u64;
    Box::new(move |out| {
        turn += 1;
        if turn.is_multiple_of(5) {
            write(out);
        } else {
            read(out);
        }
    })
}

/// The same requests over and over.
fn cycle(requests: Vec<Vec<u8>>) -> Source {
    let mut turn = 0;
    Box::new(move |out| {
        out.clear();
        out.extend_from_slice(&requests[turn % requests.len()]);
        turn += 1;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selective_searches_match_about_a_thousandth() {
        let count = 100_000;
        for search in SEARCHES.iter().filter(|search| search.kind != Kind::Everything) {
            for variant in 0..3 {
                let (filter, _) = search.body(variant, count, Matches::Thousandth, None);
                let matching = matching(&filter, count);
                assert!((1..=1_000).contains(&matching), "{}: {matching} match {filter:?}", search.name);
            }
        }
    }

    #[test]
    fn circles_match_as_many_in_every_data_set() {
        for search in SEARCHES.iter().filter(|search| search.kind != Kind::Everything) {
            for variant in [0, 1, 99, 150] {
                let (filter, _) = search.body(variant, 0, Matches::Fifty, None);
                for count in [10_000, 100_000] {
                    let matching = matching(&filter, count);
                    assert!([1, 50, 51].contains(&matching), "{}: {matching} match {filter:?}", search.name);
                }
            }
        }
    }
}
