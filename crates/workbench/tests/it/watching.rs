//! What a watch says of saves, without a file system that tells of them and without waiting.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use client_build::STORWARE;
use workbench::probe::{PROPERTY, with_property};
use workbench::watch::Watch;

use crate::copy_of;

/// Somebody at work on the document: saves, and what the watch says to it.
struct Desk<'a> {
    folder: tempfile::TempDir,
    watch: Watch<'a, Out<'a>>,
    out: &'a RefCell<Vec<u8>>,
}

struct Out<'a>(&'a RefCell<Vec<u8>>);

impl std::io::Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> Desk<'a> {
    fn new(out: &'a RefCell<Vec<u8>>, compiled: &'a RefCell<Vec<String>>) -> Self {
        let folder = copy_of(&STORWARE);
        let compile = |api: &client_build::Api, areas: &BTreeSet<String>| {
            let areas: Vec<&str> = areas.iter().map(String::as_str).collect();
            compiled.borrow_mut().push(format!("{} {}", api.client, areas.join(",")));
            Ok(true)
        };
        let watch = Watch::new(
            folder.path(),
            &[STORWARE],
            Some(Box::new(compile)),
            Box::new(|| Duration::ZERO),
            Out(out),
        );
        Self { folder, watch, out }
    }

    /// What is said when something happened to this file.
    fn told(&mut self, file: &str) -> String {
        self.watch.saved(&BTreeSet::from([self.path(file)])).unwrap();
        self.said()
    }

    fn said(&self) -> String {
        let text = String::from_utf8(self.out.take()).unwrap();
        text.replace(&*self.folder.path().to_string_lossy(), "/w")
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.folder.path().join("spec/storware").join(file)
    }

    fn save(&mut self, file: &str, text: &str) -> String {
        fs::write(self.path(file), text).unwrap();
        self.told(file)
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }
}

const BACKUPS: &str = "schemas/backup.yaml";

#[track_caller]
fn assert_has(text: &str, piece: &str) {
    assert!(text.contains(piece), "no `{piece}` in\n{text}");
}

#[test]
fn a_morning_at_the_desk() {
    let (out, compiled) = (RefCell::default(), RefCell::default());
    let mut desk = Desk::new(&out, &compiled);
    desk.watch.begin().unwrap();
    let said = desk.said();
    assert_has(&said, "storware: checked and generated (files: ");
    assert_has(&said, "watching /w/spec; Ctrl-C ends it\n");
    assert!(!said.contains("not as committed"), "run `cargo xtask codegen`:\n{said}");

    // Nothing in a file is different, or it is none of the document's.
    assert_eq!(desk.told(BACKUPS), "");
    assert_eq!(desk.told("schemas/.backup.yaml.swp"), "");

    let before = desk.text(BACKUPS);
    let (_, after) = with_property(&desk.folder.path().join("spec"), &STORWARE, "BackupListRecord").unwrap();

    // A save that is not done yet: the file is empty, then cut off in the middle of a line.
    assert_has(
        &desk.save(BACKUPS, ""),
        "storware: no client can be generated from this; the last good client stays\n",
    );
    let half = &after[..after.find("BackupStatus:").unwrap() + 6];
    assert_has(&desk.save(BACKUPS, half), "the last good client stays\n");
    // No YAML at all.
    let said = desk.save(BACKUPS, "a: [\n\t%");
    assert_has(&said, "/w/spec/storware/schemas/backup.yaml:");
    assert_has(&said, "the last good client stays\n");
    // Gone.
    fs::remove_file(desk.path(BACKUPS)).unwrap();
    assert_has(&desk.told(BACKUPS), "the last good client stays\n");
    assert!(compiled.borrow().is_empty(), "nothing is compiled while nothing is good");

    // Saved by putting another file in its place. What is told is against the last good client.
    fs::write(desk.path("schemas/backup.yaml.new"), &after).unwrap();
    fs::rename(desk.path("schemas/backup.yaml.new"), desk.path(BACKUPS)).unwrap();
    let said = desk.told(BACKUPS);
    let field = format!("    + BackupListRecord.workbench_probe: Option<i64> = {PROPERTY}\n");
    assert_has(
        &said,
        &format!(
            "in 0.00 s\n  backups\n{field}storware: not as committed (lines: 5): digest, surface-backups;"
        ),
    );
    assert_has(&said, "storware: storware-backup-recovery with backups compiles (0.00 s)\n");
    assert_eq!(compiled.take(), ["storware-backup-recovery backups"]);

    // Another word in a description is no change of the surface, a comment none of anything.
    let said = desk.save(BACKUPS, &after.replace("A number to try", "A count to try"));
    assert_has(&said, "; only what the surface leaves out is different, such as a description\n");
    let said = desk.save(
        BACKUPS,
        &after
            .replace("A number to try", "A count to try")
            .replace("BackupStatus:\n", "# Said of a backup.\nBackupStatus:\n"),
    );
    assert_has(&said, "; the document and the client are the same as before\n");
    assert!(compiled.borrow().is_empty());

    let said = desk.save(BACKUPS, &before);
    assert_has(
        &said,
        &format!("\n  backups\n    - BackupListRecord.workbench_probe: Option<i64> = {PROPERTY}\n"),
    );
    assert!(!said.contains("not as committed"), "{said}");
}

#[test]
fn without_an_entry_there_is_no_client_until_there_is_one() {
    let (out, compiled) = (RefCell::default(), RefCell::default());
    let mut desk = Desk::new(&out, &compiled);
    let entry = desk.text("openapi.yaml");
    fs::remove_file(desk.path("openapi.yaml")).unwrap();
    desk.watch.begin().unwrap();
    let said = desk.said();
    assert_has(&said, "/w/spec/storware/openapi.yaml: ");
    assert_has(&said, "storware: no client can be generated from this; there is no client yet\n");
    let said = desk.save("openapi.yaml", &entry);
    assert!(said.starts_with("storware: checked and generated"), "{said}");
    // The folder as a whole, as when another branch is checked out.
    let (here, elsewhere) = (desk.path(""), desk.folder.path().join("spec/elsewhere"));
    fs::rename(&here, &elsewhere).unwrap();
    assert_has(&desk.told(""), "the last good client stays\n");
    fs::rename(&elsewhere, &here).unwrap();
    let said = desk.told("openapi.yaml");
    assert_has(&said, "; the document and the client are the same as before\n");
    assert!(compiled.borrow().is_empty());
}

#[test]
fn the_schemas_that_changes_are_tried_on_are_there() {
    for api in client_build::APIS {
        let schema = workbench::probe::schema(&api).unwrap();
        let (file, text) = with_property(&crate::workspace().join("spec"), &api, schema).unwrap();
        assert!(text.contains(PROPERTY) && Path::new(&file).is_file());
    }
}
