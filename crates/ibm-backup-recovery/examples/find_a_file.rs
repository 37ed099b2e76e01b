//! Find files in all backups by their names.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example find_a_file -- 'report*'
//! ```
//!
//! The example prints:
//!
//! ```text
//! /home/ada/documents/report.txt in the group documents
//! found: 1
//! ```

use std::pin::pin;

use anyhow::Context as _;
use futures::TryStreamExt as _;
use ibm_backup_recovery::{Client, types};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let name = std::env::args().nth(1).context("usage: find_a_file NAME")?;
    let client = Client::from_env()?;

    // A star stands for anything. The search could also be limited to objects, groups, or kinds of files.
    let files = types::FileSearchParams::new().with_search_string(name);
    let request = types::IndexedSearchRequest::new(types::IndexedObjectType::Files)
        .with_file_params(files)
        // A page has 100 files; the stream goes on to the next page by itself.
        .with_count(100);
    let mut files = pin!(client.search_indexed_objects().body(request).files());
    let mut found = 0;
    while let Some(file) = files.try_next().await? {
        let folder = file.path.unwrap_or_default();
        let name = file.name.unwrap_or_default();
        println!("{folder}/{name} in the group {}", file.protection_group_name.unwrap_or_default());
        found += 1;
    }
    println!("found: {found}");
    Ok(())
}
