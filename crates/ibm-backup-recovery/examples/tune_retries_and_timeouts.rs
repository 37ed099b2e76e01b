//! How long a client waits, and how often it tries again: for all calls, and for one.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example tune_retries_and_timeouts
//! ```
//!
//! The example prints:
//!
//! ```text
//! the service answered 200 OK
//! silence: Timeout, attempts: 3
//! one call in a hurry: Timeout, attempts: 1
//! ```

use std::net::TcpListener;
use std::time::Duration;

use ibm_backup_recovery::{CallOptions, Client, ClientBuilder, RetryPolicy};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = ClientBuilder::from_env()?
        // For making a connection; ten seconds unless set.
        .connect_timeout(Duration::from_secs(5))
        // For silence, before an answer or within one; a minute unless set.
        .read_timeout(Duration::from_secs(30))
        // For a call as a whole, all attempts and the pauses between them; without limit unless set.
        .timeout(Duration::from_secs(120))
        // Six attempts within ninety seconds instead of four within a minute.
        .retry(RetryPolicy::default().max_attempts(6).budget(Duration::from_secs(90)))
        .build()?;
    println!("the service answered {}", client.get_recoveries().send().await?.status());

    // A service that takes connections and never says a word, to see it work.
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let client = Client::builder(&format!("http://{}", silent.local_addr()?))
        .tenant("acme/")
        .no_proxy()
        .read_timeout(Duration::from_millis(50))
        .retry(RetryPolicy::default().max_attempts(3).pauses(Duration::ZERO, Duration::ZERO))
        .build()?;
    // A list may be asked for again without harm, so it is. What changes something is sent once, since the service
    // may have done it; the documentation of each operation says which it is.
    if let Err(error) = client.get_recoveries().send().await {
        println!("silence: {:?}, attempts: {}", error.kind(), error.attempts());
    }

    // One call may differ from the rest.
    let hasty = CallOptions::default().timeout(Duration::from_millis(20)).retry(RetryPolicy::never());
    if let Err(error) = client.get_recoveries().with_options(hasty).send().await {
        println!("one call in a hurry: {:?}, attempts: {}", error.kind(), error.attempts());
    }
    Ok(())
}
