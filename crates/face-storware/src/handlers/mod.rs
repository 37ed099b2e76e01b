//! The operations, a file a subject. [`TABLE`] says which operation of the spec is served by what, and what its
//! caller must be allowed to do.

pub(crate) mod backup_filter;
pub(crate) mod backup_statistics;
pub(crate) mod backups;
pub(crate) mod session;

use std::sync::Arc;

use engine::Action;
use face_core::{Answering, Call};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;

/// A handler of an operation that somebody has logged in for.
type Handler = fn(Arc<Face>, Call<Caller>) -> Answering<ApiError>;

/// What everybody may do who has logged in.
const ANYBODY: &[Action] = &[
    Action::View,
    Action::ViewForRestore,
    Action::Restore,
    Action::Run,
    Action::Manage,
    Action::ReportAsNode,
];

/// What can be seen of backups: everything, or what can be restored.
const SEES_BACKUPS: &[Action] = &[Action::View, Action::ViewForRestore];

/// Operation id, what the caller must be allowed to do (any one of them), and handler. Logging in is apart: nobody
/// calls it as anybody.
pub(crate) const TABLE: &[(&str, &[Action], Handler)] = &[
    ("logout", ANYBODY, |face, call| Box::pin(session::logout(face, call))),
    ("checkSession", ANYBODY, |face, call| Box::pin(session::check(face, call))),
    ("listBackups", SEES_BACKUPS, |face, call| Box::pin(backups::list(face, call))),
    ("listBackupsDetailed", SEES_BACKUPS, |face, call| Box::pin(backups::list_detailed(face, call))),
    ("listBackupsGrouped", SEES_BACKUPS, |face, call| Box::pin(backups::list_grouped(face, call))),
    ("getBackup", &[Action::View], |face, call| Box::pin(backups::get(face, call))),
    ("getBackupForRestore", &[Action::ViewForRestore], |face, call| {
        Box::pin(backups::get_for_restore(face, call))
    }),
    ("updateBackupDescription", &[Action::Run], |face, call| Box::pin(backups::set_description(face, call))),
    ("updateBackupWarnings", &[Action::ReportAsNode, Action::Manage], |face, call| {
        Box::pin(backups::set_warnings(face, call))
    }),
    ("updateBackupWarningsAcknowledged", &[Action::Run], |face, call| {
        Box::pin(backups::acknowledge(face, call))
    }),
    ("updateBackupsWarningsAcknowledged", &[Action::Run], |face, call| {
        Box::pin(backups::acknowledge_many(face, call))
    }),
    ("getBackupsAggregatedStatistics", &[Action::View], |face, call| {
        Box::pin(backup_statistics::aggregated(face, call))
    }),
    ("getBackupsGroupedAggregatedStatistics", &[Action::View], |face, call| {
        Box::pin(backup_statistics::aggregated(face, call))
    }),
    ("getBackupsSizeStatistics", &[Action::View], |face, call| Box::pin(backup_statistics::sizes(face, call))),
    ("getBackupsTimeStatistics", &[Action::View], |face, call| Box::pin(backup_statistics::times(face, call))),
    ("getBackupSizeTimeline", &[Action::View], |face, call| {
        Box::pin(backup_statistics::size_timeline(face, call))
    }),
    ("getBackupTimeTimeline", &[Action::View], |face, call| {
        Box::pin(backup_statistics::time_timeline(face, call))
    }),
    ("queryBackupTransferRates", &[Action::View], |face, call| {
        Box::pin(backup_statistics::transfer_rates(face, call))
    }),
    ("getSessionUser", ANYBODY, |face, call| Box::pin(session::user(face, call))),
];
