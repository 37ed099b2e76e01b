//! Files of any size, in ranges that the service gives.

#[cfg(any(feature = "recoveries", feature = "snapshots"))]
use client_core::{Download, Error};

#[cfg(any(feature = "recoveries", feature = "snapshots"))]
use crate::{Client, types};

#[cfg(feature = "snapshots")]
impl Client {
    /// Fetches a file out of a snapshot. `path` is that of the file, as searches give it.
    ///
    /// ```no_run
    /// # async fn example(client: ibm_backup_recovery::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut file = tokio::fs::File::create("report.pdf").await?;
    /// let bytes = client.download_file("the id of a snapshot", "/home/ada/report.pdf").write_to(&mut file).await?;
    /// println!("{bytes} bytes");
    /// # Ok(()) }
    /// ```
    pub fn download_file(
        &self,
        snapshot_id: impl Into<types::SnapshotId>,
        path: impl Into<String>,
    ) -> Download<'static> {
        let (client, snapshot_id, path) = (self.clone(), snapshot_id.into(), path.into());
        Download::new(move |offset, length| {
            let (client, snapshot_id, path) = (client.clone(), snapshot_id.clone(), path.clone());
            async move {
                let request = client
                    .download_indexed_file()
                    .snapshots_id(snapshot_id)
                    .file_path(path)
                    .start_offset(signed("downloadIndexedFile", offset)?)
                    .length(signed("downloadIndexedFile", length)?);
                request.send().await
            }
        })
    }
}

#[cfg(feature = "recoveries")]
impl Client {
    /// Fetches the archive that a recovery for download has made: one that was started with
    /// [`create_download_files_and_folders_recovery`](Self::create_download_files_and_folders_recovery) and has ended.
    pub fn download_recovery(&self, id: impl Into<types::RecoveryId>) -> Download<'static> {
        let (client, id) = (self.clone(), id.into());
        Download::new(move |offset, length| {
            let (client, id) = (client.clone(), id.clone());
            async move {
                let request = client
                    .download_files_from_recovery()
                    .id(id)
                    .start_offset(signed("downloadFilesFromRecovery", offset)?)
                    .length(signed("downloadFilesFromRecovery", length)?);
                request.send().await
            }
        })
    }
}

#[cfg(any(feature = "recoveries", feature = "snapshots"))]
fn signed(operation: &'static str, bytes: u64) -> Result<i64, Error> {
    i64::try_from(bytes).map_err(|_| Error::invalid(operation, "no file is that long"))
}
