//! The doctor compares the counts in rows with what there is, and corrects them.

use deskwire_store::contacts::{self, Contact};
use deskwire_store::ids::ContactId;
use deskwire_store::{Db, Error, Options};
use serde_json::Value;

use crate::program::{Place, schema};

/// A contact without tags whose row counts one too few, and one that is right.
fn add_contacts(url: &str, workspace: &str) {
    let db = Db::open(url, Options::default()).unwrap();
    let workspace = workspace.to_owned();
    db.write_sync::<_, Error>(move |tx| {
        for (id, tag_count) in [(4096, -1), (4097, 0)] {
            let contact = Contact {
                id: ContactId::new(id),
                tag_count,
                details: "{}".to_owned(),
                custom_attributes: "{}".to_owned(),
                ..Contact::default()
            };
            assert!(contacts::insert_new(&mut tx.within(&workspace), &contact)?);
        }
        Ok(())
    })
    .unwrap();
    db.close();
}

fn counts_are_corrected(place: &Place, at: [&str; 2], url: &str, workspace: &str) {
    add_contacts(url, workspace);
    let doctor = |more: &[&str]| place.run(&[&["doctor"], &at[..], more].concat());
    assert!(!doctor(&[]).out.contains("tag_count"));
    let found = doctor(&["--verify-counts"]);
    assert_eq!(found.code, Some(1), "{found:?}");
    let wrong = "WRONG  tag_count of contacts: 1 wrong; --repair-counts corrects them";
    assert!(found.out.contains(wrong) && found.out.contains("ok     tag_count of articles: all right"), "{found:?}");
    assert!(doctor(&["--repair-counts"]).out.contains("ok     tag_count of contacts: 1 corrected"));
    assert!(doctor(&["--verify-counts"]).out.contains("ok     tag_count of contacts: all right"));
}

#[test]
fn counts_are_corrected_on_sqlite() {
    let place = Place::new();
    let made = place.workspace();
    let url = format!("sqlite:{}", place.path("d/deskwire.db").display());
    counts_are_corrected(&place, ["--data", "d"], &url, made["workspace_id"].as_str().unwrap());
}

#[test]
fn counts_are_corrected_on_postgres() {
    let url = schema(&format!("counts_{}", std::process::id()));
    let place = Place::new();
    let made = place.run(&["workspace", "create", "--name", "Acme", "--database", &url]).ok();
    let made: Value = serde_json::from_str(&made).unwrap();
    counts_are_corrected(&place, ["--database", &url], &url, made["workspace_id"].as_str().unwrap());
}
