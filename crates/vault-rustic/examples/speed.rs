//! Measures backing up a folder twice and extracting it: `cargo run -p vault-rustic --example speed FOLDER`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use engine::{
    BackupJob, FilePath, FileSink, NoProgress, Node, Result, Root, SinkReport, TenantId, Vault, Wanted,
};
use vault_rustic::RusticVault;

/// Takes everything and keeps nothing.
struct Nowhere;

impl FileSink for Nowhere {
    fn expect(&mut self, entries: u64, bytes: u64) {
        println!("extracting {entries} entries, {bytes} bytes");
    }

    fn begin(&mut self, _node: &Node) -> Result<Wanted> {
        Ok(Wanted::Content)
    }

    fn write(&mut self, _bytes: &[u8]) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn fail(&mut self, reason: &str) -> Result<()> {
        println!("failed: {reason}");
        Ok(())
    }

    fn complete(self: Box<Self>) -> Result<SinkReport> {
        Ok(SinkReport::default())
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    let place = tempfile::tempdir()?;
    let vault = RusticVault::open(place.path().join("vault"), place.path().join("secrets"))?;
    let tenant = TenantId("speed".to_owned());
    let mut job = BackupJob {
        host: "localhost".to_owned(),
        roots: vec![Root {
            path: FilePath::from(folder.as_path()),
            excluded: Vec::new(),
            one_file_system: false,
        }],
        excluded_patterns: Vec::new(),
        forbidden: vec![place.path().to_owned()],
        parent: None,
        tag: "speed".to_owned(),
        taken_at: jiff::Timestamp::now(),
    };

    let mut began = Instant::now();
    let mut lap = |what: &str| {
        println!("{what}: {:.2} s", began.elapsed().as_secs_f64());
        began = Instant::now();
    };
    vault.find(&tenant, "").await?;
    let first = vault.back_up(&tenant, job.clone(), Arc::default(), Arc::new(NoProgress)).await?;
    lap("making the repository and the first backup");
    println!("{:?}", first.stats);
    job.tag = "again, all".to_owned();
    vault.back_up(&tenant, job.clone(), Arc::default(), Arc::new(NoProgress)).await?;
    lap("reading everything again");
    job.parent = Some(first.vault_snapshot.clone());
    job.tag = "again, changes".to_owned();
    vault.back_up(&tenant, job, Arc::default(), Arc::new(NoProgress)).await?;
    lap("unchanged, from its parent");
    let items = vec![FilePath::from(folder)];
    let (_, extracted) =
        vault.extract(&tenant, &first.vault_snapshot, items, Box::new(Nowhere), Arc::default()).await;
    extracted?;
    lap("extracting");
    Ok(())
}
