//! The first call: a client with the settings of the environment, and a list.
//!
//! ```sh
//! export BACKUP_RECOVERY_URL=https://INSTANCE.us-east.backup-recovery.cloud.ibm.com
//! export BACKUP_RECOVERY_TENANT_ID=TENANT/ BACKUP_RECOVERY_APIKEY=KEY
//! cargo run -p ibm-backup-recovery --example first_call
//! ```
//!
//! Without an instance of your own, run a server: `strongroom serve --data-dir ./data` prints a URL, a tenant and a
//! key. It gives out tokens as well, so set `BACKUP_RECOVERY_AUTH_URL` to the same URL.
//!
//! The example prints:
//!
//! ```text
//! policies: 2
//! - Daily
//! - Weekly
//! ```

use ibm_backup_recovery::Client;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Nothing is sent yet. To say the same in code: `Client::builder(url).api_key(key).tenant(tenant).build()`.
    let client = Client::from_env()?;

    // The method is the `operationId` in snake case. The first call fetches a token; later ones use it again.
    let answer = client.get_protection_policies().send().await?;

    // The answer is the typed body. What the service may leave out is an `Option`.
    let policies = answer.policies.as_deref().unwrap_or_default();
    println!("policies: {}", policies.len());
    for policy in policies {
        println!("- {}", policy.name);
    }
    Ok(())
}
