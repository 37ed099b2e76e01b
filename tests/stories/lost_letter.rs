//! Somebody has lost a letter and spoilt another, and brings both back: first beside, then in place.

use std::fs;

use crate::support::{Filters, Shell};

#[tokio::test]
async fn a_lost_letter_comes_back() {
    let mut shell = Shell::ibm().await;
    shell.filter(Filters::SPANS, "[SPAN]");
    let lost = shell.write("documents/lost.txt", "Dear Ada");
    let spoilt = shell.write("documents/spoilt.txt", "Dear Grace");
    assert_eq!(shell.run("backup documents").await.code, 0);
    let host = shell.json("snapshots").await[0]["source"].as_str().unwrap().to_owned();
    let short = shell.json("snapshots").await[0]["shortId"].as_str().unwrap().to_owned();
    let id = shell.json("snapshots").await[0]["id"].as_str().unwrap().to_owned();
    shell.hide(&id, "[SNAPSHOT]");
    shell.hide(&short, "[SHORT]");
    shell.hide(&host, "[HOST]");
    fs::remove_file(&lost).unwrap();
    fs::write(&spoilt, "Dear Gra").unwrap();

    // What would happen, which machine it happens to, and where.
    let ended = shell.run("restore latest --to beside --dry-run").await;
    insta::assert_snapshot!(ended.loose(), @r#"
    exit 0
    --- stdout
    SNAPSHOT  STATE  MACHINE  TO  PATHS  SNAPSHOT ID
    [SHORT]  planned  [HOST]  ~/beside  ~/documents  [SNAPSHOT]
    --- stderr
    snapshot [SHORT] of "documents", taken [TIME] UTC: the server writes on [HOST] (this machine), into ~/beside, leaving what is there
    "#);
    assert!(!shell.home().join("beside").exists());

    let ended = shell.run("restore documents --to beside").await;
    insta::assert_snapshot!(ended.loose(), @r#"
    exit 0
    --- stdout
    SNAPSHOT  STATE  WRITTEN  TOOK  MACHINE  TO  PATHS
    [SHORT]  succeeded  18 B  [SPAN]  [HOST]  ~/beside  ~/documents
    --- stderr
    snapshot [SHORT] of "documents", taken [TIME] UTC: the server writes on [HOST] (this machine), into ~/beside, leaving what is there
    "#);
    let copy = shell.home().join("beside/documents");
    assert_eq!(fs::read_to_string(copy.join("lost.txt")).unwrap(), "Dear Ada");

    // In place somebody has to say yes, and what is there stays until they say otherwise.
    let place = format!("restore {short} {} {} --in-place", lost.display(), spoilt.display());
    let ended = shell.run(&place).await;
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("add --yes"), "{}", ended.stderr);
    assert!(!lost.exists());
    let ended = shell.run(&format!("{place} --yes -o json --query [state,warnings]")).await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 0
    --- stdout
    [
      "succeeded",
      []
    ]
    --- stderr
    snapshot [SHORT] of "documents", taken [TIME] UTC: the server writes on [HOST] (this machine), to where it was, leaving what is there
    "#);
    assert_eq!(fs::read_to_string(&lost).unwrap(), "Dear Ada");
    assert_eq!(fs::read_to_string(&spoilt).unwrap(), "Dear Gra");
    assert_eq!(shell.run(&format!("{place} --yes --overwrite")).await.code, 0);
    assert_eq!(fs::read_to_string(&spoilt).unwrap(), "Dear Grace");

    // A person at a terminal is asked, and may think better of it.
    fs::remove_file(&lost).unwrap();
    let mut terminal = shell.terminal(&place, 80, 24);
    terminal.wait_for("Type yes").await;
    terminal.press("no\r");
    assert_eq!(terminal.exit_code().await, 2);
    assert!(!lost.exists());
    let mut terminal = shell.terminal(&format!("{place} --overwrite"), 80, 24);
    terminal.wait_for("Type yes").await;
    terminal.press("yes\r");
    assert_eq!(terminal.exit_code().await, 0);
    assert!(lost.exists());
}

#[tokio::test]
async fn what_cannot_be_restored_is_refused_before_it_begins() {
    let mut shell = Shell::storware().await;
    shell.filter(Filters::SPANS, "[SPAN]");
    shell.folder();
    for (line, words) in [
        ("restore latest", "--to <DIR>|--in-place"),
        ("restore latest --in-place --yes", "restores into a folder only"),
        ("restore latest /etc --to back", "restores all of a backup"),
        ("restore latest --to back --overwrite", "replaces no files"),
    ] {
        let ended = shell.run(line).await;
        assert_eq!(ended.code, 2, "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(words), "{line}: {}", ended.stderr);
    }
    let ended = shell.run("restore latest --to back").await;
    assert_eq!(ended.code, 4, "there is no snapshot: {}", ended.stderr);

    assert_eq!(shell.run("backup documents").await.code, 0);
    let ended = shell.run("restore latest --to back -o json --query [state,overwrite]").await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(fs::read_to_string(shell.home().join("back/documents/letter.txt")).unwrap(), "Dear reader");
    // Once more into the same folder: what is there is in the way.
    let ended = shell.run("restore latest --to back --no-wait -o json --query state").await;
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "\"started\"\n"), "{}", ended.stderr);
}
