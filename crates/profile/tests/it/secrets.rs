//! Where secrets go, and that they are shown nowhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use strongroom_profile::{
    Error, FileStore, KeyringUse, Secret, SecretPlace, SecretStore, Secrets, Surroundings, variables,
};

const HUSH: &str = "hush-\"0123\"\\\n'";

/// A keyring of this test, which may refuse everything.
#[derive(Clone, Default)]
struct Fake {
    held: Arc<Mutex<BTreeMap<String, String>>>,
    refuses: bool,
}

impl std::fmt::Debug for Fake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Fake")
    }
}

impl Fake {
    fn open(&self) -> Result<std::sync::MutexGuard<'_, BTreeMap<String, String>>, Error> {
        if self.refuses {
            Err(Error::Keyring("it is locked".to_owned()))
        } else {
            Ok(self.held.lock().unwrap())
        }
    }
}

impl SecretStore for Fake {
    fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        Ok(self.open()?.get(name).map(|text| Secret::new(text.as_str())))
    }

    fn put(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        self.open()?.insert(name.to_owned(), secret.expose().to_owned());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<bool, Error> {
        Ok(self.open()?.remove(name).is_some())
    }
}

fn secrets(folder: &Path, usage: KeyringUse, keyring: &Fake) -> Secrets {
    Secrets::with_keyring(&folder.join("config.toml"), usage, Some(Box::new(keyring.clone())))
}

#[test]
fn a_secret_goes_into_the_keyring_and_no_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Fake::default();
    let secrets = secrets(folder.path(), KeyringUse::Auto, &keyring);
    let stored = secrets.put("work", &Secret::new(HUSH)).unwrap();
    assert_eq!((stored.place, stored.instead), (SecretPlace::Keyring, None));
    assert_eq!(secrets.get("work", SecretPlace::Keyring).unwrap().expose(), HUSH);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(secrets.remove("work", SecretPlace::Keyring).unwrap());
    assert!(!secrets.remove("work", SecretPlace::Keyring).unwrap());
    let error = secrets.get("work", SecretPlace::Keyring).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the secret of the profile `work` is not in the keyring: run `strongroom login --profile work`"
    );
}

#[cfg(unix)]
#[test]
fn a_keyring_that_refuses_leads_to_a_file_for_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let keyring = Fake { refuses: true, ..Fake::default() };
    let secrets = secrets(folder.path(), KeyringUse::Auto, &keyring);
    let stored = secrets.put("work", &Secret::new(HUSH)).unwrap();
    assert_eq!(stored.place, SecretPlace::File);
    assert_eq!(stored.instead.as_deref(), Some("the keyring cannot be used: it is locked"));
    let path = secrets.file().path();
    assert_eq!(path, folder.path().join("secrets.toml"));
    let mode = || fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    assert_eq!(secrets.get("work", SecretPlace::File).unwrap().expose(), HUSH);
    secrets.put("home", &Secret::new("other")).unwrap();
    assert_eq!((mode(), fs::read_dir(folder.path()).unwrap().count()), (0o600, 1));
    assert_eq!(secrets.get("work", SecretPlace::File).unwrap().expose(), HUSH);
    // A file without secrets goes.
    assert!(secrets.remove("work", SecretPlace::File).unwrap());
    assert!(path.exists());
    assert!(secrets.remove("home", SecretPlace::File).unwrap());
    assert!(!path.exists());
}

#[test]
fn what_the_keyring_takes_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Fake::default();
    secrets(folder.path(), KeyringUse::Never, &keyring).put("work", &Secret::new("old")).unwrap();
    assert!(keyring.held.lock().unwrap().is_empty(), "the keyring was asked");
    let secrets = secrets(folder.path(), KeyringUse::Auto, &keyring);
    secrets.put("work", &Secret::new("new")).unwrap();
    assert!(!secrets.file().path().exists(), "the old secret lies there still");
}

#[test]
fn only_the_keyring_means_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Fake { refuses: true, ..Fake::default() };
    let secrets = secrets(folder.path(), KeyringUse::Only, &keyring);
    let error = secrets.put("work", &Secret::new(HUSH)).unwrap_err();
    assert_eq!(error.to_string(), "the keyring cannot be used: it is locked");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("secrets.toml"));
    store.put("work", &Secret::new("hush")).unwrap();
    for mode in [0o640, 0o604, 0o660] {
        fs::set_permissions(store.path(), fs::Permissions::from_mode(mode)).unwrap();
        for error in [store.get("work").unwrap_err(), store.put("work", &Secret::new("x")).unwrap_err()] {
            let said = error.to_string();
            assert!(said.contains(&format!("(mode {mode:o})")) && said.contains("chmod 600"), "{said}");
        }
    }
}

#[test]
fn the_variable_says_whether_there_is_a_keyring() {
    let usage = |value: &str| {
        let mut surroundings = Surroundings::default();
        surroundings.variables.insert(variables::KEYRING.to_owned(), value.to_owned());
        KeyringUse::of(&surroundings)
    };
    assert_eq!(usage("").unwrap(), KeyringUse::Auto);
    assert_eq!(usage("auto").unwrap(), KeyringUse::Auto);
    assert_eq!(usage("file").unwrap(), KeyringUse::Never);
    assert_eq!(usage("off").unwrap(), KeyringUse::Never);
    assert_eq!(usage("only").unwrap(), KeyringUse::Only);
    assert!(usage("yes").unwrap_err().to_string().contains("`only`"));
    let folder = tempfile::tempdir().unwrap();
    let secrets = secrets(folder.path(), KeyringUse::Never, &Fake::default());
    let error = secrets.get("work", SecretPlace::Keyring).unwrap_err().to_string();
    assert!(error.contains("STRONGROOM_KEYRING"), "{error}");
}

#[cfg(unix)]
#[test]
fn nothing_prints_a_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let hush = "hush-0123456789";
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::new(folder.path().join("secrets.toml"));
    store.put("work", &Secret::new(hush)).unwrap();
    let secrets = Secrets::beside(&folder.path().join("config.toml"), KeyringUse::Never);
    let secret = secrets.get("work", SecretPlace::File).unwrap();
    let mut shown = format!("{store:?} {secrets:?} {secret:?}");
    // A file that is broken right at the secret.
    fs::write(store.path(), format!("work = \"{hush}\nother = 1\n")).unwrap();
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o600)).unwrap();
    let error = store.get("work").unwrap_err();
    assert!(error.to_string().contains("secrets.toml:1:"), "{error}");
    shown.push_str(&format!("{error} {error:?}"));
    fs::set_permissions(store.path(), fs::Permissions::from_mode(0o644)).unwrap();
    let error = store.get("work").unwrap_err();
    shown.push_str(&format!("{error} {error:?}"));
    assert!(!shown.contains(hush), "{shown}");
}
