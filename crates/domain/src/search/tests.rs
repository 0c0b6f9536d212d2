//! Tests of valid and invalid queries.

use deskwire_store::search::{Filter, Order, Target, contacts};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{COMPANIES, CONTACTS, Context, Custom, CustomType, Fields, Options, Request};
use crate::error::{Error, ErrorKind};

const NAME: Target = Target::Column(&contacts::NAME);
const EMAIL: Target = Target::Column(&contacts::EMAIL);
const CREATED_AT: Target = Target::Column(&contacts::CREATED_AT);
/// 2020-01-01 09:00 UTC.
const MORNING: i64 = 1_577_869_200;
/// 2020-01-01 00:00 UTC.
const MIDNIGHT: i64 = 1_577_836_800;
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

#[derive(Clone, Copy, Default)]
struct How {
    by_days: bool,
    lenient: bool,
    relative: bool,
    zone: Option<&'static str>,
}

const CUSTOM: [(&str, i64, CustomType); 5] = [
    ("plan", 5001, CustomType::String),
    ("seats", 5002, CustomType::Integer),
    ("score", 5003, CustomType::Float),
    ("vip", 5004, CustomType::Boolean),
    ("renewal", 5005, CustomType::Date),
];

#[derive(Debug)]
struct Parsed {
    filter: Filter,
    order: Order,
    per_page: usize,
    starting_after: Option<String>,
    page: Option<i64>,
}

fn value(field: i64, text: bool) -> Target {
    Target::Value { field, text }
}

fn try_parse(body: &Value, fields: &'static Fields, how: How) -> Result<Parsed, Error> {
    let context = Context {
        now: MORNING,
        timezone: TimeZone::get(how.zone.unwrap_or("UTC")).unwrap(),
        by_days: how.by_days,
        relative: how.relative,
        id: |text| text.strip_prefix("id-").and_then(|id| id.parse().ok()),
        custom: CUSTOM.map(|(name, id, kind)| (name.to_owned(), Custom { id, kind })).into(),
        segments: [("s1".to_owned(), Filter::eq(NAME, "x"))].into(),
        categories: Vec::new(),
        translate: &|_| None,
    };
    let options = Options { by_days: how.by_days, lenient_order: how.lenient, per_page: 50, max_per_page: 150 };
    let request = Request::read(body.clone(), options);
    let (filter, order, page) = request.compile(fields, &context)?;
    let (per_page, starting_after, page) = (page.per_page, page.starting_after.clone(), page.page);
    Ok(Parsed { filter, order, per_page, starting_after, page })
}

fn one(field: &str, operator: &str, value: &Value) -> Value {
    json!({"query": {"field": field, "operator": operator, "value": value}})
}

fn filter_with(field: &str, operator: &str, value: &Value, how: How) -> Filter {
    try_parse(&one(field, operator, value), &CONTACTS, how).unwrap().filter
}

fn filter(field: &str, operator: &str, value: &Value) -> Filter {
    filter_with(field, operator, value, How::default())
}

fn refusal(body: &Value, fields: &'static Fields, how: How) -> (ErrorKind, String) {
    let error = match try_parse(body, fields, how) {
        Err(error) => error,
        Ok(parsed) => panic!("{body} was accepted as {parsed:?}"),
    };
    (error.kind, error.message.into_owned())
}

fn refused(body: &Value) -> (ErrorKind, String) {
    refusal(body, &CONTACTS, How::default())
}

#[test]
fn texts_are_compared_in_every_way() {
    for (operator, expected) in [
        ("=", Filter::eq(NAME, "Ada")),
        ("!=", Filter::ne(NAME, "Ada")),
        ("~", Filter::contains(NAME, "Ada")),
        ("!~", Filter::not_contains(NAME, "Ada")),
        ("^", Filter::starts_with(NAME, "Ada")),
        ("$", Filter::ends_with(NAME, "Ada")),
    ] {
        assert_eq!(filter("name", operator, &json!("Ada")), expected, "{operator}");
    }
    let both = Filter::is_in(NAME, ["a".into(), "b".into()]);
    assert_eq!(filter("name", "IN", &json!(["a", "b"])), both);
    assert_eq!(filter("name", "NIN", &json!(["a", "b"])), both.negate());
    for (operator, blank) in [("~", ""), ("~", " "), ("!~", "\t"), ("^", "  "), ("$", " ")] {
        let (kind, text) = refused(&one("name", operator, &json!(blank)));
        assert_eq!(kind, ErrorKind::ParameterInvalid);
        assert!(text.contains("blank"), "{text}");
    }
    assert_eq!(filter("external_id", "=", &json!(42)), filter("external_id", "=", &json!("42")));
}

#[test]
fn null_asks_for_emptiness() {
    assert_eq!(filter("email", "=", &Value::Null), Filter::is_unset(EMAIL));
    assert_eq!(filter("email", "!=", &Value::Null), Filter::is_set(EMAIL));
    let by_days = How { by_days: true, ..How::default() };
    let seen = Target::Column(&contacts::LAST_SEEN_AT);
    assert_eq!(filter_with("last_seen_at", "!=", &Value::Null, by_days), Filter::is_set(seen));
    let (kind, text) = refused(&one("email", "~", &Value::Null));
    assert_eq!(kind, ErrorKind::ParameterInvalid);
    assert_eq!(text, "Value null is not valid for field 'email': it must be a string");
}

#[test]
fn numbers_and_booleans_may_be_strings() {
    let seats = value(5002, false);
    for number in [json!(7), json!("7"), json!(7.0)] {
        assert_eq!(filter("custom_attributes.seats", ">=", &number), Filter::ge(seats, 7));
    }
    assert_eq!(filter("custom_attributes.score", "<", &json!("0.5")), Filter::lt(value(5003, false), 0.5));
    for yes in [json!(true), json!("true")] {
        assert_eq!(filter("custom_attributes.vip", "=", &yes), Filter::eq(value(5004, false), 1.0));
        assert_eq!(filter("has_hard_bounced", "=", &yes), Filter::eq(value(14, false), 1.0));
    }
    assert_eq!(filter("has_hard_bounced", "=", &json!(false)), Filter::ne(value(14, false), 1.0));
    assert_eq!(filter("has_hard_bounced", "!=", &json!(false)), Filter::eq(value(14, false), 1.0));
    for (field, wrong, wanted) in [
        ("custom_attributes.seats", json!("many"), "an integer"),
        ("custom_attributes.seats", json!(1.5), "an integer"),
        ("custom_attributes.score", json!(true), "a number"),
        ("custom_attributes.score", json!("NaN"), "a number"),
        ("custom_attributes.vip", json!("yes"), "true or false"),
        ("created_at", json!("foobar"), "a unix timestamp in seconds"),
        ("name", json!(true), "a string"),
        ("name", json!({"a": 1}), "a string"),
        ("owner_id", json!(""), "an integer"),
    ] {
        let (kind, text) = refused(&one(field, "=", &wrong));
        assert_eq!(kind, ErrorKind::ParameterInvalid);
        assert!(text.contains(field) && text.ends_with(wanted), "{text}");
    }
}

#[test]
fn times_compare_by_the_second_or_by_the_day() {
    let at = json!(MORNING);
    assert_eq!(filter("created_at", ">", &at), Filter::gt(CREATED_AT, MORNING));
    assert_eq!(filter("created_at", "!=", &json!("1577869200")), Filter::ne(CREATED_AT, MORNING));
    let days = How { by_days: true, ..How::default() };
    let by_days = |operator| filter_with("created_at", operator, &at, days);
    assert_eq!(by_days(">"), Filter::ge(CREATED_AT, MIDNIGHT + DAY));
    assert_eq!(by_days("<"), Filter::lt(CREATED_AT, MIDNIGHT));
    assert_eq!(by_days("="), Filter::between(CREATED_AT, MIDNIGHT, MIDNIGHT + DAY));
    for operator in [">=", "<=", "!="] {
        let (kind, text) = refusal(&one("created_at", operator, &at), &CONTACTS, days);
        assert_eq!(kind, ErrorKind::ParameterInvalid);
        assert_eq!(text, format!("Operator '{operator}' is not valid for field 'created_at'"));
    }
    // In New York, 04:00 UTC is still on December 31. The next day begins at 05:00 UTC.
    let york = How { zone: Some("America/New_York"), ..days };
    assert_eq!(
        filter_with("created_at", ">", &json!(MORNING - 5 * HOUR), york),
        Filter::ge(CREATED_AT, MIDNIGHT + 5 * HOUR)
    );
    // A time in milliseconds is later than any stored time.
    let far = json!(MORNING * 1000);
    for operator in [">", "<", "="] {
        assert_eq!(filter_with("created_at", operator, &far, days), Filter::None);
        assert_eq!(filter_with("created_at", operator, &far, How::default()), Filter::None);
    }
    for (operator, list) in [("IN", json!([1])), ("NIN", json!([1]))] {
        assert_eq!(refused(&one("created_at", operator, &list)).0, ErrorKind::ParameterInvalid);
    }
}

#[test]
fn custom_dates_are_days_of_utc_or_of_the_workspace() {
    let renewal = value(5005, false);
    let name = "custom_attributes.renewal";
    let york = How { zone: Some("America/New_York"), ..How::default() };
    let day = Filter::between(renewal, MIDNIGHT, MIDNIGHT + DAY);
    assert_eq!(filter_with(name, "=", &json!(MORNING), york), day);
    assert_eq!(filter(name, ">", &json!(MORNING)), Filter::ge(renewal, MIDNIGHT + DAY));
    let older = How { by_days: true, ..york };
    let day = Filter::between(renewal, MIDNIGHT + 5 * HOUR, MIDNIGHT + DAY + 5 * HOUR);
    assert_eq!(filter_with(name, "=", &json!(MORNING), older), day);
    for operator in ["!=", ">=", "<="] {
        assert_eq!(refused(&one(name, operator, &json!(1))).0, ErrorKind::ParameterInvalid);
    }
}

#[test]
fn ids_tags_and_segments() {
    assert_eq!(filter("id", "=", &json!("id-7")), Filter::eq(Target::Id, 7));
    let nobody = Filter::is_in(Target::Id, []);
    assert_eq!(filter("id", "=", &json!("nobody")), nobody);
    assert_eq!(filter("id", "!=", &json!("nobody")), nobody.negate());
    assert_eq!(filter("id", "IN", &json!(["id-7", "nobody"])), Filter::eq(Target::Id, 7));
    for start in ["", "0"] {
        assert_eq!(filter("id", ">", &json!(start)), Filter::All);
        assert_eq!(filter("id", "=", &json!(start)), Filter::is_in(Target::Id, []));
    }
    assert_eq!(filter("tag_id", "=", &json!("12")), Filter::eq(Target::Link(&contacts::TAGS), 12));
    assert_eq!(filter("tag_id", "!=", &json!(12)), Filter::ne(Target::Link(&contacts::TAGS), 12));
    assert_eq!(filter("segment_id", "=", &json!("s1")), Filter::eq(NAME, "x"));
    assert_eq!(filter("segment_id", "!=", &json!("s1")), Filter::ne(NAME, "x"));
    assert_eq!(filter("segment_id", "=", &json!("s2")), Filter::None);
    for field in ["tag_id", "segment_id"] {
        let (kind, text) = refused(&one(field, "IN", &json!(["1"])));
        assert_eq!(kind, ErrorKind::ParameterInvalid);
        assert_eq!(text, format!("Operator 'IN' is not valid for field '{field}'"));
    }
}

#[test]
fn unknown_fields_are_named() {
    let invalid = |name: &str| (ErrorKind::InvalidField, format!("{name} is not a valid search field"));
    for name in ["plan.id", "company_id", "custom_attributes.gone", "", "email_key"] {
        assert_eq!(refused(&one(name, "=", &json!("x"))), invalid(name));
    }
    for name in ["plan.id", "plan.name", "segment_id"] {
        let refused = refusal(&one(name, "=", &json!("x")), &COMPANIES, How::default());
        assert_eq!(refused, invalid(name));
    }
}

#[test]
fn every_field_of_the_description_is_known() {
    for name in [
        "id",
        "role",
        "name",
        "avatar",
        "owner_id",
        "email",
        "email_domain",
        "phone",
        "formatted_phone",
        "external_id",
        "created_at",
        "signed_up_at",
        "updated_at",
        "last_seen_at",
        "last_contacted_at",
        "last_replied_at",
        "last_email_opened_at",
        "last_email_clicked_at",
        "language_override",
        "browser",
        "browser_language",
        "os",
        "location.country",
        "location.region",
        "location.city",
        "unsubscribed_from_emails",
        "marked_email_as_spam",
        "has_hard_bounced",
        "ios_last_seen_at",
        "ios_app_version",
        "ios_device",
        "ios_app_device",
        "ios_os_version",
        "ios_app_name",
        "ios_sdk_version",
        "android_last_seen_at",
        "android_app_version",
        "android_device",
        "android_app_name",
        "andoid_sdk_version",
        "segment_id",
        "tag_id",
        "custom_attributes.plan",
    ] {
        try_parse(&one(name, "=", &Value::Null), &CONTACTS, How::default())
            .or_else(|_| try_parse(&one(name, "=", &json!("1")), &CONTACTS, How::default()))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for name in [
        "company_id",
        "name",
        "created_at",
        "updated_at",
        "remote_created_at",
        "last_request_at",
        "monthly_spend",
        "session_count",
        "user_count",
        "tag_id",
        "custom_attributes.plan",
    ] {
        assert!(try_parse(&one(name, "=", &json!("1")), &COMPANIES, How::default()).is_ok(), "{name}");
    }
}

#[test]
fn groups_have_limits() {
    let leaf = json!({"field": "name", "operator": "=", "value": "a"});
    let group = |operator: &str, parts: Vec<Value>| json!({"operator": operator, "value": parts});
    let query = |query: Value| json!({"query": query});
    let inner = group("OR", vec![leaf.clone(); 2]);
    let parsed = try_parse(&query(group("AND", vec![inner.clone(), leaf.clone()])), &CONTACTS, How::default());
    let a = Filter::eq(NAME, "a");
    let or = Filter::Or(vec![a.clone(), a.clone()]);
    assert_eq!(parsed.unwrap().filter, Filter::And(vec![or, a]));
    let deep = group("AND", vec![group("OR", vec![inner])]);
    assert!(refused(&query(deep)).1.contains("nested at most 2 levels"));
    assert!(try_parse(&query(group("OR", vec![leaf.clone(); 15])), &CONTACTS, How::default()).is_ok());
    let (kind, text) = refused(&query(group("OR", vec![leaf.clone(); 16])));
    assert_eq!(kind, ErrorKind::ParameterInvalid);
    assert_eq!(text, "The value of operator 'OR' contains 16 filters; the maximum is 15");
    assert!(refused(&query(group("AND", vec![]))).1.contains("at least one filter"));
    assert!(refused(&query(json!({"operator": "AND", "value": "x"}))).1.contains("array of filters"));
    assert!(refused(&query(group("AND", vec![json!("x")]))).1.contains("must be an object"));
}

#[test]
fn malformed_filters_say_what_is_missing() {
    for (query, kind, part) in [
        (
            json!({"field": "name", "operator": "AND", "value": "x"}),
            ErrorKind::ParameterInvalid,
            "Operator 'AND' is not valid for field 'name'",
        ),
        (
            json!({"field": "name", "operator": "LIKE", "value": "x"}),
            ErrorKind::ParameterInvalid,
            "Operator 'LIKE' is not valid for field 'name'",
        ),
        (
            json!({"field": "name", "operator": ">", "value": "x"}),
            ErrorKind::ParameterInvalid,
            "Operator '>' is not valid for field 'name'",
        ),
        (json!({"field": "name", "value": "x"}), ErrorKind::ParameterNotFound, "operator"),
        (json!({"field": "name", "operator": "~"}), ErrorKind::ParameterNotFound, "value"),
        (json!({"operator": "=", "value": "x"}), ErrorKind::ParameterNotFound, "field"),
        (json!({"field": "name", "operator": "IN", "value": "x"}), ErrorKind::ParameterInvalid, "must be an array"),
        (
            json!({"field": "name", "operator": "=", "value": ["x"]}),
            ErrorKind::ParameterInvalid,
            "must be a single value",
        ),
        (json!({"field": "name", "operator": "IN", "value": [null]}), ErrorKind::ParameterInvalid, "must be a string"),
        (json!({"field": "created_at", "operator": ">", "days_ago": 3}), ErrorKind::ParameterNotFound, "value"),
        (json!({"field": 7, "operator": "=", "value": "x"}), ErrorKind::InvalidField, "7 is not a valid search field"),
        (json!([]), ErrorKind::ParameterInvalid, "must be an object"),
    ] {
        let (found, text) = refused(&json!({ "query": query }));
        assert_eq!(found, kind, "{query}: {text}");
        assert!(text.contains(part), "{query}: {text}");
    }
    assert_eq!(refused(&json!({})), (ErrorKind::ParameterNotFound, "query is required".to_owned()));
    assert_eq!(refused(&json!([])).0, ErrorKind::ParameterInvalid);
    let long: Vec<String> = (0..301).map(|n| n.to_string()).collect();
    assert!(refused(&one("name", "IN", &json!(long))).1.contains("the maximum is 300"));
}

#[test]
fn companies_have_no_inclusive_operators() {
    for operator in [">=", "<=", "IN"] {
        let value = if operator == "IN" { json!([1]) } else { json!(1) };
        let (kind, _) = refusal(&one("created_at", operator, &value), &COMPANIES, How::default());
        assert_eq!(kind, ErrorKind::ParameterInvalid);
    }
    for operator in ["=", "!=", ">", "<"] {
        for field in ["created_at", "monthly_spend"] {
            assert!(try_parse(&one(field, operator, &json!(1)), &COMPANIES, How::default()).is_ok());
        }
    }
}

#[test]
fn segments_may_count_days_back() {
    let body = json!({"query": {"field": "created_at", "operator": ">", "days_ago": "30"}});
    let segment = How { relative: true, by_days: true, ..How::default() };
    let parsed = try_parse(&body, &CONTACTS, segment).unwrap();
    assert_eq!(parsed.filter, Filter::gt(CREATED_AT, MORNING - 30 * DAY));
    assert!(try_parse(&one("custom_attributes.renewal", ">=", &json!(1)), &CONTACTS, segment).is_ok());
    assert!(try_parse(&one("created_at", "!=", &json!(1)), &CONTACTS, segment).is_ok());
    let body = json!({"query": {"field": "name", "operator": "=", "days_ago": 1}});
    assert_eq!(refusal(&body, &CONTACTS, segment).0, ErrorKind::ParameterInvalid);
}

#[test]
fn sorting() {
    let sort = |sort: Value, how: How| {
        let body = json!({"query": {"field": "name", "operator": "=", "value": "a"}, "sort": sort});
        try_parse(&body, &CONTACTS, how).map(|parsed| parsed.order)
    };
    let plain = How::default();
    let created = |descending| Order { target: CREATED_AT, descending };
    assert_eq!(sort(Value::Null, plain).unwrap(), Order::NEWEST);
    assert_eq!(sort(json!({"field": "created_at", "order": "ascending"}), plain).unwrap(), created(false));
    assert_eq!(sort(json!({"field": "created_at"}), plain).unwrap(), created(true));
    assert_eq!(
        sort(json!({"field": "id", "order": "ascending"}), plain).unwrap(),
        Order { target: Target::Id, descending: false }
    );
    let lenient = How { lenient: true, ..plain };
    assert_eq!(sort(json!({"field": "created_at", "order": "asc"}), lenient).unwrap(), created(false));
    let error = sort(json!({"field": "created_at", "order": "desc"}), plain).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidSortOrder);
    assert_eq!(error.message, "Invalid sort order 'desc'. Must be one of: ascending, descending");
    for (field, text) in [
        ("tag_id", "tag_id is not a valid sort field"),
        ("segment_id", "segment_id is not a valid sort field"),
        ("nothing", "nothing is not a valid search field"),
    ] {
        let error = sort(json!({ "field": field }), plain).unwrap_err();
        assert_eq!((error.kind, &*error.message), (ErrorKind::InvalidField, text));
    }
}

#[test]
fn pages() {
    let page = |pagination: Value| {
        let body = json!({"query": {"field": "name", "operator": "=", "value": "a"}, "pagination": pagination});
        try_parse(&body, &CONTACTS, How::default()).map(|parsed| (parsed.per_page, parsed.starting_after))
    };
    let number = |pagination: Value| {
        let body = json!({"query": {"field": "name", "operator": "=", "value": "a"}, "pagination": pagination});
        try_parse(&body, &CONTACTS, How::default()).map(|parsed| parsed.page)
    };
    assert_eq!((number(json!({"page": "9"})).unwrap(), number(json!({"page": null})).unwrap()), (Some(9), None));
    assert_eq!(number(json!({"page": "x"})).unwrap_err().kind, ErrorKind::ParameterInvalid);
    assert_eq!(page(Value::Null).unwrap(), (50, None));
    assert_eq!(page(json!({"per_page": "5", "page": 9})).unwrap(), (5, None));
    assert_eq!(page(json!({"per_page": 1000})).unwrap(), (150, None));
    assert_eq!(page(json!({"starting_after": "abc"})).unwrap(), (50, Some("abc".to_owned())));
    for wrong in [json!(0), json!(-1), json!("x"), json!(1.5), json!([])] {
        let error = page(json!({"per_page": wrong})).unwrap_err();
        assert_eq!(error.kind, ErrorKind::ParameterInvalid);
        assert!(error.message.starts_with("per_page must be a number from 1 to 150"), "{error}");
    }
    assert_eq!(page(json!({"starting_after": 7})).unwrap_err().kind, ErrorKind::ClientError);
    assert_eq!(page(json!([])).unwrap_err().kind, ErrorKind::ParameterInvalid);
}
