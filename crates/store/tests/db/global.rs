//! All statements that span workspaces are in one place.

use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// A source without its comments.
fn code(source: &str) -> String {
    let lines = source.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn tables_take_no_transaction_that_sees_all_workspaces() {
    let tables = sources("tables");
    assert!(tables.len() > 40, "the sources are where this test looks for them");
    for (path, source) in tables {
        let code = code(&source);
        let is_plain = code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "Tx");
        let escapes = [".parts()", ".guard_name("].into_iter().any(|call| code.contains(call));
        assert!(!is_plain && !escapes, "{path} sees all workspaces; crates/store/src/global is for that");
    }
}

#[test]
fn each_function_across_workspaces_is_listed_with_its_reason() {
    let all = sources("global");
    let (_, list) = all.iter().find(|(path, _)| path.ends_with("mod.rs")).unwrap();
    for (path, source) in &all {
        for line in source.lines().filter_map(|line| line.strip_prefix("pub fn ")) {
            let name = line.split('(').next().unwrap();
            let file = Path::new(path).file_stem().unwrap().to_str().unwrap();
            let (file, function) = (format!("[`{file}`]"), format!("`{name}`"));
            let listed = list.lines().any(|row| row.contains(&file) && row.contains(&function));
            assert!(listed, "src/global/mod.rs does not say why {name} of {file} looks across workspaces");
        }
    }
}
