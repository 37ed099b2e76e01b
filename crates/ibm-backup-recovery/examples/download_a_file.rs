//! Download a file of any size out of the newest backup.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example download_a_file -- report.txt ./report.txt
//! ```
//!
//! The first argument is the name to look for, the second where to write. Progress goes to stderr; at the end the
//! example prints:
//!
//! ```text
//! 28 bytes of /home/ada/documents/report.txt are in /home/ada/downloaded.txt
//! ```

use anyhow::{Context as _, bail};
use ibm_backup_recovery::{Client, types};
use tokio::fs::File;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(target)) = (arguments.next(), arguments.next()) else {
        bail!("usage: download_a_file NAME TARGET");
    };
    let client = Client::from_env()?;

    // Which object has the file, and where.
    let search = types::FileSearchParams::new().with_search_string(&name);
    let body = types::IndexedSearchRequest::new(types::IndexedObjectType::Files).with_file_params(search);
    let page = client.search_indexed_objects().body(body).send().await?.into_inner();
    let file = page.files.unwrap_or_default().into_iter().next().context("no backup has such a file")?;
    let path = format!("{}/{}", file.path.unwrap_or_default(), file.name.unwrap_or_default());
    let object = file.source_info.and_then(|object| object.id).context("the file has no object")?;

    // The newest snapshot of that object.
    let list = client.get_object_snapshots().id(object).send().await?.into_inner();
    let snapshots = list.snapshots.unwrap_or_default();
    let newest = snapshots.into_iter().max_by_key(|snapshot| snapshot.run_start_time_usecs);
    let snapshot = newest.and_then(|snapshot| snapshot.id).context("the object has no snapshot")?;

    // The service gives 8 MiB a call. Four ranges are fetched at a time and written in order; a range that breaks
    // off is asked for again. Whatever the size of the file, no more than four ranges are in memory.
    let download = client
        .download_file(snapshot.clone(), &path)
        .parallel(4)
        .on_progress(|bytes| eprintln!("{bytes} bytes"));
    let mut writer = File::create(&target).await?;
    let bytes = match download.write_to(&mut writer).await {
        Ok(bytes) => bytes,
        Err(error) => {
            // What is written is whole up to there, so it can go on: now, or tomorrow in another process.
            eprintln!("{error}; going on");
            let rest = client.download_file(snapshot, &path).from_offset(error.written());
            rest.write_to(&mut writer).await?
        }
    };
    println!("{bytes} bytes of {path} are in {target}");
    Ok(())
}
