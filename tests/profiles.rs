//! `strongroom login`, `logout` and `profile` as people and scripts call them, in a home of their own.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};
use server::{Config, TlsFiles};
use strongroom_profile::{Kind, Layers, Secrets, Surroundings};
use tempfile::TempDir;

use crate::support::TestServer;

/// A home folder, and an environment with nothing in it.
struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    fn new() -> Self {
        let variables = vec![("STRONGROOM_KEYRING".to_owned(), "file".to_owned())];
        Self { folder: tempfile::tempdir().unwrap(), variables }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join(".config/strongroom/config.toml")
    }

    fn secrets(&self) -> PathBuf {
        self.config().with_file_name("secrets.toml")
    }

    /// Runs `strongroom` with this on its standard input. Answers with the exit code and what it said, in which the
    /// home is `~`.
    fn run(&self, arguments: &[&str], stdin: &str) -> (i32, String, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_strongroom"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Some never read it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let home = self.folder.path().display().to_string();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&home, "~");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// What a call that succeeds prints, with nothing on standard error.
    #[track_caller]
    fn told(&self, arguments: &[&str], stdin: &str) -> String {
        let (code, stdout, stderr) = self.run(arguments, stdin);
        assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}: {stdout}");
        stdout
    }

    /// What a call that fails says, with nothing on standard output.
    #[track_caller]
    fn refused(&self, code: i32, arguments: &[&str], stdin: &str) -> String {
        let (is, stdout, stderr) = self.run(arguments, stdin);
        assert_eq!((is, stdout.as_str()), (code, ""), "{arguments:?}: {stderr}");
        stderr
    }

    /// The files below the home, by their paths.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path(), &mut found);
        let relative = |path: &PathBuf| path.strip_prefix(self.folder.path()).unwrap().display().to_string();
        let mut names: Vec<String> = found.iter().map(relative).collect();
        names.sort();
        names
    }

    fn surroundings(&self) -> Surroundings {
        let mut around = Surroundings::default();
        around.variables = self.variables.iter().cloned().collect();
        around.home = Some(self.folder.path().to_owned());
        around
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_tried_kept_and_used() {
    let server = TestServer::start().await;
    let home = Home::new();
    let url = server.url.as_str();
    let login = ["login", "--profile", "work", "--url", url, "--tenant", &server.tenant, "--api-key-stdin"];
    let told = home.told(&login, &format!("{}\n", server.api_key));
    assert_eq!(
        told,
        format!(
            "logged in: {url}\n  profile   work, the default\n  settings  ~/.config/strongroom/config.toml\n  \
             secret    in ~/.config/strongroom/secrets.toml, which only you can read\n"
        )
    );
    let config = fs::read_to_string(home.config()).unwrap();
    assert_eq!(
        config,
        format!(
            "#:schema ./config.schema.json\ndefault-profile = \"work\"\n\n[profiles.work]\nkind = \"ibm\"\n\
             url = \"{url}\"\niam-url = \"{url}\"\ntenant = \"{}\"\nsecret-in = \"file\"\n",
            server.tenant
        )
    );
    assert_eq!(mode(&home.secrets()), 0o600);
    assert!(fs::read_to_string(home.secrets()).unwrap().contains(&server.api_key));
    let folder = ".config/strongroom";
    let expected = [".lock", "config.schema.json", "config.toml", "secrets.toml"];
    assert_eq!(home.files(), expected.map(|name| format!("{folder}/{name}")));

    // What programs get of it.
    let around = home.surroundings();
    let layers = Layers::of_profile(Kind::Ibm, None, &around).unwrap();
    let connection = layers.resolve(&Secrets::of(&around).unwrap()).unwrap();
    let client = ibm_backup_recovery::ClientBuilder::from_connection(&connection).build().unwrap();
    client.get_protection_policies().send().await.unwrap();

    // Once more, with nothing but the key: what is known is known.
    let told = home.told(&["login", "--api-key-stdin", "--profile", "work", "-o", "json"], &server.api_key);
    let told: Value = serde_json::from_str(&told.replace('~', "/home")).unwrap();
    assert_eq!(
        told,
        json!({"profile": "work", "kind": "ibm", "url": url, "checked": true, "default": true, "secretIn": "file",
               "config": "/home/.config/strongroom/config.toml"})
    );
    assert_eq!(fs::read_to_string(home.config()).unwrap(), config);

    assert_eq!(
        home.told(&["logout"], ""),
        "forgot the secret of the profile `work`; its settings are still there\n"
    );
    assert!(!home.secrets().exists());
    let (code, stdout, stderr) = home.run(&["logout"], "");
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert_eq!(stderr, "note: there was no secret of the profile `work`\n");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_the_other_api_logs_in_with_a_password() {
    let server = TestServer::start().await;
    let home = Home::new();
    let login = ["login", "--profile", "tape", "--url", &server.url, "--login", "admin"];
    let file = home.folder.path().join("password");
    fs::write(&file, format!("{}\n", server.password)).unwrap();
    let with_file = [&login[..], &["--password-file", file.to_str().unwrap()]].concat();
    assert!(home.told(&with_file, "").starts_with("logged in: "));
    let config = fs::read_to_string(home.config()).unwrap();
    assert!(config.contains("kind = \"storware\"\n") && config.contains("login = \"admin\"\n"), "{config}");
    assert!(!config.contains(&server.password));

    let around = home.surroundings();
    let layers = Layers::of_profile(Kind::Storware, Some("tape"), &around).unwrap();
    let connection = layers.resolve(&Secrets::of(&around).unwrap()).unwrap();
    let client = storware_backup_recovery::ClientBuilder::from_connection(&connection).build().unwrap();
    client.check_session().send().await.unwrap();

    // A password that is wrong changes nothing of what is kept.
    let before = (config, fs::read_to_string(home.secrets()).unwrap());
    let said = home.refused(3, &[&login[..], &["--password-stdin"]].concat(), "wrong-password");
    assert!(said.contains("note: nothing was kept") && said.contains("error: login: "), "{said}");
    assert!(!said.contains("wrong-password"), "{said}");
    let after = (fs::read_to_string(home.config()).unwrap(), fs::read_to_string(home.secrets()).unwrap());
    assert_eq!(after, before);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_not_kept() {
    let server = TestServer::start().await;
    let home = Home::new();
    let login = ["login", "--url", &server.url, "--tenant", &server.tenant, "--api-key-stdin"];
    let said = home.refused(3, &login, "no-such-key");
    assert!(said.contains("note: nothing was kept") && said.contains("error: token: "), "{said}");
    assert!(!said.contains("no-such-key"), "{said}");
    assert_eq!(home.files(), [""; 0]);
    // Unless that is wanted.
    let told = home.told(&[&login[..], &["--no-check"]].concat(), "no-such-key");
    assert!(told.starts_with("kept: ") && told.contains("profile   ibm, the default"), "{told}");
    server.stop().await;
    // Nobody is there.
    let home = Home::new();
    let said =
        home.refused(8, &["login", "--url", "http://127.0.0.1:1", "--tenant", "t/", "--api-key-stdin"], "k");
    assert!(said.contains("no connection to the service"), "{said}");
    assert_eq!(home.files(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_ones_own_is_named_in_the_profile() {
    let dir = tempfile::tempdir().unwrap();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let tls = TlsFiles { certificate: dir.path().join("cert.pem"), key: dir.path().join("key.pem") };
    fs::write(&tls.certificate, cert.pem()).unwrap();
    fs::write(&tls.key, signing_key.serialize_pem()).unwrap();
    let ca = tls.certificate.display().to_string();
    let config =
        Config { tls: Some(tls), check_answers: true, ..Config::on_loopback(dir.path().join("data")) };
    let server = TestServer::start_as(config, None).await;
    let home = Home::new();
    let login =
        ["login", "--profile", "own", "--url", &server.url, "--tenant", &server.tenant, "--api-key-stdin"];
    let said = home.refused(8, &login, &server.api_key);
    assert!(said.contains("`root_certificates`") && said.contains("--ca-file"), "{said}");
    home.told(&[&login[..], &["--ca-file", &ca]].concat(), &server.api_key);
    assert!(home.told(&["profile", "show"], "").contains(&format!("ca-file             {ca}\n")));
    // It stays with the profile.
    home.told(&["login", "--profile", "own", "--api-key-stdin"], &server.api_key);
    server.stop().await;
}

#[test]
fn what_is_missing_is_said_where_nobody_can_be_asked() {
    let home = Home::new();
    for (arguments, said) in [
        (&["login"][..], "the API of the server is not given: give it with --kind"),
        (&["login", "--kind", "ibm"], "the URL of the server is not given: give it with --url"),
        (&["login", "--kind", "ibm", "--url", "https://h"], "the tenant is not given: give it with --tenant"),
        (&["login", "--tenant", "t/", "--url", "https://h"], "with --api-key-stdin or --api-key-file"),
        (&["login", "--login", "ada", "--url", "https://h"], "with --password-stdin or --password-file"),
        (&["login", "--kind", "storware", "--tenant", "t/"], "the flags are those of the other API"),
        (
            &["login", "--tenant", "t/", "--url", "http://host", "--api-key-stdin"],
            "keys and passwords would travel in the clear to http://host",
        ),
        (
            &["login", "--tenant", "t/", "--url", "host", "--api-key-stdin"],
            "`host` is no address of a server",
        ),
        (&["logout"], "there are no profiles; `strongroom login` makes one"),
        (&["profile", "show"], "there are no profiles; `strongroom login` makes one"),
        (&["profile", "use", "x"], "there is no profile `x`; `strongroom login` makes one"),
        (&["profile", "remove", "x"], "there is no profile `x`; `strongroom login` makes one"),
    ] {
        let told = home.refused(2, arguments, "hush");
        assert!(told.contains(said), "{arguments:?}: {told}");
        assert!(!told.contains("hush"), "{told}");
    }
    let home = Home::new().with("STRONGROOM_KEYRING", "yes");
    assert!(home.refused(2, &["login"], "").contains("STRONGROOM_KEYRING is `yes`"));
}

#[test]
fn profiles_are_listed_chosen_shown_and_removed() {
    let home = Home::new();
    let (code, stdout, stderr) = home.run(&["profile", "list"], "");
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert_eq!(stderr, "note: there are no profiles; `strongroom login` makes one\n");
    for (name, flags) in [
        ("work", &["--url", "https://work", "--tenant", "t/", "--api-key-stdin"][..]),
        ("tape", &["--url", "https://tape", "--login", "ada", "--password-stdin"]),
    ] {
        home.told(&[&["login", "--no-check", "--profile", name], flags].concat(), "hush");
    }
    // What people add to the file stays.
    let text = fs::read_to_string(home.config()).unwrap();
    fs::write(home.config(), text.replace("[profiles.work]", "# Ours.\n[profiles.work]\ncolour = \"red\""))
        .unwrap();
    home.told(&["profile", "use", "tape"], "");
    let (code, stdout, stderr) = home.run(&["profile", "list"], "");
    assert_eq!(code, 0);
    assert!(
        stderr.starts_with("note: ~/.config/strongroom/config.toml:6:1: `colour` is not known here"),
        "{stderr}"
    );
    let rows: Vec<Vec<&str>> = stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        rows,
        [
            vec!["profile", "default", "kind", "url", "as", "secret"],
            vec!["tape", "yes", "storware", "https://tape", "ada", "file"],
            vec!["work", "ibm", "https://work", "t/", "file"],
        ]
    );
    let (_, shown, _) = home.run(&["profile", "show", "work", "-o", "json"], "");
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        (&shown["kind"], &shown["tenant"], &shown["default"]),
        (&json!("ibm"), &json!("t/"), &json!(false))
    );
    // The environment names another one than the default.
    let other = Home { folder: home.folder, variables: home.variables }.with("STRONGROOM_PROFILE", "work");
    assert!(other.run(&["profile", "show"], "").1.starts_with("profile             work\n"));
    other.told(&["profile", "remove", "tape"], "");
    let text = fs::read_to_string(other.config()).unwrap();
    assert!(text.contains("# Ours.") && text.contains("colour") && !text.contains("tape"), "{text}");
    let secrets = fs::read_to_string(other.secrets()).unwrap();
    assert!(secrets.contains("work") && !secrets.contains("tape"), "{secrets}");
    // Nobody else may look at the secrets.
    fs::set_permissions(other.secrets(), fs::Permissions::from_mode(0o644)).unwrap();
    let said = other.refused(2, &["logout"], "");
    assert!(said.contains("chmod 600 ~/.config/strongroom/secrets.toml"), "{said}");
}

#[test]
fn a_file_that_is_wrong_is_said_with_its_place() {
    let home = Home::new();
    fs::create_dir_all(home.config().parent().unwrap()).unwrap();
    fs::write(home.config(), "[profiles.work]\nkind = \"ibn\"\n").unwrap();
    let said = home.refused(2, &["profile", "list"], "");
    assert_eq!(
        said,
        "error: ~/.config/strongroom/config.toml:2:8: unknown variant `ibn`, expected `ibm` or `storware`\n"
    );
    fs::write(home.config(), "[profiles.work]\napi-key = \"hush\"\n").unwrap();
    let said = home.refused(2, &["profile", "list"], "");
    assert!(
        said.contains("config.toml:2:1: secrets have no place in this file") && !said.contains("hush"),
        "{said}"
    );
    assert_eq!(home.told(&["profile", "path"], ""), "~/.config/strongroom/config.toml\n");
    let schema: Value = serde_json::from_str(&home.told(&["profile", "schema"], "")).unwrap();
    assert_eq!(schema["properties"]["default-profile"]["type"], json!(["string", "null"]));
}

#[test]
fn the_help_teaches() {
    let home = Home::new();
    for (arguments, words) in [
        (
            &["login", "--help"][..],
            &["pass show ibm | strongroom login", "STRONGROOM_KEYRING", "--no-check"][..],
        ),
        (&["logout", "--help"], &["stays valid"]),
        (&["profile", "--help"], &["A flag goes before the environment", "strongroom profile use work"]),
    ] {
        let text = home.told(arguments, "");
        for words in words {
            assert!(text.contains(words), "{arguments:?} does not say {words:?}: {text}");
        }
    }
}
