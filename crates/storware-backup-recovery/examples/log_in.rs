//! Log in, ask who that is, and log out.
//!
//! ```sh
//! export STORWARE_URL=https://backup.example:8181 STORWARE_LOGIN=operator STORWARE_PASSWORD=PASSWORD
//! cargo run -p storware-backup-recovery --example log_in
//! ```
//!
//! Without a server of your own, run one: `strongroom serve --data-dir ./data` prints a URL, the user `admin` and its
//! password. The example prints:
//!
//! ```text
//! logged in as admin
//! a wrong password: no session, and the status 400 Bad Request
//! ```

use anyhow::{Context as _, bail};
use storware_backup_recovery::{Client, ErrorKind};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Nothing is sent yet. The first call logs in, however many calls wait for it, and a call that finds the session
    // ended logs in again by itself.
    let client = Client::from_env()?;
    let user = client.get_session_user().send().await?.into_inner();
    let name = user.requester.and_then(|requester| requester.name).context("the session is nobody's")?;
    println!("logged in as {name}");

    // The same settings in code, with another password.
    let stranger = Client::builder(client.base_url()).login(name, "wrong").build()?;
    match stranger.get_session_user().send().await {
        Err(error) if error.kind() == ErrorKind::Login => {
            let status = error.status().context("there was no answer")?;
            println!("a wrong password: no session, and the status {status}");
        }
        other => bail!("a wrong password: {other:?}"),
    }

    // Sessions end by themselves; this one is not needed any more.
    client.logout().send().await?;
    Ok(())
}
