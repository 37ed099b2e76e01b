//! The file of the profiles: what is wrong with one, and what stays when it is changed.

use std::fs;
use std::path::PathBuf;

use strongroom_profile::{Error, Kind, Profile, Profiles, SecretPlace};
use tempfile::TempDir;

fn written(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// What is said of a file, without the path of its folder.
#[track_caller]
fn refused(text: &str) -> String {
    let (folder, path) = written(text);
    let error = Profiles::load(&path).and_then(|profiles| profiles.default_profile().map(drop)).unwrap_err();
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let server = "[profiles.a]\nkind = \"ibm\"\nurl = \"https://host\"\n";
    for (text, expected) in [
        ("[profiles.a\n".to_owned(), "config.toml:1:12: "),
        (
            "[profiles.a]\nkind = \"ibn\"\n".to_owned(),
            "config.toml:2:8: unknown variant `ibn`, expected `ibm` or `storware`",
        ),
        ("[profiles.a]\nurl = \"https://host\"\n".to_owned(), "config.toml:1:1: missing field `kind`"),
        (
            format!("{server}insecure-http = \"yes\"\n"),
            "config.toml:4:17: invalid type: string \"yes\", expected a boolean",
        ),
        (format!("default-profile = \"b\"\n{server}"), "config.toml:1:19: there is no profile `b` (`a`)"),
        ("[profiles.\"a b\"]\n".to_owned(), "config.toml:1:11: `a b` cannot be the name of a profile"),
    ] {
        let said = refused(&text);
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_shown() {
    let server = "[profiles.a]\nkind = \"ibm\"\n";
    for (line, at) in [
        ("api-key = \"hush\"", "config.toml:3:1: secrets have no place"),
        ("apikey = \"hush\"", "config.toml:3:1: secrets have no place"),
        ("BEARER_TOKEN = \"hush\"", "config.toml:3:1: secrets have no place"),
        ("password = \"hush\"", "config.toml:3:1: secrets have no place"),
        ("url = \"https://me:hush@host\"", "config.toml:3:7: secrets have no place"),
        ("proxy = \"http://me:hush@proxy\"", "config.toml:3:9: secrets have no place"),
    ] {
        let said = refused(&format!("{server}{line}\n"));
        assert!(said.starts_with(at), "{said}");
        assert!(!said.contains("hush"), "{said}");
    }
    let (_folder, path) = written("");
    let profile = Profile::new(Kind::Ibm, "https://me:hush@host");
    let error = Profiles::update(&path, |profiles| profiles.set("a", profile)).unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
}

#[test]
fn members_that_nobody_knows_are_pointed_at() {
    let (_folder, path) = written(
        "later = 1\n[profiles.a]\nkind = \"ibm\"\nurl = \"https://host\"\n  ca_file = \"x\"\ncolour = \"red\"\n",
    );
    let profiles = Profiles::load(&path).unwrap();
    let said: Vec<&str> =
        profiles.unknown().iter().map(|line| &line[path.display().to_string().len()..]).collect();
    assert_eq!(
        said,
        [
            ":1:1: `later` is not known here, and does nothing",
            ":5:3: `ca_file` is not known here, and does nothing; is `ca-file` meant?",
            ":6:1: `colour` is not known here, and does nothing",
        ]
    );
}

#[test]
fn comments_order_and_unknown_members_stay() {
    let before = "\
# Ours.
later = { much = true }

[profiles.home] # the one at home
url = 'https://home'   # see the wiki
kind = \"storware\"
colour = \"red\"
login = \"me\"

# The last one.
[profiles.work]
kind = \"ibm\"
url = \"https://work\"
";
    let (_folder, path) = written(before);
    Profiles::update(&path, |profiles| {
        let mut home = profiles.get("home")?.clone();
        home.url = "https://elsewhere".to_owned();
        home.login = None;
        home.secret_in = Some(SecretPlace::File);
        profiles.set("home", home)?;
        profiles.set_default("work")
    })
    .unwrap();
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "\
# Ours.
later = { much = true }
default-profile = \"work\"

[profiles.home] # the one at home
url = \"https://elsewhere\"   # see the wiki
kind = \"storware\"
colour = \"red\"
secret-in = \"file\"

# The last one.
[profiles.work]
kind = \"ibm\"
url = \"https://work\"
"
    );
    // What is set as it was changes no byte, not even the quotes.
    fs::write(&path, before).unwrap();
    Profiles::update(&path, |profiles| profiles.set("home", profiles.get("home")?.clone())).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn a_new_file_leads_editors_to_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/config.toml");
    Profiles::update(&path, |profiles| {
        profiles.set("work", Profile::new(Kind::Ibm, "https://work"))?;
        profiles.set_default("work")
    })
    .unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        "#:schema ./config.schema.json\ndefault-profile = \"work\"\n\n\
         [profiles.work]\nkind = \"ibm\"\nurl = \"https://work\"\n"
    );
    let schema = fs::read_to_string(path.with_file_name("config.schema.json")).unwrap();
    assert_eq!(schema, strongroom_profile::SCHEMA);
    // And the head is written once.
    Profiles::update(&path, |profiles| profiles.remove("work")).unwrap();
    Profiles::update(&path, |profiles| profiles.set("b", Profile::new(Kind::Ibm, "https://b"))).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("#:schema").count(), 1, "{text}");
    assert!(!text.contains("work"), "the default that is gone is none: {text}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_file_behind_it_is_written() {
    let (folder, path) = written("");
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    Profiles::update(&link, |profiles| profiles.set("a", Profile::new(Kind::Ibm, "https://a"))).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&path).unwrap().contains("https://a"));
}

#[test]
fn changes_at_the_same_time_lose_nothing() {
    let (_folder, path) = written("");
    std::thread::scope(|scope| {
        for number in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let profile = Profile::new(Kind::Ibm, format!("https://host{number}"));
                Profiles::update(path, |profiles| profiles.set(&format!("p{number}"), profile)).unwrap();
            });
        }
    });
    assert_eq!(Profiles::load(&path).unwrap().names(None).len(), 8);
}

#[test]
fn a_profile_is_chosen_by_name_default_or_being_the_only_one() {
    let (_folder, path) = written(
        "default-profile = \"a\"\n\
         [profiles.a]\nkind = \"ibm\"\nurl = \"https://a\"\n\
         [profiles.b]\nkind = \"ibm\"\nurl = \"https://b\"\n\
         [profiles.s]\nkind = \"storware\"\nurl = \"https://s\"\n",
    );
    let profiles = Profiles::load(&path).unwrap();
    assert_eq!(profiles.choose(Kind::Ibm, Some("b")).unwrap(), "b");
    assert_eq!(profiles.choose(Kind::Ibm, None).unwrap(), "a");
    assert_eq!(profiles.choose(Kind::Storware, None).unwrap(), "s");
    let error = profiles.choose(Kind::Storware, Some("b")).unwrap_err();
    assert_eq!(error.to_string(), "the profile `b` is for ibm, and this needs one for storware (`s`)");
    let error = profiles.choose(Kind::Ibm, Some("c")).unwrap_err();
    assert_eq!(error.to_string(), "there is no profile `c` (`a`, `b`, `s`)");
    Profiles::update(&path, |profiles| profiles.set("t", Profile::new(Kind::Storware, "https://t"))).unwrap();
    let error = Profiles::load(&path).unwrap().choose(Kind::Storware, None).unwrap_err();
    assert!(matches!(error, Error::NoDefault { .. }), "{error}");
    assert!(error.to_string().contains("`s`, `t`"), "{error}");
}
