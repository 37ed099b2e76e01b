//! How long it takes until a server answers: the first of a process, and those after it.
//!
//! `cargo run -p strongroom-testing --example start_time`

use std::time::Instant;

use strongroom_testing::TestServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), ibm_backup_recovery::Error> {
    for number in 1..=5 {
        let begun = Instant::now();
        let server = TestServer::start().await;
        let started = begun.elapsed();
        server.ibm_client().get_protection_policies().send().await?;
        let (started, answered) = (started.as_millis(), begun.elapsed().as_millis());
        println!("server {number}: started after {started} ms, first call answered after {answered} ms");
    }
    Ok(())
}
