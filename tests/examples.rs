//! The examples of the clients, one after the other against one server: each prints what the comment at its top says.
//!
//! `cargo test --workspace` has built them before; otherwise they are built here.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::{env, iter};

use tempfile::TempDir;

use crate::support::{Fixture, TestServer};

const CRATES: [&str; 2] = ["ibm-backup-recovery", "storware-backup-recovery"];
/// Where the comments have the folder of the tests.
const HOME: &str = "/home/ada";

#[tokio::test(flavor = "multi_thread")]
async fn every_example_prints_what_it_says() {
    let mut story = Story::begin().await;
    let home = story.home.path().to_owned();
    let at = |name: &str| home.join(name).to_str().unwrap().to_owned();
    fs::create_dir(at("documents")).unwrap();
    fs::create_dir(at("mounted")).unwrap();
    fs::write(at("documents/report.txt"), "what was done, and what not\n").unwrap();

    story.run("protect_a_folder", &[&at("documents")]);
    story.run("watch_a_run", &["documents"]);
    story.run("list_runs_of_a_month", &["documents"]);
    story.run("find_a_file", &["report*"]);
    story.run("restore_to_a_folder", &["report.txt", &at("restored")]);
    story.run("download_a_file", &["report.txt", &at("downloaded.txt")]);
    let original = fs::read(at("documents/report.txt")).unwrap();
    assert_eq!(fs::read(at("restored/report.txt")).unwrap(), original);
    assert_eq!(fs::read(at("downloaded.txt")).unwrap(), original);

    // A second policy and a second group, for those that list.
    let client = story.server.client();
    let object = Fixture::register_at(&client, "127.0.0.1").await;
    let weekly = Fixture::create_policy(&client, "Weekly").await;
    Fixture::create_group(&client, "pictures", &weekly, object, &home.join("documents")).await;
    story.run("first_call", &[]);
    story.run("many_at_once", &[]);
    story.run("observe_calls", &[]);
    story.run("handle_errors", &[]);
    story.run("tune_retries_and_timeouts", &[]);
    story.run("keep_what_is_new", &[]);

    story.run("log_in", &[]);
    story.run("back_up_an_entity", &["documents"]);
    story.run("page_through_backups", &[]);
    story.run("restore_a_backup", &["documents", &at("restored")]);
    story.run("sum_up_backups", &[]);
    if File::options().read(true).write(true).open("/dev/fuse").is_ok() {
        story.run("mount_a_backup", &["documents", &at("mounted")]);
    } else {
        eprintln!("SKIPPED: mount_a_backup, since there is no /dev/fuse");
        story.left.remove("mount_a_backup");
    }
    assert_eq!(story.left, BTreeSet::new(), "examples that nobody runs");
    story.server.stop().await;
}

#[test]
fn an_example_that_cannot_work_says_why() {
    let home = tempfile::tempdir().unwrap();
    let ended = |name: &str| {
        let Output { status, stderr, .. } = EXAMPLES.command(name, home.path()).output().unwrap();
        assert_eq!(status.code(), Some(1), "{name}");
        String::from_utf8(stderr).unwrap()
    };
    assert_eq!(ended("find_a_file"), "Error: usage: find_a_file NAME\n");
    assert_eq!(
        ended("first_call"),
        "Error: client: the request is not valid: BACKUP_RECOVERY_URL is set neither in a credentials file nor in the \
         environment\n"
    );
    assert_eq!(
        ended("log_in"),
        "Error: client: the request is not valid: STORWARE_URL is not set in the environment\n"
    );
}

/// A server, and what is told of it so far.
struct Story {
    server: TestServer,
    home: TempDir,
    /// The examples that were not run yet.
    left: BTreeSet<String>,
}

impl Story {
    async fn begin() -> Self {
        let left = CRATES.into_iter().flat_map(sources).map(|path| stem(&path)).collect();
        Self { server: TestServer::start().await, home: tempfile::tempdir().unwrap(), left }
    }

    /// Runs an example, and holds what it prints against the text in its comment.
    fn run(&mut self, name: &str, arguments: &[&str]) {
        assert!(self.left.remove(name), "there is no example {name}, or it was run before");
        let TestServer { url, tenant, api_key, password, .. } = &self.server;
        let mut command = tokio::task::block_in_place(|| EXAMPLES.command(name, self.home.path()));
        command
            .args(arguments)
            .envs([("BACKUP_RECOVERY_URL", url), ("BACKUP_RECOVERY_AUTH_URL", url)])
            .envs([("BACKUP_RECOVERY_TENANT_ID", tenant), ("BACKUP_RECOVERY_APIKEY", api_key)])
            .envs([
                ("STORWARE_URL", url.as_str()),
                ("STORWARE_LOGIN", "admin"),
                ("STORWARE_PASSWORD", password),
            ]);
        let output = tokio::task::block_in_place(|| command.output()).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} has failed:\n{stderr}");
        let printed = String::from_utf8(output.stdout).unwrap();
        let printed = printed.replace(self.home.path().to_str().unwrap(), HOME);
        assert_eq!(without_dates(&printed), without_dates(&promised(name)), "{name}, which told:\n{stderr}");
    }
}

static EXAMPLES: LazyLock<Examples> = LazyLock::new(Examples::built);

/// The built examples.
struct Examples {
    folder: PathBuf,
}

impl Examples {
    /// Finds them beside the program of these tests, and builds them where they are missing or older than what they
    /// are made of. Whoever builds all of the workspace shares its dependencies with them, so that is left to Cargo.
    fn built() -> Self {
        let test = env::current_exe().unwrap();
        let profile = test.parent().and_then(Path::parent).unwrap();
        let folder = profile.join("examples");
        let is_fresh = |source: PathBuf| is_fresh(&folder.join(stem(&source))).unwrap_or(false);
        if !CRATES.into_iter().flat_map(sources).all(is_fresh) {
            let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut build = Command::new(cargo);
            build.args(["build", "--quiet", "--examples"]);
            build.args(CRATES.into_iter().flat_map(|name| ["--package", name]));
            build.arg("--target-dir").arg(profile.parent().unwrap());
            let name = profile.file_name().unwrap();
            if name != "debug" {
                build.arg("--profile").arg(name);
            }
            assert!(build.current_dir(workspace()).status().unwrap().success(), "the examples do not build");
        }
        Self { folder }
    }

    /// An example in an environment of its own: no variable or file of the user's reaches it.
    fn command(&self, name: &str, home: &Path) -> Command {
        let mut command = Command::new(self.folder.join(name));
        command.env_clear().env("HOME", home).current_dir(home);
        command
    }
}

/// Whether a program is there and younger than all its sources, of which Cargo writes a list beside it.
fn is_fresh(program: &Path) -> Option<bool> {
    let built = fs::metadata(program).ok()?.modified().ok()?;
    let list = fs::read_to_string(program.with_extension("d")).ok()?;
    let (_, sources) = list.split_once(": ")?;
    let is_older = |source: &str| {
        let path = source.replace('\u{0}', " ");
        fs::metadata(path).and_then(|source| source.modified()).is_ok_and(|changed| changed <= built)
    };
    // A space in a path is written with a backslash before it.
    Some(sources.replace("\\ ", "\u{0}").split_whitespace().all(is_older))
}

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The files of the examples of a crate.
fn sources(name: &str) -> Vec<PathBuf> {
    let folder = workspace().join("crates").join(name).join("examples");
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// What the comment at the top of an example says that it prints.
fn promised(name: &str) -> String {
    let source = CRATES.into_iter().flat_map(sources).find(|path| stem(path) == name).unwrap();
    let source = fs::read_to_string(source).unwrap();
    let comment = source.lines().map_while(|line| line.strip_prefix("//!"));
    let mut comment = comment.map(|line| line.strip_prefix(' ').unwrap_or(line));
    assert!(comment.any(|line| line == "```text"), "{name} does not say what it prints");
    comment.take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect()
}

/// Dates are those of the day of the test.
fn without_dates(text: &str) -> String {
    let is_date = |word: &str| {
        let shape = word.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter });
        shape.eq("0000-00-00".chars())
    };
    let shown = |line: &str| -> Vec<String> {
        line.split(' ').map(|word| if is_date(word) { "DATE".to_owned() } else { word.to_owned() }).collect()
    };
    text.lines().flat_map(|line| iter::once(shown(line).join(" ")).chain(["\n".to_owned()])).collect()
}
