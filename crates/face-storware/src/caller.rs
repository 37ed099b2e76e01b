//! Who calls, as handlers want to know it.

use engine::{Action, TenantId, User};

use crate::error::ApiError;
use crate::wire::Guids;

/// The user of a session.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: User,
    pub(crate) guids: Guids,
    /// The session's token, for logging out.
    pub(crate) session: String,
}

impl Caller {
    pub(crate) fn tenant(&self) -> &TenantId {
        &self.user.tenant
    }

    /// Refuses unless the user may do one of these.
    pub(crate) fn must_be_allowed(&self, any_of: &[Action]) -> Result<(), ApiError> {
        match any_of.iter().any(|action| self.user.may(*action)) {
            true => Ok(()),
            false => Err(ApiError::forbidden(format!(
                "the user {:?} may not do this; its role is {}",
                self.user.login,
                crate::wire::role_word(self.user.role)
            ))),
        }
    }
}
