//! Logging in, through the engine and its real catalog; and whom a server's start lets in.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use engine::{Clock, Kind, Login, NewNode};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::{Config, Server};

/// A clock that stands still until a test turns it.
struct TestClock(Mutex<Timestamp>);

impl TestClock {
    fn forward(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// An engine on a folder of its own.
struct World {
    engine: Engine,
    catalog: Arc<SqlCatalog>,
    clock: Arc<TestClock>,
    _data_dir: DataDir,
    folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = DataDir::open(folder.path()).unwrap();
        let clock = Arc::new(TestClock(Mutex::new("2026-03-02T08:00:00Z".parse().unwrap())));
        let (engine, catalog, _) =
            open(&data_dir, Arc::clone(&clock) as Arc<dyn Clock>, false).await.unwrap();
        Self { engine, catalog, clock, _data_dir: data_dir, folder }
    }

    async fn user(&self, login: &str, password: &str) -> User {
        let new = NewUser { login: login.into(), role: Role::Operator, scope: None, extras: Extras::new() };
        self.engine.create_user(&acme(), new, password).await.unwrap()
    }

    /// Who is let in, by the token.
    async fn accepted(&self, login: &str, password: &str) -> Secret {
        match self.engine.login(login, password).await.unwrap() {
            Login::Accepted { session, .. } => session.secret,
            refused => panic!("{login} is not let in: {refused:?}"),
        }
    }

    async fn refused(&self, login: &str, password: &str) {
        let answer = self.engine.login(login, password).await.unwrap();
        assert!(matches!(answer, Login::Refused), "{answer:?}");
    }

    async fn whose(&self, session: &Secret) -> Option<String> {
        self.engine.session(session.expose()).await.unwrap().map(|user| user.login)
    }
}

fn acme() -> TenantId {
    TenantId("acme/".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_eight_hours_or_until_it_is_ended() {
    let world = World::new().await;
    let ada = world.user("ada", "correct horse").await;
    let Login::Accepted { session, user } = world.engine.login("ada", "correct horse").await.unwrap() else {
        panic!("ada is not let in");
    };
    assert_eq!((user.id, user.last_login_at), (ada.id, Some(world.engine.now())));
    assert_eq!(session.lifetime, SignedDuration::from_hours(8));
    let other = world.accepted("ada", "correct horse").await;
    assert_eq!(world.whose(&session.secret).await.as_deref(), Some("ada"));
    assert_eq!(world.whose(&Secret::from("nobody's".to_owned())).await, None);
    world.engine.logout(other.expose()).await.unwrap();
    assert_eq!(world.whose(&other).await, None);
    world.clock.forward(SignedDuration::from_hours(8));
    assert_eq!(world.whose(&session.secret).await.as_deref(), Some("ada"));
    world.clock.forward(SignedDuration::from_secs(1));
    assert_eq!(world.whose(&session.secret).await, None);
    // Nothing that lets anybody in lies in the clear.
    world.catalog.close().await;
    for secret in ["correct horse", session.secret.expose()] {
        assert_eq!(files_with(world.folder.path(), secret), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fails_again_and_again_has_to_wait() {
    let world = World::new().await;
    let ada = world.user("ada", "correct horse").await;
    world.user("bob", "battery staple").await;
    let failed_at = world.engine.now();
    for login in ["ada", "nobody"] {
        for _ in 0..5 {
            world.refused(login, "battery staple").await;
        }
        // Also whoever has the right password now, and a login that nobody has.
        let until = failed_at.checked_add(SignedDuration::from_secs(1)).unwrap();
        let answer = world.engine.login(login, "correct horse").await.unwrap();
        assert!(matches!(answer, Login::Throttled { until: told } if told == until), "{answer:?}");
    }
    world.accepted("bob", "battery staple").await;
    world.clock.forward(SignedDuration::from_secs(1));
    world.accepted("ada", "correct horse").await;
    // From then on failures count anew.
    for _ in 0..4 {
        world.refused("ada", "battery staple").await;
    }
    world.accepted("ada", "correct horse").await;
    let noted = async {
        while world.engine.user(&acme(), ada.id).await.unwrap().last_failed_login_at.is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), noted).await.expect("the failures were noted");
}

// On one thread, where tasks begin in the order in which they were made.
#[tokio::test]
async fn whoever_hangs_up_has_tried_all_the_same() {
    let world = World::new().await;
    world.user("ada", "correct horse").await;
    for _ in 0..5 {
        let mut attempt = Box::pin(world.engine.login("ada", "battery staple"));
        // The attempt is on its way once it was polled.
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(attempt.as_mut().poll(context).is_pending())
        });
        assert!(polled.await, "a hash takes longer");
    }
    // It waits for its turn, which comes after theirs.
    let answer = world.engine.login("ada", "correct horse").await.unwrap();
    assert!(matches!(answer, Login::Throttled { .. }), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_ends_sessions() {
    let world = World::new().await;
    let ada = world.user("ada", "correct horse").await;
    let session = world.accepted("ada", "correct horse").await;
    world.engine.adopt_password(&acme(), ada.id, "correct horse").await.unwrap();
    assert!(world.whose(&session).await.is_some(), "it is no other");
    world.engine.set_password(&acme(), ada.id, "battery staple").await.unwrap();
    assert_eq!(world.whose(&session).await, None);
    world.refused("ada", "correct horse").await;
    let session = world.accepted("ada", "battery staple").await;
    world.engine.adopt_password(&acme(), ada.id, "correct horse").await.unwrap();
    assert_eq!(world.whose(&session).await, None);
    world.accepted("ada", "correct horse").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_logs_in_with_the_password_it_was_given() {
    let world = World::new().await;
    let new = NewNode { name: "far".into(), login: None, extras: Extras::new() };
    let (node, user, password) = world.engine.register_node(&acme(), new.clone()).await.unwrap();
    let again = world.engine.register_node(&acme(), new).await;
    assert_eq!(again.unwrap_err().kind(), Kind::Conflict);
    let session = world.accepted("far", password.expose()).await;
    let found = world.engine.session(session.expose()).await.unwrap().unwrap();
    assert_eq!((found.id, found.node, found.role), (user.id, Some(node.id), Role::Node));
    let names: Vec<_> = world
        .engine
        .nodes(&acme())
        .await
        .unwrap()
        .into_iter()
        .map(|node| (node.name, node.built_in))
        .collect();
    assert_eq!(names, [("built-in".to_owned(), true), ("far".to_owned(), false)]);
    world.clock.forward(SignedDuration::from_secs(9));
    let contact = world.engine.node_contact(&acme(), node.id).await.unwrap().last_contact_at;
    assert_eq!(contact, Some(world.engine.now()));
    world.engine.delete_node(&acme(), node.id).await.unwrap();
    assert_eq!(world.whose(&session).await, None);
    world.refused("far", password.expose()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_user_is_refused() {
    let world = World::new().await;
    let create = async |login: &str, role, password: &str| {
        let new = NewUser { login: login.into(), role, scope: None, extras: Extras::new() };
        world.engine.create_user(&acme(), new, password).await.unwrap_err()
    };
    let (good, long) = ("correct horse", "x".repeat(1_025));
    let wrong = [
        ("", Role::Viewer, good, "login"),
        (" ada", Role::Viewer, good, "login"),
        ("a\nda", Role::Viewer, good, "login"),
        (&"x".repeat(101), Role::Viewer, good, "login"),
        ("ada", Role::Viewer, "1234567", "at least 8"),
        ("ada", Role::Viewer, &long, "at most 1024"),
        ("ada", Role::Node, good, "registering"),
    ];
    for (login, role, password, words) in wrong {
        let error = create(login, role, password).await;
        assert_eq!(error.kind(), Kind::Invalid, "{login:?}: {error}");
        assert!(error.message().contains(words), "{error}");
    }
    let ada = world.user("ada", good).await;
    assert_eq!(create("ada", Role::Viewer, good).await.kind(), Kind::Conflict);
    let to_node = world.engine.change_user_role(&acme(), ada.id, Role::Node, None).await;
    assert_eq!(to_node.unwrap_err().kind(), Kind::Invalid);
    let stranger = world.engine.set_password(&TenantId("other/".into()), ada.id, good).await;
    assert_eq!(stranger.unwrap_err().kind(), Kind::NotFound);
}

/// Starts a server on `folder`, with the password in `file` if there is one, and stops it. Answers with the
/// user that was made.
async fn start(folder: &Path, file: Option<&Path>) -> Result<Option<NewPassword>, Error> {
    let file = file.map(Path::to_owned);
    let server = Server::start(Config { admin_password_file: file, ..Config::on_loopback(folder) }).await?;
    let first = server.first_user().cloned();
    assert!(matches!(users(folder).await, Err(Error::InUse { .. })));
    server.stop().await?;
    Ok(first)
}

async fn is_let_in(folder: &Path, login: &str, password: &str) -> bool {
    let opened = Opened::open(folder).await.unwrap();
    let answer = opened.engine.login(login, password).await.unwrap();
    opened.close().await;
    matches!(answer, Login::Accepted { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_start_makes_an_administrator_once() {
    let folder = tempfile::tempdir().unwrap();
    // A folder that was in use before there were users.
    let key = crate::create_api_key(folder.path(), Some("acme/".into()), "before").await.unwrap();
    let first = start(folder.path(), None).await.unwrap().unwrap();
    assert_eq!((first.user.login.as_str(), first.user.role), ("admin", Role::Administrator));
    assert_eq!((&first.user.tenant, &first.user.scope), (&key.record.tenant, &None));
    let password = first.password.expose();
    assert_eq!(password.len(), 24);
    assert!(password.bytes().all(|letter| matches!(letter, b'a'..=b'z' | b'2'..=b'9')), "{password}");
    assert!(!password.contains(['l', 'o']) && !format!("{first:?}").contains(password));
    assert!(is_let_in(folder.path(), "admin", password).await);
    assert!(start(folder.path(), None).await.unwrap().is_none());
    assert!(is_let_in(folder.path(), "admin", password).await);
    assert_eq!(files_with(folder.path(), password), [""; 0]);
    // Not again either where somebody else looks after the installation.
    let new = NewLogin {
        login: "root".into(),
        role: Role::Administrator,
        tenant: None,
        projects: None,
        password_file: None,
    };
    add_user(folder.path(), new).await.unwrap();
    remove_user(folder.path(), "admin").await.unwrap();
    assert!(start(folder.path(), None).await.unwrap().is_none());
    let left: Vec<_> = users(folder.path()).await.unwrap().into_iter().map(|user| user.login).collect();
    assert_eq!(left, ["root"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_the_administrator_may_come_from_a_file() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = outside.path().join("admin.password");
    assert!(start(folder.path(), Some(&file)).await.unwrap().is_none(), "it lies in the file");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let made = fs::read_to_string(&file).unwrap();
    assert!(is_let_in(folder.path(), "admin", made.trim()).await);
    start(folder.path(), Some(&file)).await.unwrap();
    assert!(is_let_in(folder.path(), "admin", made.trim()).await);
    fs::write(&file, " chosen by hand\n").unwrap();
    start(folder.path(), Some(&file)).await.unwrap();
    assert!(!is_let_in(folder.path(), "admin", made.trim()).await);
    assert!(is_let_in(folder.path(), "admin", " chosen by hand").await);
    fs::write(&file, "short\n").unwrap();
    assert!(matches!(start(folder.path(), Some(&file)).await, Err(Error::Engine(_))));
    let folder_as_file = start(folder.path(), Some(outside.path())).await;
    assert!(matches!(folder_as_file, Err(Error::PasswordFile { act: "read", .. })));
    assert!(is_let_in(folder.path(), "admin", " chosen by hand").await);
}

/// The files below a folder that hold these bytes.
fn files_with(folder: &Path, secret: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, secret));
        } else if fs::read(&path).unwrap().windows(secret.len()).any(|bytes| bytes == secret.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}
