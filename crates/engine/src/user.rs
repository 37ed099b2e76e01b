//! Users: people, and outside nodes, who log in with a password.
//!
//! A password is kept as its argon2id hash and nothing else; a session is kept by the digest of its token. A
//! user belongs to one tenant, but a login is unique over the installation: who logs in names no tenant.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Extras, NodeId, TenantId, UserId};

/// A user, without the password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// Whose things it may see and change.
    pub tenant: TenantId,
    /// What it logs in with; unique over the installation, and compared to the letter.
    pub login: String,
    /// What it may do.
    pub role: Role,
    /// The projects it is confined to; none means all that the tenant has.
    pub scope: Option<Vec<String>>,
    /// The outside node that logs in with it.
    pub node: Option<NodeId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last logged in.
    pub last_login_at: Option<Timestamp>,
    /// When somebody last tried to log in as it, with a wrong password.
    pub last_failed_login_at: Option<Timestamp>,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

impl User {
    /// How long a session lasts, counted from the login.
    pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(8);

    /// Whether its role allows `action`.
    pub fn may(&self, action: Action) -> bool {
        self.role.may(action)
    }

    /// Whether it may see what belongs to these projects.
    pub fn sees<S: AsRef<str>>(&self, projects: &[S]) -> bool {
        self.scope.as_ref().is_none_or(|scope| {
            projects.iter().any(|project| scope.iter().any(|own| own == project.as_ref()))
        })
    }
}

/// What a user is to its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks, and changes nothing.
    Viewer,
    /// Brings things back, and sees what that takes.
    RestoreOperator,
    /// Backs up and brings back, and sees everything.
    Operator,
    /// Does everything that people do.
    Administrator,
    /// Is no person: an outside node, which fetches its tasks and reports on them.
    Node,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Viewer, Self::RestoreOperator, Self::Operator, Self::Administrator, Self::Node];

    /// Whether the role allows `action`.
    pub fn may(self, action: Action) -> bool {
        use Action::{Manage, ReportAsNode, Restore, Run, View, ViewForRestore};
        match self {
            Self::Viewer => matches!(action, View | ViewForRestore),
            Self::RestoreOperator => matches!(action, ViewForRestore | Restore),
            Self::Operator => matches!(action, View | ViewForRestore | Restore | Run),
            Self::Administrator => matches!(action, View | ViewForRestore | Restore | Run | Manage),
            Self::Node => matches!(action, ReportAsNode),
        }
    }
}

/// What somebody wants to do, as far as roles tell one thing from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See anything that the tenant has.
    View,
    /// See what can be brought back, and the tasks that do it.
    ViewForRestore,
    /// Bring something back, or hang it up for browsing.
    Restore,
    /// Start, hold and end backups, and other work on what is protected.
    Run,
    /// Change what is protected and how, remove backups, and look after users and nodes.
    Manage,
    /// Fetch the tasks of a node and say how they went.
    ReportAsNode,
}

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// What it will log in with.
    pub login: String,
    /// What it may do; not [`Role::Node`], whose users come with their nodes.
    pub role: Role,
    /// The projects it is confined to; none means all.
    pub scope: Option<Vec<String>>,
    /// What a face keeps with it.
    pub extras: Extras,
}

/// The argon2id hash of a password, in the PHC string format: with its salt and its costs.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_allow_what_the_table_says() {
        use Action::{Manage, ReportAsNode, Restore, Run, View, ViewForRestore};
        let table = [
            (Role::Viewer, "view restore-view - - - -"),
            (Role::RestoreOperator, "- restore-view restore - - -"),
            (Role::Operator, "view restore-view restore run - -"),
            (Role::Administrator, "view restore-view restore run manage -"),
            (Role::Node, "- - - - - report"),
        ];
        let actions = [
            (View, "view"),
            (ViewForRestore, "restore-view"),
            (Restore, "restore"),
            (Run, "run"),
            (Manage, "manage"),
            (ReportAsNode, "report"),
        ];
        assert_eq!(table.map(|(role, _)| role), Role::ALL);
        for (role, expected) in table {
            let allowed = actions.map(|(action, word)| if role.may(action) { word } else { "-" });
            assert_eq!(allowed.join(" "), expected, "{role:?}");
        }
    }

    #[test]
    fn a_scope_confines_to_its_projects() {
        let user = |scope: Option<&[&str]>| User {
            id: UserId(1),
            tenant: TenantId("acme/".into()),
            login: "ada".into(),
            role: Role::Viewer,
            scope: scope.map(|scope| scope.iter().map(|project| (*project).to_owned()).collect()),
            node: None,
            created_at: Timestamp::UNIX_EPOCH,
            last_login_at: None,
            last_failed_login_at: None,
            extras: Extras::new(),
        };
        let confined = user(Some(&["red", "blue"]));
        assert!(confined.sees(&["green", "blue"]));
        assert!(!confined.sees(&["green", "blu"]));
        assert!(!confined.sees::<&str>(&[]), "what belongs to no project is outside every scope");
        assert!(user(None).sees::<&str>(&[]) && user(None).sees(&["green"]));
        assert!(!user(Some(&[])).sees(&["green"]), "an empty scope holds nothing");
    }

    #[test]
    fn a_hash_does_not_show() {
        assert!(!format!("{:?}", PasswordHash("$argon2id$abc".into())).contains("abc"));
    }
}
