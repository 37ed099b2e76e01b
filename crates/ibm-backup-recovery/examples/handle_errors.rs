//! What can go wrong, and how to tell it apart: not there, there already, refused, not reachable.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example handle_errors
//! ```
//!
//! It makes a connection and deletes it again. The example prints:
//!
//! ```text
//! no such policy: it may have been deleted
//! 409 Conflict: the name is taken
//! createDataSourceConnection was refused with 400 Bad Request; repeating it would be of no use
//! Connect after 2 attempts; may be repeated: true
//! ```

use std::time::Duration;

use anyhow::{Context as _, bail};
use ibm_backup_recovery::{Client, Error, ErrorKind, RetryPolicy, types};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Client::from_env()?;

    // There is one error type. What is asked most often has a method of its own.
    match client.get_protection_policy_by_id().id("1:2:3").send().await {
        Ok(policy) => println!("{}", policy.name),
        Err(error) if error.is_not_found() => println!("no such policy: it may have been deleted"),
        Err(error) => return Err(error.into()),
    }

    // Everything else is a status. The message is the service's own, and for people.
    let connection = connect(&client, "Example").await?;
    match connect(&client, "Example").await {
        Err(error) if error.status().is_some_and(|status| status.as_u16() == 409) => {
            println!("409 Conflict: the name is taken");
            eprintln!("{}", error.message().unwrap_or_default());
        }
        other => bail!("a second connection of that name: {other:?}"),
    }
    let id = connection.connection_id.context("the connection has no id")?;
    client.delete_data_source_connection().connection_id(id).send().await?;

    // An error tells which operation it was, and whether the same call may help later.
    if let Err(error) = connect(&client, "").await {
        let status = error.status().context("there was no answer")?;
        let use_ = if error.is_retryable() { "may help" } else { "would be of no use" };
        println!("{} was refused with {status}; repeating it {use_}", error.operation());
    }

    // The kind tells whether the service can have acted. Where it cannot, the client repeats any call by itself.
    let patience = RetryPolicy::default().max_attempts(2).pauses(Duration::ZERO, Duration::ZERO);
    let nowhere = Client::builder("http://127.0.0.1:1").tenant("acme/").no_proxy().retry(patience).build()?;
    match nowhere.get_recoveries().send().await {
        Err(error) if error.kind() == ErrorKind::Connect => {
            let (attempts, again) = (error.attempts(), error.is_retryable());
            println!("{:?} after {attempts} attempts; may be repeated: {again}", error.kind());
        }
        other => bail!("a call to nowhere: {other:?}"),
    }
    Ok(())
}

async fn connect(client: &Client, name: &str) -> Result<types::DataSourceConnection, Error> {
    let body = types::CreateConnectionRequest::new(name);
    Ok(client.create_data_source_connection().body(body).send().await?.into_inner())
}
