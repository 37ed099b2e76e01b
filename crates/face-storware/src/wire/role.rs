//! Roles, and the privileges that user interfaces ask for.

use engine::{Action, Role};

/// A role as people read it.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::RestoreOperator => "restore operator",
        Role::Operator => "operator",
        Role::Administrator => "administrator",
        Role::Node => "node",
    }
}

/// What a role may do, as names and descriptions.
pub(crate) fn privileges(role: Role) -> Vec<(&'static str, &'static str)> {
    [
        (Action::View, "VIEW", "See everything"),
        (Action::ViewForRestore, "VIEW_FOR_RESTORE", "See what can be restored"),
        (Action::Restore, "RESTORE", "Restore and mount backups"),
        (Action::Run, "RUN", "Start and end backups"),
        (Action::Manage, "MANAGE", "Change what is protected, users and nodes"),
        (Action::ReportAsNode, "NODE", "Carry out tasks"),
    ]
    .into_iter()
    .filter(|(action, _, _)| role.may(*action))
    .map(|(_, name, description)| (name, description))
    .collect()
}
