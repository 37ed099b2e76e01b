//! `cargo xtask interop schemathesis`: requests that Schemathesis makes up from our documents, good ones and bad
//! ones, against both APIs.
//!
//! Each API gets a server of its own, which Linux keeps in its folder (`confine.py`): it is a backup server, and
//! the requests are made up. Both are worked on at the same time. Afterwards the servers are looked at too: what
//! they have logged, and what they have taken.

mod vitals;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;
use std::{fs, thread};

use super::clients::target;
use super::documents::{self, Document};
use super::server::{self, Server, TENANT};
use super::{is_installed, without_the_tool};
use crate::Outcome;

/// How many requests in a row have to follow each other along links, so that chains are chains.
const DEEP: u32 = 3;

/// Where the configuration, the hooks and the lock file are.
const TESTS: &str = "tests/interop/schemathesis";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The API to take [default: both]
    #[arg(long)]
    api: Option<Api>,
    /// What the requests are made up from: the same number, the same requests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many requests are made up for each operation, beside those that cover its schemas; more find more.
    #[arg(long, default_value_t = 10)]
    max_examples: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Api {
    Ibm,
    Storware,
}

impl Api {
    fn name(self) -> &'static str {
        match self {
            Self::Ibm => "ibm",
            Self::Storware => "storware",
        }
    }

    /// Where its paths lie.
    fn base(self) -> &'static str {
        match self {
            Self::Ibm => "/v2",
            Self::Storware => "/api",
        }
    }
}

/// How it went with one API.
struct Report {
    api: Api,
    /// What Schemathesis has printed.
    printed: String,
    /// What is wrong; nothing if all is well.
    complaints: Vec<String>,
    /// A line on what it took.
    took: String,
}

pub(super) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let missing = match (cfg!(target_os = "linux"), is_installed("python3".as_ref())) {
        (true, true) => None,
        (false, _) => Some("only Linux can keep the server in its folder"),
        (true, false) => Some("python3 is not installed"),
    };
    if let Some(missing) = missing {
        writeln!(out, "{missing}: the tests in {TESTS} were not run")?;
        return Ok(without_the_tool(env::var_os("CI").as_deref()));
    }
    let target = target(workspace, env::var_os("CARGO_TARGET_DIR")).join("interop/schemathesis");
    let binary = server::build(workspace)?;
    let tests = workspace.join(TESTS);
    let program = install(&tests, &target.join("python"))?;
    let documents = documents::write(workspace, &target.join("spec"))?;
    let apis: Vec<_> = [Api::Ibm, Api::Storware]
        .into_iter()
        .filter(|api| args.api.is_none_or(|only| only == *api))
        .collect();
    let reports = thread::scope(|scope| {
        let work = |api: Api| {
            let job = Job { api, args, tests: &tests, target: &target, program: &program, binary: &binary };
            let document = documents.iter().find(|document| document.api == api.name().to_uppercase());
            scope.spawn(move || document.map(|document| job.run(document)).transpose())
        };
        let threads: Vec<_> = apis.into_iter().map(work).collect();
        threads
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| Err(io::Error::other("a run of Schemathesis panicked")))
            })
            .collect::<io::Result<Vec<_>>>()
    })?;
    let mut outcome = Outcome::Fine;
    for report in reports.into_iter().flatten() {
        tell(&report, out)?;
        if !report.complaints.is_empty() {
            outcome = Outcome::Findings;
        }
    }
    Ok(outcome)
}

/// Shows all that was printed where something is wrong, and only the sums where nothing is.
fn tell(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let api = report.api.name();
    if report.complaints.is_empty() {
        writeln!(out, "{api}: {}", report.took)?;
        for line in sums(&report.printed) {
            writeln!(out, "  {line}")?;
        }
        return Ok(());
    }
    writeln!(out, "{}", report.printed)?;
    writeln!(out, "{api}: {}", report.took)?;
    for complaint in &report.complaints {
        writeln!(out, "{api}: {complaint}")?;
    }
    Ok(())
}

/// The lines that sum a run up.
fn sums(printed: &str) -> impl Iterator<Item = &str> {
    let wanted = ["Scenarios:", "API Links:", "Tested:", "Filtered:", CHAINS];
    let lines = printed.lines().map(str::trim);
    lines
        .filter(move |line| wanted.iter().any(|word| line.starts_with(word)) || line.contains(" generated, "))
}

/// What the lines begin with that say how many requests stood at which place of a chain; `hooks.py` prints them.
const CHAINS: &str = "Chains:";

/// The longest chain.
fn depth(printed: &str) -> u32 {
    let chains = printed.lines().filter_map(|line| line.strip_prefix(CHAINS)?.split_once(" at place "));
    let places = chains.filter_map(|(_, rest)| rest.split(' ').next()?.parse().ok());
    places.max().unwrap_or(0)
}

/// One API, and all that its run needs.
struct Job<'a> {
    api: Api,
    args: &'a Args,
    tests: &'a Path,
    target: &'a Path,
    program: &'a Path,
    binary: &'a Path,
}

impl Job<'_> {
    fn run(&self, document: &Document) -> io::Result<Report> {
        let begun = Instant::now();
        let (server, files) = self.start()?;
        let output = self.hammer(document, &server, &files)?;
        let took = begun.elapsed().as_secs();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        fs::write(self.target.join(format!("{}.txt", self.api.name())), &printed)?;
        let mut complaints = Vec::new();
        if !output.status.success() {
            complaints.push(format!("Schemathesis: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        if depth(&printed) < DEEP {
            complaints.push(format!("no chain of requests is {DEEP} long, so links are hardly followed"));
        }
        complaints.extend(vitals::of_log(&server.log()?));
        let vitals = vitals::Vitals::of(server.process())?;
        complaints.extend(vitals.complaints());
        Ok(Report { api: self.api, printed, complaints, took: format!("{took} s; the server took {vitals}") })
    }

    /// Starts a server that can do no harm, with something to back up.
    fn start(&self) -> io::Result<(Server, PathBuf)> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().canonicalize()?;
        let files = root.join("files");
        fs::create_dir_all(files.join("pictures"))?;
        fs::write(files.join("letter.txt"), "Dear all\n")?;
        fs::write(files.join("pictures/cat.svg"), "<svg/>\n")?;
        for name in ["home", "tmp", "restored"] {
            fs::create_dir_all(root.join(name))?;
        }
        let mut command = Command::new("python3");
        command
            .arg(self.tests.join("confine.py"))
            .arg(&root)
            .arg(self.binary)
            .current_dir(&root)
            .env("HOME", root.join("home"))
            .env("TMPDIR", root.join("tmp"));
        Ok((Server::start_by(command, folder)?, root))
    }

    fn hammer(&self, document: &Document, server: &Server, files: &Path) -> io::Result<Output> {
        Command::new(self.program)
            .arg("--config-file")
            .arg(self.tests.join("schemathesis.toml"))
            .arg("run")
            .arg(&document.json)
            .arg("--url")
            .arg(format!("{}{}", server.url, self.api.base()))
            .args(["--checks", "all", "--no-color"])
            .args(["--seed", &self.args.seed.to_string()])
            .args(["--max-examples", &self.args.max_examples.to_string()])
            .current_dir(self.target)
            .env("PYTHONPATH", self.tests)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("STRONGROOM_URL", &server.url)
            .env("STRONGROOM_API_KEY", &server.api_key)
            .env("STRONGROOM_PASSWORD", &server.password)
            .env("STRONGROOM_TENANT", TENANT)
            .env("STRONGROOM_FILES", files.join("files"))
            .env("STRONGROOM_RESTORED", files.join("restored"))
            .output()
    }
}

/// Installs Schemathesis into `folder`, unless what the lock file says is there already.
fn install(tests: &Path, folder: &Path) -> io::Result<PathBuf> {
    let lock = tests.join("requirements.txt");
    let (program, stamp) = (folder.join("bin/schemathesis"), folder.join("installed.txt"));
    let wanted = fs::read(&lock)?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && program.is_file() {
        return Ok(program);
    }
    let steps: [(&Path, Vec<OsString>); 2] = [
        (Path::new("python3"), vec!["-m".into(), "venv".into(), "--clear".into(), folder.into()]),
        (
            &folder.join("bin/pip"),
            vec!["install".into(), "--quiet".into(), "--require-hashes".into(), "-r".into(), lock.into()],
        ),
    ];
    for (step, arguments) in steps {
        if !Command::new(step).args(arguments).status()?.success() {
            return Err(io::Error::other(format!(
                "{} failed; Python 3.11 with venv is needed",
                step.display()
            )));
        }
    }
    fs::write(stamp, wanted)?;
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(complaints: &[&str]) -> String {
        let report = Report {
            api: Api::Ibm,
            printed: "Coverage\n  Tested: 51\n  Test cases:\n    9 generated, 9 passed\n".to_owned(),
            complaints: complaints.iter().map(|complaint| (*complaint).to_owned()).collect(),
            took: "7 s".to_owned(),
        };
        let mut out = Vec::new();
        tell(&report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_run_without_complaints_is_summed_up() {
        assert_eq!(told(&[]), "ibm: 7 s\n  Tested: 51\n  9 generated, 9 passed\n");
    }

    #[test]
    fn the_longest_chain_is_found() {
        let printed = "Chains: 9 requests at place 1 of theirs, 9 of them with success\n\
                       Chains: 2 requests at place 12 of theirs, 0 of them with success\n";
        assert_eq!(depth(printed), 12);
        assert_eq!(depth("Seed: 7\n"), 0);
    }

    #[test]
    fn a_complaint_shows_everything() {
        let told = told(&["its log holds a panic"]);
        assert!(told.starts_with("Coverage\n"), "{told}");
        assert!(told.ends_with("ibm: 7 s\nibm: its log holds a panic\n"), "{told}");
    }
}
