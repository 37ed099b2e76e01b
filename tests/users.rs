//! `strongroom user` as an operator calls it, and the user that `strongroom serve` makes.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn strongroom(arguments: &[&str], data_dir: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    command.args(arguments).arg("--data-dir").arg(data_dir).env_remove("RUST_LOG").output().unwrap()
}

/// What a call that succeeds prints.
#[track_caller]
fn told(arguments: &[&str], data_dir: &Path) -> String {
    let output = strongroom(arguments, data_dir);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// What a call that fails says of it.
#[track_caller]
fn refused(arguments: &[&str], data_dir: &Path, code: i32, words: &str) {
    let output = strongroom(arguments, data_dir);
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    assert!(text.contains(words), "{text:?} does not say {words:?}");
    assert_eq!(text.matches(words).count(), 1, "it is said twice: {text}");
}

/// The value in a line such as `password  abc`.
#[track_caller]
fn value(text: &str, label: &str) -> String {
    let line = text.lines().find(|line| line.trim_start().starts_with(label));
    let Some(line) = line else { panic!("{label:?} is missing in {text}") };
    line.trim_start()[label.len()..].trim().to_owned()
}

/// What a start of the server prints; it is stopped when it has said `until`.
fn first_words(data_dir: &Path, arguments: &[&str], until: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_strongroom"))
        .args(["serve", "--listen", "127.0.0.1:0", "--tenant", "acme/", "--data-dir"])
        .arg(data_dir)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut text = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while !text.contains(until)
        && let Some(line) = lines.next()
    {
        text.push_str(&line.unwrap());
        text.push('\n');
    }
    // It says the rest, and ends in order.
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    for line in lines {
        text.push_str(&line.unwrap());
        text.push('\n');
    }
    child.wait().unwrap();
    text
}

#[test]
fn users_are_added_listed_and_removed() {
    let (data, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    refused(&["user", "list"], &data.path().join("none"), 1, "no server was started on the data folder");
    assert!(!data.path().join("none").exists(), "looking makes no data folder");
    let text = first_words(data.path(), &[], "This password is shown once");
    let admin = value(&text, "password");
    assert_eq!((value(&text, "user"), admin.len()), ("admin".to_owned(), 24));

    let text = told(
        &["user", "add", "ada", "--role", "restore-operator", "--project", "web", "--project", "mail"],
        data.path(),
    );
    assert_eq!((value(&text, "tenant"), value(&text, "role")), ("acme/".into(), "restore-operator".into()));
    let ada = value(&text, "password");
    let file = outside.path().join("bob.password");
    let in_file = file.to_str().unwrap();
    let text = told(
        &["user", "add", "bob", "--role", "viewer", "--tenant", "other/", "--password-file", in_file],
        data.path(),
    );
    assert_eq!(
        (value(&text, "tenant"), value(&text, "password")),
        ("other/".into(), format!("in {in_file}"))
    );
    let bob = fs::read_to_string(&file).unwrap();
    let list = told(&["user", "list"], data.path());
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        rows[1..],
        [
            vec!["admin", "administrator", "acme/", "all", "never"],
            vec!["ada", "restore-operator", "acme/", "web,", "mail", "never"],
            vec!["bob", "viewer", "other/", "all", "never"],
        ]
    );

    let again = value(&told(&["user", "password", "ada"], data.path()), "password");
    assert_ne!(again, ada);
    refused(&["user", "add", "ada", "--role", "viewer"], data.path(), 1, "\"ada\" is taken");
    refused(&["user", "add", "eve", "--role", "node"], data.path(), 2, "restore-operator");
    refused(&["user", "password", "eve"], data.path(), 1, "there is no user \"eve\"");
    refused(&["user", "remove", "admin"], data.path(), 1, "last administrator");
    told(&["user", "remove", "ada"], data.path());
    assert!(!told(&["user", "list"], data.path()).contains("ada"));
    for password in [&admin, &ada, &again, bob.trim()] {
        assert_eq!(files_with(data.path(), password), [""; 0]);
    }
}

#[test]
fn a_later_start_tells_no_password() {
    let (data, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // A data folder with a key and no users, as it was before there were any.
    told(&["api-key", "--tenant", "acme/"], data.path());
    let text = first_words(data.path(), &[], "This password is shown once");
    assert!(!text.contains("API key"), "{text}");
    value(&text, "password");
    // A file with the password of a user that is there; the server says no more than where it listens.
    let file = outside.path().join("admin.password");
    let text = first_words(data.path(), &["--admin-password-file", file.to_str().unwrap()], "data folder  ");
    assert!(!text.contains("password"), "{text}");
    let password = fs::read_to_string(&file).unwrap();
    assert_eq!(password.trim().len(), 24);
    assert_eq!(files_with(data.path(), password.trim()), [""; 0]);
}

#[test]
fn the_help_teaches() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, words) in [
        (&["user", "--help"][..], &["Stop the server first", "user add ada --role operator"][..]),
        (&["user", "add", "--help"], &["restore-operator", "printed once", "--project web"]),
        (&["user", "password", "--help"], &["sessions end"]),
        (&["user", "remove", "--help"], &["last administrator"]),
        (&["serve", "--help"], &["--admin-password-file", "STRONGROOM_ADMIN_PASSWORD_FILE"]),
    ] {
        let text = told(arguments, data.path());
        for words in words {
            assert!(text.contains(words), "{arguments:?} does not say {words:?}: {text}");
        }
    }
}

/// The files below a folder that hold these bytes.
fn files_with(folder: &Path, secret: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, secret));
        } else if fs::read(&path).unwrap().windows(secret.len()).any(|bytes| bytes == secret.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}
