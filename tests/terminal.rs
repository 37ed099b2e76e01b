//! What people see who sit at a terminal.

use std::process::Command;

use crate::support::{Shell, TestServer};

#[tokio::test]
async fn a_login_asks_and_does_not_show_the_key() {
    let shell = Shell::bare(TestServer::start().await);
    let mut terminal = shell.terminal("login", 100, 24);
    for (question, answer) in [
        ("API of the server, ibm or storware [ibm]:", ""),
        ("Name of the profile [ibm]:", "work"),
        ("URL of the server:", &shell.server.url),
        ("URL that tokens come from", ""),
        ("Tenant", &shell.server.tenant),
        ("(not shown):", &shell.server.api_key),
    ] {
        terminal.wait_for(question).await;
        terminal.press(&format!("{answer}\r"));
    }
    assert_eq!(terminal.exit_code().await, 0, "{}", terminal.screen());
    insta::assert_snapshot!(terminal.screen(), @r"
    API of the server, ibm or storware [ibm]:
    Name of the profile [ibm]: work
    URL of the server: [URL]
    URL that tokens come from [[URL]]:
    Tenant: [TENANT]/
    API key (not shown):
    logged in: [URL]
      profile   work, the default
      settings  ~/.config/strongroom/config.toml
      secret    in ~/.config/strongroom/secrets.toml, which only you can read
    ");
    assert!(!terminal.raw().contains(&shell.server.api_key));
}

#[tokio::test]
async fn a_question_is_left_with_an_interrupt() {
    let shell = Shell::bare(TestServer::start().await);
    let mut terminal =
        shell.terminal("login --tenant t/ --url https://host --iam-url https://host --profile work", 80, 24);
    terminal.wait_for("(not shown):").await;
    terminal.interrupt();
    assert_eq!(terminal.exit_code().await, 130);
    assert_eq!(shell.run("profile list").await.stdout, "");
}

#[tokio::test]
async fn a_list_fits_the_window() {
    let shell = Shell::ibm().await;
    let made = "POST /data-protect/policies --set name=an-uncommonly-long-name-for-a-policy-of-one-week \
                --set backupPolicy.regular.retention.duration=1 --set backupPolicy.regular.retention.unit=Weeks";
    shell.json(&format!("api --service ibm {made}")).await;
    for columns in [40, 80, 200] {
        let mut terminal = shell.terminal("ibm policies list", columns, 24);
        assert_eq!(terminal.exit_code().await, 0);
        // No line was broken by the terminal: each begins as the program has it.
        let printed = terminal.raw();
        let widest = printed.lines().map(|line| line.trim_end().chars().count()).max();
        assert!(widest.is_some_and(|widest| widest <= usize::from(columns)), "{columns}:\n{printed}");
    }
}

#[tokio::test]
async fn a_program_learns_the_size_of_its_window() {
    let shell = Shell::bare(TestServer::start().await);
    let mut command = Command::new("sh");
    command.args(["-c", "stty size; read -r _; stty size"]);
    let mut terminal = shell.terminal_of(command, 80, 24);
    terminal.wait_for("24 80").await;
    terminal.resize(132, 50);
    terminal.press("\r");
    terminal.wait_for("50 132").await;
    assert_eq!(terminal.exit_code().await, 0);
    assert_eq!(terminal.screens().last().map(String::as_str), Some("24 80\n\n50 132\n"));
}
