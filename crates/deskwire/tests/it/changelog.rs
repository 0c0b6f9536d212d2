//! `deskwire changelog`

use crate::program::Place;

#[test]
fn the_changelog_shows_what_changed_between_two_versions() {
    let place = Place::new();
    let printed = place.run(&["changelog", "--from", "2.13", "--to", "2.15"]).ok();
    let titles: Vec<&str> = printed.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(titles, ["## 2.15", "## 2.14"]);
    let (newer, older) = printed.split_once("\n## 2.14\n").unwrap();
    for line in [
        "- adds `GET /conversations/{id}/handling_events`",
        "- `conversation`: adds `company`",
        "- `ticket.closed`: the ticket is the field `ticket` of the item",
    ] {
        assert!(newer.lines().any(|l| l == line), "{newer}");
    }
    for part in [
        "Operations:\n\n- adds `GET /away_status_reasons`\n",
        "Requests:\n\n- `PUT /admins/{id}/away`: accepts `away_status_reason_id`\n",
        "Answers:\n\n- `ticket_part`: adds `updated_attribute_data`\n",
        "- `GET /conversations`, `POST /conversations/search`: conversations show their `custom_attributes`, as in 2.11\n",
        "Refusals:\n\n- `PUT /admins/{id}/away`: a bad request is refused with `code` and `message` alone",
    ] {
        assert!(older.contains(part), "{part}\n{older}");
    }
    let printed = place.run(&["changelog", "--from", "2.11", "--to", "2.12"]).ok();
    assert!(printed.contains("- removes `POST /conversations/{id}/run_assignment_rules`\n"), "{printed}");
}

#[test]
fn versions_must_exist_and_be_in_order() {
    let place = Place::new();
    let refused = place.run(&["changelog", "--from", "2.15", "--to", "2.15"]).refused(2);
    assert!(refused.contains("--from 2.15 must be older than --to 2.15"), "{refused}");
    let refused = place.run(&["changelog", "--from", "2.6"]).refused(2);
    assert!(refused.contains("there is no API version 2.6; the versions are 2.7, "), "{refused}");
}

#[test]
fn the_documentation_has_all_changes() {
    let all = Place::new().run(&["changelog"]).ok();
    let page = include_str!("../../../../docs/CHANGES-BY-VERSION.md");
    assert!(
        page.ends_with(&format!("\n\n{}\n", all.trim_end())),
        "put the output of `deskwire changelog` there:\n{all}"
    );
}
