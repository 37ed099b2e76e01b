//! Users: made, changed, removed, and let in.

use jiff::Timestamp;

use super::access::{Secret, Token, digest};
use crate::{Engine, Error, Extras, NewUser, Result, Role, TenantId, User, UserId};

/// The least number of characters of a password.
const SHORTEST_PASSWORD: usize = 8;
/// The greatest number of bytes of a password.
const LONGEST_PASSWORD: usize = 1024;
/// The greatest number of characters of a login.
const LONGEST_LOGIN: usize = 100;

/// What came of an attempt to log in.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one a login, and it is taken apart at once")]
pub enum Login {
    /// The user is in.
    Accepted {
        /// The session's token: this is the only time it can be seen.
        session: Token,
        /// Who it is.
        user: User,
    },
    /// There is no such login, or the password is wrong; which of them is not told.
    Refused,
    /// Too many attempts in a row have failed. This one was not looked at.
    Throttled {
        /// When the next one will be.
        until: Timestamp,
    },
}

impl Engine {
    /// Makes a user.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a login or a password that cannot be one, and for
    /// [`Role::Node`]; [`Kind::Conflict`](crate::Kind::Conflict) when the login is taken.
    pub async fn create_user(&self, tenant: &TenantId, new: NewUser, password: &str) -> Result<User> {
        check_login(&new.login)?;
        if new.role == Role::Node {
            return Err(Error::invalid("a user of a node is made by registering the node"));
        }
        check_password(password)?;
        let hash = self.shared.doorkeeper.hash(password).await?;
        self.shared.catalog.insert_user(tenant, new, &hash, self.shared.clock.now()).await
    }

    /// One user.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn user(&self, tenant: &TenantId, id: UserId) -> Result<User> {
        self.shared.catalog.user(tenant, id).await
    }

    /// All users of a tenant, those of its nodes too, the oldest first.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn users(&self, tenant: &TenantId) -> Result<Vec<User>> {
        self.shared.catalog.users(Some(tenant)).await
    }

    /// All users of all tenants, the oldest first: for whoever looks after the installation.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn all_users(&self) -> Result<Vec<User>> {
        self.shared.catalog.users(None).await
    }

    /// Changes what a user may do, from its next call on.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound); [`Kind::Invalid`](crate::Kind::Invalid) to or from
    /// [`Role::Node`]; [`Kind::Conflict`](crate::Kind::Conflict) when the tenant would be left without an
    /// administrator.
    pub async fn change_user_role(
        &self,
        tenant: &TenantId,
        id: UserId,
        role: Role,
        scope: Option<Vec<String>>,
    ) -> Result<User> {
        let user = self.user(tenant, id).await?;
        if user.role == Role::Node || role == Role::Node {
            return Err(Error::invalid("users of nodes are made and removed with their nodes"));
        }
        self.shared.catalog.change_user_role(tenant, id, role, scope).await
    }

    /// Replaces what faces keep with a user.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn set_user_extras(&self, tenant: &TenantId, id: UserId, extras: Extras) -> Result<User> {
        self.shared.catalog.set_user_extras(tenant, id, extras).await
    }

    /// Replaces a user's password. Its sessions end with it, that of the caller too.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Invalid`](crate::Kind::Invalid) for a password
    /// that cannot be one.
    pub async fn set_password(&self, tenant: &TenantId, id: UserId, password: &str) -> Result<()> {
        let user = self.user(tenant, id).await?;
        check_password(password)?;
        let hash = self.shared.doorkeeper.hash(password).await?;
        self.shared.catalog.set_password(tenant, id, &hash).await?;
        self.shared.doorkeeper.forgive(&user.login);
        Ok(())
    }

    /// Takes over a password that somebody chose elsewhere. Where it is the user's already nothing changes, and
    /// sessions go on.
    ///
    /// # Errors
    /// Those of [`Engine::set_password`].
    pub async fn adopt_password(&self, tenant: &TenantId, id: UserId, password: &str) -> Result<()> {
        let user = self.user(tenant, id).await?;
        let known = self.shared.catalog.user_by_login(&user.login).await?;
        let hash = known.map(|(_, hash)| hash);
        let turn = self.shared.doorkeeper.turn().await?;
        // The turn ends with this statement: replacing the password takes one of its own.
        let same = self.shared.doorkeeper.verify(turn, password.to_owned(), hash).await?.0;
        if same {
            return Ok(());
        }
        self.set_password(tenant, id, password).await
    }

    /// Removes a user and ends its sessions.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound); [`Kind::Conflict`](crate::Kind::Conflict) when the tenant
    /// would be left without an administrator, and for the user of a node, which goes with the node.
    pub async fn delete_user(&self, tenant: &TenantId, id: UserId) -> Result<()> {
        self.shared.catalog.delete_user(tenant, id).await
    }

    /// Lets somebody in. A login that nobody has costs the same work as a wrong password. After five failures
    /// in a row, attempts are looked at only after a delay that grows with each further failure.
    ///
    /// # Errors
    /// [`Kind::Unavailable`](crate::Kind::Unavailable) when too many wait to be let in already, or the catalog
    /// does not answer.
    pub async fn login(&self, login: &str, password: &str) -> Result<Login> {
        let waiting = self.shared.doorkeeper.queue()?;
        let (engine, login, password) = (self.clone(), login.to_owned(), password.to_owned());
        // A task of its own: whoever hangs up before the answer has tried all the same.
        let attempt = tokio::spawn(async move {
            let _waiting = waiting;
            engine.attempt(&login, password).await
        });
        attempt.await.map_err(|err| Error::internal("a login broke off", err))?
    }

    /// Who a session speaks for; none when it is unknown, has run out or was ended.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn session(&self, token: &str) -> Result<Option<User>> {
        self.shared.catalog.session(digest(token), self.shared.clock.now()).await
    }

    /// Ends a session. One that is over already is passed over.
    ///
    /// # Errors
    /// When the catalog cannot keep it.
    pub async fn logout(&self, token: &str) -> Result<()> {
        self.shared.catalog.delete_session(digest(token)).await
    }

    /// One attempt; while it goes on there is no other.
    async fn attempt(&self, login: &str, password: String) -> Result<Login> {
        let Self { shared } = self;
        let turn = shared.doorkeeper.turn().await?;
        let now = shared.clock.now();
        if let Some(until) = shared.doorkeeper.blocked_until(login, now) {
            return Ok(Login::Throttled { until });
        }
        let known = shared.catalog.user_by_login(login).await?;
        let hash = known.as_ref().map(|(_, hash)| hash.clone());
        let (right, _turn) = shared.doorkeeper.verify(turn, password, hash.clone()).await?;
        let (Some((user, hash)), true) = (&known, right) else {
            shared.doorkeeper.failed(login, now);
            if let Some((user, _)) = known {
                self.note_failure(user.id, now);
            }
            return Ok(Login::Refused);
        };
        let expires_at = now
            .checked_add(User::SESSION_LIFETIME)
            .map_err(|err| Error::internal("the clock is at the end of the calendar", err))?;
        let secret = Secret::random()?;
        let digest = digest(secret.expose());
        let Some(user) = shared.catalog.insert_session(user.id, hash, digest, now, expires_at).await? else {
            return Ok(Login::Refused);
        };
        shared.doorkeeper.forgive(login);
        Ok(Login::Accepted { session: Token { secret, lifetime: User::SESSION_LIFETIME, expires_at }, user })
    }

    /// Notes a failure beside the answer, so that its time does not tell which logins there are.
    fn note_failure(&self, id: UserId, now: Timestamp) {
        let catalog = std::sync::Arc::clone(&self.shared.catalog);
        tokio::spawn(async move {
            if let Err(error) = catalog.note_failed_login(id, now).await {
                tracing::warn!(user = %id, %error, "a failed login could not be noted");
            }
        });
    }
}

pub(super) fn check_login(login: &str) -> Result<()> {
    if login.trim() != login || login.is_empty() {
        return Err(Error::invalid("a login is not empty and has no blanks around it"));
    }
    if login.chars().any(char::is_control) || login.chars().count() > LONGEST_LOGIN {
        let message = format!("a login has no control characters and at most {LONGEST_LOGIN} characters");
        return Err(Error::invalid(message));
    }
    Ok(())
}

fn check_password(password: &str) -> Result<()> {
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(Error::invalid(format!("a password needs at least {SHORTEST_PASSWORD} characters")));
    }
    if password.len() > LONGEST_PASSWORD {
        return Err(Error::invalid(format!("a password has at most {LONGEST_PASSWORD} bytes")));
    }
    Ok(())
}
