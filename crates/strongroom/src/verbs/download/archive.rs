//! A folder as a ZIP file, which a recovery of the IBM API makes.

use std::path::Path;

use ibm_backup_recovery::types;
use jiff::Timestamp;

use super::super::files::Entry;
use super::super::wait::{WaitArgs, WantedRecovery};
use super::{Brought, Source, make_parent, shown};
use crate::connect::Target;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;

impl Source<'_> {
    pub(super) async fn archive(
        &self,
        path: &str,
        entry: Option<&Entry>,
        to: &Path,
        interrupts: &mut Interrupts,
    ) -> Result<Brought, Failure> {
        let Target::Ibm(client) = self.target else {
            return Err(Failure::Usage("storware's API makes no archives".to_owned()));
        };
        if !self.force && to.symlink_metadata().is_ok() {
            return Err(Failure::Usage(format!("{} is there already; --force replaces it", shown(to))));
        }
        make_parent(to)?;
        let plain = if path == "/" { path } else { path.trim_end_matches('/') };
        let wanted = types::DownloadPath::new(plain).with_is_directory(entry.is_none_or(Entry::is_folder));
        // The API wants a name that no other recovery has.
        let name = format!("Download of {plain} {}", Timestamp::now());
        let object = types::RecoverSnapshotParams::new(self.snapshot.id.as_str());
        let request = types::DownloadRecoveryRequest::new([wanted], name, object);
        let made = client.create_download_files_and_folders_recovery().body(request).send();
        let made = interrupts.unless(async { Ok(made.await?.into_inner()) }).await?;
        let id = made.id.ok_or_else(|| Failure::Step {
            step: "making the archive",
            reason: "the answer lacks the member id".to_owned(),
        })?;
        let recovery = WantedRecovery::known(client, id.clone());
        let ended = recovery.follow(interrupts, &WaitArgs::default(), "The archive").await?;
        for message in ended.messages.iter().flatten() {
            complain(format_args!("note: {message}"));
        }
        let download = client.download_recovery(id);
        let size = interrupts.unless(self.save(download, to)).await?;
        Ok(Brought { path: path.to_owned(), to: shown(to), files: 1, size, unchanged: 0, skipped: 0 })
    }

    /// Writes an archive to a file, which is there when all of it has come. It has no size before it has.
    async fn save(&self, download: client_core::Download<'_>, to: &Path) -> Result<u64, Failure> {
        let failed = |error: std::io::Error| Failure::machine(format!("write {}", shown(to)), error);
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let mut out = tokio::fs::File::from_std(file.reopen().map_err(failed)?);
        let size = download.write_to(&mut out).await.map_err(super::super::cat::failed)?;
        out.sync_all().await.map_err(failed)?;
        file.persist(to).map_err(|error| failed(error.error))?;
        Ok(size)
    }
}
