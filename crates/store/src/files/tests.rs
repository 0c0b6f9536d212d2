use std::time::Duration;

use super::{Files, Key};

/// A workspace, and another.
const OWN: &str = "abc1";
const OTHER: &str = "abc2";

fn place(name: &str) -> (std::path::PathBuf, Files) {
    let root = std::env::temp_dir().join(format!("deskwire-{name}-{}", std::process::id()));
    (root.clone(), Files::new(root))
}

#[test]
fn stored_files_are_found_by_workspace_and_hash() {
    let (root, files) = place("files");
    let hash = files.put(OWN, b"abc").unwrap();
    assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(super::unhex(&hash).map(|bytes| super::hex(&bytes)), Some(hash.clone()));
    assert_eq!(files.put(OWN, b"abc").unwrap(), hash);
    assert_eq!(files.get(OWN, &hash).unwrap(), b"abc");
    assert_eq!(files.verify(OWN, &hash).unwrap(), 3);
    assert!(files.open(OTHER, &hash).is_err(), "it is another workspace's");
    assert_eq!(files.put(OTHER, b"abc").unwrap(), hash);
    files.delete(OWN, &hash).unwrap();
    assert!(files.get(OWN, &hash).is_err());
    files.delete(OWN, &hash).unwrap();
    assert_eq!(files.get(OTHER, &hash).unwrap(), b"abc");
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
fn a_file_that_workspaces_shared_is_found_until_it_is_removed() {
    let (root, files) = place("shared");
    let hash = files.put(OWN, b"abc").unwrap();
    let (own, shared) = (root.join(&hash[..2]).join(OWN).join(&hash), root.join(&hash[..2]).join(&hash));
    std::fs::rename(own, &shared).unwrap();
    for workspace in [OWN, OTHER] {
        assert_eq!(files.get(workspace, &hash).unwrap(), b"abc");
        files.delete(workspace, &hash).unwrap();
    }
    assert_eq!(files.list_shared(0xba, Duration::ZERO).unwrap(), [hash.as_str()]);
    assert!(files.list_shared(0xba, Duration::from_secs(60)).unwrap().is_empty());
    assert!(!files.delete_shared(&hash).unwrap(), "it has just come");
    #[expect(clippy::disallowed_methods, reason = "files have times of the system's clock")]
    let old = std::time::SystemTime::now() - Duration::from_secs(3600);
    std::fs::File::open(&shared).unwrap().set_modified(old).unwrap();
    assert!(files.delete_shared(&hash).unwrap());
    assert!(files.get(OWN, &hash).is_err());
    assert!(files.delete_shared(&hash).unwrap(), "gone is gone");
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
fn no_name_leads_elsewhere() {
    let (root, files) = place("names");
    let hash = files.put(OWN, b"abc").unwrap();
    for workspace in ["", ".", "..", "../abc1", "abc1/..", "a/b", "a\\b", "a\0", "%2e%2e", "shared x"] {
        assert!(Key::new(workspace, &hash).is_none(), "{workspace:?}");
        assert!(files.put(workspace, b"abc").is_err(), "{workspace:?}");
        assert!(files.open(workspace, &hash).is_err(), "{workspace:?}");
        assert!(files.delete(workspace, &hash).is_err(), "{workspace:?}");
    }
    let traversal = format!("../{}", &hash[3..]);
    for hash in ["", "..", &hash[1..], &hash.to_uppercase(), traversal.as_str()] {
        assert!(Key::new(OWN, hash).is_none(), "{hash:?}");
        assert!(files.open(OWN, hash).is_err(), "{hash:?}");
    }
    assert_eq!(files.get(OWN, &hash).unwrap(), b"abc");
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
fn unfinished_files_leave_nothing_behind() {
    let (root, files) = place("unfinished");
    let mut begun = files.begin(OWN).unwrap();
    begun.write(b"half of").unwrap();
    let path = begun.path().to_owned();
    assert!(path.exists());
    drop(begun);
    assert!(!path.exists());
    let mut whole = files.begin(OWN).unwrap();
    whole.write(b"a").unwrap();
    whole.write(b"bc").unwrap();
    assert_eq!(whole.len(), 3);
    let hash = whole.finish().unwrap();
    assert_eq!(hash, files.put(OWN, b"abc").unwrap());
    // Left behind by a process that died.
    std::mem::forget(files.begin(OWN).unwrap());
    assert_eq!(files.remove_unfinished(Duration::from_secs(60)).unwrap(), 0, "it may still be written");
    assert_eq!(files.remove_unfinished(Duration::ZERO).unwrap(), 1);
    let listed = |digits| {
        let mut found = Vec::new();
        let mut take = |keys: Vec<Key>| {
            found.extend(keys);
            Ok(())
        };
        files.list(digits, &mut take).unwrap();
        found
    };
    assert_eq!(listed(0xba), [Key::new(OWN, &hash).unwrap()]);
    assert!(listed(0xbb).is_empty());
    std::fs::remove_dir_all(root).unwrap();
}

#[cfg(unix)]
#[test]
fn files_and_directories_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let root = std::env::temp_dir().join(format!("deskwire-private-{}", std::process::id()));
    let files = Files::new(root.join("a/b"));
    let hash = files.put(OWN, b"private").unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = root.join("a/b").join(&hash[..2]).join(OWN).join(&hash);
    assert_eq!(mode(&file), 0o600);
    for directory in file.ancestors().skip(1).take_while(|path| path.starts_with(&root)) {
        assert_eq!(mode(directory), 0o700, "{}", directory.display());
    }
    std::fs::remove_dir_all(root).unwrap();
}
