//! Somebody watches what runs: in a terminal, and through a pipe.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::{Filters, Shell};

#[tokio::test]
async fn runs_are_watched_in_a_terminal_and_left_with_a_key() {
    let mut shell = Shell::ibm().await;
    shell.filter(Filters::SPANS, "[SPAN]");
    shell.filter(Filters::SIZES, "[SIZE]");
    shell.folder();
    let mut terminal = shell.terminal("runs --watch", 80, 12);
    terminal.wait_for("Nothing runs.").await;
    terminal.wait_for("q leaves; the runs go on").await;

    assert_eq!(shell.run("backup documents").await.code, 0);
    terminal.wait_for("documents  succeeded").await;
    insta::assert_snapshot!(terminal.screen(), @r"
    Nothing runs.

    Ended last:
    documents  succeeded  [TIME]  took [SPAN]  [SIZE]







    q leaves; the runs go on
    ");
    // It is drawn anew for another size, and never wider than that.
    terminal.resize(40, 8);
    let again = shell.run("backup documents").await;
    assert_eq!(again.code, 0, "{}", again.stderr);
    terminal.press("q");
    assert_eq!(terminal.exit_code().await, 0);
    let raw = terminal.raw();
    assert!(
        raw.contains("\u{1b}[?1049h") && raw.ends_with("\u{1b}[?25h\u{1b}[?1049l"),
        "the screen is given back"
    );

    // Ctrl-C leaves it too, and is no failure.
    let mut terminal = shell.terminal("runs --watch", 80, 24);
    terminal.wait_for("Ended last:").await;
    terminal.interrupt();
    assert_eq!(terminal.exit_code().await, 0);
    assert_eq!(shell.json("runs").await.as_array().unwrap().len(), 2);
    let ended = shell.run("runs --watch -o json").await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
}

#[tokio::test]
async fn a_pipe_gets_a_line_for_each_change() {
    let shell = Shell::storware().await;
    shell.folder();
    assert_eq!(shell.run("backup documents").await.code, 0);
    let mut command = shell.command();
    command.args(["runs", "--watch"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let line = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        line
    });
    let line = line.await.unwrap();
    assert!(line.contains("documents  succeeded  full  1 file"), "{line}");
}
