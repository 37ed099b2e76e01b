use super::*;

fn snapshot(id: &str, time: &str, group: &str, source: &str) -> Snapshot {
    Snapshot {
        id: id.to_owned(),
        short_id: String::new(),
        time: time.to_owned(),
        group: Some(group.to_owned()),
        group_id: Some(format!("id of {group}")),
        source: Some(source.to_owned()),
        source_id: None,
        paths: vec![format!("/{group}")],
        kind: None,
        size: None,
        files: None,
        expires: None,
        locked: false,
        run_id: None,
    }
}

/// Their short ids begin with 0fcaa, 3e23e, 2e7d2 and 18ac3.
fn four() -> Vec<Snapshot> {
    let mut all = vec![
        snapshot("tree", "2026-01-01T00:00:00Z", "docs", "ada"),
        snapshot("b", "2026-01-02T00:00:00Z", "docs", "ada"),
        snapshot("c", "2026-01-03T00:00:00Z", "pair", "ada"),
        snapshot("d", "2026-01-03T00:00:00Z", "pair", "bob"),
    ];
    shorten(&mut all);
    all
}

fn found(text: &str) -> Result<String, String> {
    meant(&four(), text).map(|snapshot| snapshot.id).map_err(|failure| failure.to_string())
}

#[test]
fn a_snapshot_is_found_by_what_people_type() {
    for (text, id) in [
        ("tree", "tree"),
        ("tr", "tree"),
        ("docs", "b"),
        ("id of docs", "b"),
        ("bob", "d"),
        ("3e23", "b"),
        ("3E23E", "b"),
    ] {
        assert_eq!(found(text).as_deref(), Ok(id), "{text}");
    }
}

#[test]
fn what_several_go_by_names_them() {
    let said = found("latest").unwrap_err();
    assert!(said.starts_with("the latest of \"latest\" are several, taken at one moment; say more of the id:\n  18ac3e73 2026-01-03 00:00:00 UTC of \"pair\" on \"bob\"\n  2e7d2c03 "), "{said}");
    assert!(found("pair").unwrap_err().contains("are several"));
    // The latest of a machine is one.
    assert_eq!(found("ada").as_deref(), Ok("c"));
}

#[test]
fn what_nothing_goes_by_is_not_there() {
    for text in ["nothing", "", "ffffffff"] {
        assert!(matches!(meant(&four(), text), Err(Failure::NotFound(_))), "{text}");
    }
    assert!(matches!(meant(&[], "latest"), Err(Failure::NotFound(said)) if said.contains("backup DIR")));
}

#[test]
fn short_ids_are_as_long_as_they_must_be() {
    assert!(four().iter().all(|snapshot| snapshot.short_id.len() == SHORTEST));
    // Two texts whose SHA-256 begins with the same eight digits.
    let mut alike = vec![snapshot("37793", "", "", ""), snapshot("38578", "", "", "")];
    shorten(&mut alike);
    let short: Vec<_> = alike.iter().map(|one| one.short_id.as_str()).collect();
    assert_ne!(short[0], short[1]);
}

#[test]
fn paths_hold_what_lies_below_them() {
    let one = snapshot("a", "", "docs", "");
    for (path, is_held) in [
        ("/docs", true),
        ("/docs/", true),
        ("/docs/a/b", true),
        ("/", true),
        ("/docsx", false),
        ("/other", false),
    ] {
        assert_eq!(one.may_hold(path), is_held, "{path}");
    }
}

#[test]
fn an_id_is_one_part_of_a_path() {
    assert_eq!(encoded("eyJh_-=="), "eyJh_-%3D%3D");
    assert_eq!(encoded("a/b?c d"), "a%2Fb%3Fc%20d");
}
