//! An operator starts a backup through Storware, sees that it will take the night, and stops it; then does it right.

use std::fs::File;

use crate::backups::steady;
use crate::support::Shell;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_takes_too_long_is_stopped_and_made_smaller() {
    let mut shell = Shell::storware().await;
    steady(&mut shell);
    shell.write("srv/site/index.html", "<p>Hello</p>");
    shell.write("srv/images/readme.txt", "images of machines");
    File::create(shell.home().join("srv/images/disk.raw")).unwrap().set_len(1 << 40).unwrap();

    let mut terminal = shell.terminal("backup srv", 80, 24);
    terminal.wait_for("reading").await;
    terminal.interrupt();
    assert_eq!(terminal.exit_code().await, 130);
    insta::assert_snapshot!(terminal.screen(), @r"
    made the entity srv: its backups are kept 30 days
    canceling it at the service; press Ctrl-C again to leave it alone
    interrupted: The backup of srv was canceled
    ");
    let ended = shell.run("storware tasks list --query [].{state:state.name,type:type.name} -o csv").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    state,type
    CANCELLED,EXPORT
    --- stderr
    ");

    let images = shell.home().join("srv/images");
    let ended = shell.run(&format!("backup srv --name site --exclude {}", images.display())).await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    SNAPSHOT  STATUS  FILES  READ  STORED  TOOK  GROUP
    [SNAP]  succeeded  1  12 B  [SIZE]  [TOOK]  site
    --- stderr
    made the entity site: its backups are kept 30 days
    ");
    let ended = shell.run("snapshots --query [].{group:group,kind:kind} -o csv").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    group,kind
    site,full
    --- stderr
    ");
    shell.server.stop().await;
}
