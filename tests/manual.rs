//! The manual that `strongroom man` writes.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn every_command_has_a_page_that_man_takes_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("share/man1");
    let output = Command::new(env!("CARGO_BIN_EXE_strongroom")).arg("man").arg(&dir).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty());
    let mut pages: Vec<_> = fs::read_dir(&dir).unwrap().map(|page| page.unwrap().path()).collect();
    pages.sort();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("wrote {} pages into {}\n", pages.len(), dir.display()));
    // More than the operations of both documents.
    assert!(pages.len() > 140, "{}", pages.len());
    let text = |name: &str| fs::read_to_string(dir.join(name)).unwrap();
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        let name = page.file_stem().unwrap().to_str().unwrap();
        assert!(text.contains(&format!(".TH {name} 1 ")), "{text}");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION"] {
            assert!(text.contains(&format!(".SH {section}\n")), "{name}: no {section}");
        }
        assert!(name == "strongroom" || text.contains(".SH EXAMPLE"), "{name}: no example");
        assert!(text.len() < 64 * 1024, "{name}: {} bytes", text.len());
    }
    assert!(text("strongroom.1").contains("There is no such thing (404)"));
    assert!(text("strongroom-ibm-policies-create.1").contains(r"\-\-generate\-skeleton"));
    assert!(text("strongroom-profile.1").contains(".SH ENVIRONMENT"));
    // The same commands give the same pages.
    let again = folder.path().join("again");
    Command::new(env!("CARGO_BIN_EXE_strongroom")).arg("man").arg(&again).output().unwrap();
    for page in &pages {
        let other = again.join(page.file_name().unwrap());
        assert_eq!(fs::read(page).unwrap(), fs::read(other).unwrap(), "{}", page.display());
    }

    if !["/usr/bin/man", "/bin/man"].iter().any(|man| Path::new(man).exists()) {
        println!("man is not installed: what it says of the pages is not tried");
        return;
    }
    let mut man = Command::new("man");
    man.args(["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]).args(&pages);
    let output = man.env("MANWIDTH", "80").env("LC_ALL", "C.UTF-8").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}
