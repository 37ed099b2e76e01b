//! Tasks that this server has no means for. Whoever asks for one is told what would be needed, and nothing is
//! made.

use axum::response::Response;
use face_core::Call;

use crate::caller::Caller;
use crate::error::ApiError;

/// What a task acts on that is not there, by the member that says so, and what would be needed.
macro_rules! refusals {
    ($($name:ident: $member:literal, $needed:literal;)*) => {
        $(pub(crate) async fn $name(_: Call<Caller>) -> Result<Response, ApiError> {
            Err(ApiError::unsupported($member, $needed))
        })*
    };
}

refusals! {
    snapshot: "protectedEntities",
        "a snapshot that stays on its platform needs a hypervisor, and files of hosts are on none; \
         export them instead";
    revert: "protectedEntitySnapshot",
        "a hypervisor that keeps snapshots would be needed; restore a backup instead";
    remove_old_snapshots: "protectedEntities",
        "there are no snapshots outside the vault; a hypervisor would be needed for them";
    restore_and_import: "hypervisor",
        "a hypervisor would be needed to take the backup to; restore it as files or mount it";
    instant_restore: "mode",
        "a hypervisor would be needed that runs a machine from a backup; restore or mount it instead";
    import_for_cloud: "body", "a connection to a cloud service would be needed";
    import_for_os_agent: "body",
        "an agent that takes files in would be needed; restore into a folder instead";
    live_migration: "body", "two hypervisors would be needed";
    upload: "body", "somewhere to upload to would be needed";
    eject_tape: "tapes", "a tape library would be needed";
    import_tape: "tapes", "a tape library would be needed";
    sync_tapes: "tapeManagers", "a tape library would be needed";
}

/// There are no recovery plans.
pub(crate) async fn recovery_plan(call: Call<Caller>) -> Result<Response, ApiError> {
    Err(ApiError::not_found("recovery plan", call.required::<String>("guid")?))
}
