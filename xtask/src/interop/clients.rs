//! `cargo xtask interop clients`: generates a client in each language, compiles it, and runs its story against
//! one server.
//!
//! A client is a folder of `tests/interop/clients`; its README is the contract between the scripts there and
//! this module. Two clients are worked on at a time, as most of what they do is to wait for a package or for
//! the server.

mod notes;
mod script;
mod table;

use std::collections::VecDeque;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;
use std::{fs, thread};

use self::script::Script;
use super::documents::{self, Document};
use super::folders::Folders;
use super::server::{self, LOGIN, Server, TENANT};
use super::{is_installed, without_the_tool};
use crate::Outcome;

/// Where the clients lie.
const CLIENTS: &str = "tests/interop/clients";

/// How many clients are worked on at a time.
const AT_A_TIME: usize = 2;

/// One folder of [`CLIENTS`].
#[derive(Clone, Debug)]
struct Client {
    name: String,
    folder: PathBuf,
    /// Programs that its scripts call and that are not there.
    missing: Vec<String>,
}

/// How it went.
#[derive(Debug)]
struct Report {
    name: String,
    /// What `generate.sh` says at its end: the generator and its version.
    generator: String,
    generated: Option<Duration>,
    told: Option<Duration>,
    end: End,
}

#[derive(Debug)]
enum End {
    /// What `story.sh` says at its end.
    Passed(String),
    /// What failed, and all that is to be shown.
    Failed { what: String, output: String },
    /// Programs that are not there.
    Missing(Vec<String>),
}

pub(super) fn run(names: &[String], workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let clients = chosen(&workspace.join(CLIENTS), names)?;
    let target = target(workspace, env::var_os("CARGO_TARGET_DIR")).join("interop");
    let (missing, ready): (Vec<_>, Vec<_>) =
        clients.into_iter().partition(|client| !client.missing.is_empty());
    let mut reports: Vec<_> = missing.into_iter().map(not_run).collect();
    let mut server = None;
    if !ready.is_empty() {
        let documents = documents::write(workspace, &target.join("spec"))?;
        let server = &*server.insert(Server::start(&server::build(workspace)?)?);
        reports.extend(all(ready, &documents, server, &target, out)?);
    }
    reports.sort_by(|one, other| one.name.cmp(&other.name));
    if let Some(server) = server.filter(|_| reports.iter().any(|report| report.end.is_failure())) {
        server.tell_last_words(out)?;
    }
    table::write(&reports, out)?;
    Ok(outcome(&reports, env::var_os("CI").as_deref()))
}

/// The clients with these names, or all of them.
fn chosen(folder: &Path, names: &[String]) -> io::Result<Vec<Client>> {
    let mut clients = Vec::new();
    for entry in fs::read_dir(folder)? {
        let folder = entry?.path();
        if folder.join("generate.sh").is_file() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let needs = fs::read_to_string(folder.join("needs"))?;
            let needs = needs.lines().map(str::trim).filter(|program| !program.is_empty());
            let missing = needs.filter(|program| !is_installed(OsStr::new(program)));
            let missing = missing.map(str::to_owned).collect();
            clients.push(Client { name, folder, missing });
        }
    }
    clients.sort_by(|one, other| one.name.cmp(&other.name));
    let known: Vec<_> = clients.iter().map(|client| client.name.clone()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        let message = format!("there is no client {unknown}; there are {}", known.join(", "));
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    clients.retain(|client| names.is_empty() || names.contains(&client.name));
    Ok(clients)
}

/// Where Cargo puts what it builds, and we what we generate.
pub(super) fn target(workspace: &Path, from_environment: Option<OsString>) -> PathBuf {
    workspace.join(from_environment.unwrap_or_else(|| OsString::from("target")))
}

fn not_run(client: Client) -> Report {
    let end = End::Missing(client.missing);
    Report { name: client.name, generator: String::new(), generated: None, told: None, end }
}

/// Works on all clients and tells of each as it ends.
fn all(
    clients: Vec<Client>,
    documents: &[Document],
    server: &Server,
    target: &Path,
    out: &mut impl Write,
) -> io::Result<Vec<Report>> {
    let queue = Mutex::new(VecDeque::from(clients));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..AT_A_TIME {
            let send = send.clone();
            scope.spawn(move || {
                while let Some(client) = next() {
                    // The receiver goes away only when the output cannot be written any more.
                    if send.send(one(&client, documents, server, target)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut reports = Vec::new();
        for report in receive {
            let report = report?;
            report.end.tell(&report.name, out)?;
            reports.push(report);
        }
        Ok(reports)
    })
}

/// Generates, compiles and runs one client.
fn one(client: &Client, documents: &[Document], server: &Server, target: &Path) -> io::Result<Report> {
    let folders = Folders::create(&server.folder().join("clients").join(&client.name))?;
    let place = target.join(&client.name);
    fs::create_dir_all(&place)?;
    let environment = environment(documents, server, &folders, &place);
    let script = |name| Script { folder: &client.folder, name, environment: &environment, place: &place };

    let mut report = not_run(client.clone());
    let generated = script("generate.sh").run()?;
    report.generated = Some(generated.took);
    report.generator = generated.closing_line().to_owned();
    let notes = fs::read_to_string(client.folder.join("NOTES.md")).unwrap_or_default();
    let warnings = notes::unexpected(&generated.output, &notes);
    if !generated.is_success {
        report.end = End::failed("generate.sh has failed", generated.output);
        return Ok(report);
    }
    if !warnings.is_empty() {
        let output = warnings.join("\n") + "\n";
        report.end = End::failed("the generator warns of what NOTES.md does not mention", output);
        return Ok(report);
    }
    let told = script("story.sh").run()?;
    report.told = Some(told.took);
    let complaints = folders.complaints()?;
    report.end = if !told.is_success {
        End::failed("story.sh has failed", told.output)
    } else if !complaints.is_empty() {
        let output = format!("{}{}\n", told.output, complaints.join("\n"));
        End::failed("the story says that it has restored what it has not", output)
    } else {
        End::Passed(told.closing_line().to_owned())
    };
    Ok(report)
}

/// What the scripts are told.
fn environment(
    documents: &[Document],
    server: &Server,
    folders: &Folders,
    place: &Path,
) -> Vec<(String, OsString)> {
    let mut environment: Vec<(String, OsString)> = Vec::new();
    for document in documents {
        environment.push((format!("SPEC_{}", document.api), document.json.clone().into()));
        environment.push((format!("SPEC_{}_YAML", document.api), document.yaml.clone().into()));
    }
    let mut tell = |name: &str, value: &OsStr| environment.push((name.to_owned(), value.to_owned()));
    tell("OUT", place.as_os_str());
    tell("STRONGROOM_URL", OsStr::new(&server.url));
    tell("STRONGROOM_API_KEY", OsStr::new(&server.api_key));
    tell("STRONGROOM_TENANT", OsStr::new(TENANT));
    tell("STRONGROOM_LOGIN", OsStr::new(LOGIN));
    tell("STRONGROOM_PASSWORD", OsStr::new(&server.password));
    tell("STRONGROOM_FOLDER", folders.documents.as_os_str());
    tell("STRONGROOM_TARGET", folders.target.as_os_str());
    environment
}

impl End {
    fn failed(what: &str, output: String) -> Self {
        Self::Failed { what: what.to_owned(), output }
    }

    fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    fn tell(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Passed(closing_line) => writeln!(out, "{name}: {closing_line}"),
            Self::Failed { what, output } => write!(out, "{name}: {what}\n{output}{name}: {what}\n"),
            Self::Missing(programs) => writeln!(out, "{name}: not run for want of {}", programs.join(", ")),
        }
    }
}

fn outcome(reports: &[Report], ci: Option<&OsStr>) -> Outcome {
    if reports.iter().any(|report| report.end.is_failure()) {
        return Outcome::Findings;
    }
    if reports.iter().any(|report| matches!(report.end, End::Missing(_))) {
        return without_the_tool(ci);
    }
    Outcome::Fine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_folders_with_a_script_and_are_chosen_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b", "a"] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("generate.sh"), "").unwrap();
            fs::write(folder.path().join(name).join("needs"), "sh\nno-such-program\n").unwrap();
        }
        fs::write(folder.path().join("README.md"), "").unwrap();
        let all = chosen(folder.path(), &[]).unwrap();
        assert_eq!(all.iter().map(|client| client.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(all[0].missing, ["no-such-program"]);
        let one = chosen(folder.path(), &["b".to_owned()]).unwrap();
        assert_eq!(one.iter().map(|client| client.name.as_str()).collect::<Vec<_>>(), ["b"]);
        let error = chosen(folder.path(), &["c".to_owned()]).expect_err("there is none").to_string();
        assert_eq!(error, "there is no client c; there are a, b");
    }

    #[test]
    fn failures_are_findings_and_missing_programs_in_ci_only() {
        let report = |end| {
            let name = "x".to_owned();
            Report { name, generator: String::new(), generated: None, told: None, end }
        };
        let passed = || report(End::Passed(String::new()));
        let failed = report(End::failed("", String::new()));
        let missing = || report(End::Missing(vec!["go".to_owned()]));
        let ci = Some(OsStr::new("true"));
        assert_eq!(outcome(&[passed()], ci), Outcome::Fine);
        assert_eq!(outcome(&[passed(), failed], None), Outcome::Findings);
        assert_eq!(outcome(&[passed(), missing()], None), Outcome::Fine);
        assert_eq!(outcome(&[passed(), missing()], ci), Outcome::Findings);
    }
}
