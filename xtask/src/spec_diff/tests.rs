use std::fs;
use std::process::Command;

use sha2::{Digest, Sha256};

use super::*;

const DOCUMENT: &str = "\
openapi: 3.0.3
info: {title: Pets, version: 1.0.0}
paths:
  /pets:
    $ref: paths.yaml
";

const PATHS: &str = "\
get:
  operationId: ListPets
  parameters:
    - {name: limit, in: query, schema: {type: integer}}
  responses:
    '200': {description: Pets.}
";

/// A repository with the document on the branch `main`, and a branch of it checked out.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.write("spec/pets/openapi.yaml", DOCUMENT);
        repository.write("spec/pets/paths.yaml", PATHS);
        repository
    }

    /// The same with version 1.0.0 published.
    fn published() -> Self {
        let repository = Self::new();
        let text = DOCUMENT.replace("    $ref: paths.yaml\n", &indented(PATHS));
        repository.write("spec/published/pets/1.0.0/openapi.yaml", &text);
        let sum: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        repository.write("spec/published/pets/1.0.0/SHA256SUMS", &format!("{sum}  openapi.yaml\n"));
        repository
    }

    fn branch(self) -> Self {
        self.git(&["add", "--all"]);
        self.git(&["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "Pets"]);
        self.git(&["checkout", "--quiet", "-b", "change"]);
        self
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").current_dir(self.folder.path()).args(arguments).status().unwrap();
        assert!(status.success(), "git {arguments:?}");
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// What the command says, with the folder and the revision taken out.
    fn run(&self, args: &Args) -> (Outcome, String) {
        let mut out = Vec::new();
        let outcome = run(args, self.folder.path(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let out = out.replace(&*self.folder.path().to_string_lossy(), "/w");
        let head = Command::new("git")
            .current_dir(self.folder.path())
            .args(["rev-parse", "main"])
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        (outcome, out.replace(head.get(..9).unwrap_or("no commit"), "REV"))
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn gate() -> Args {
    Args { base: None, format: Format::Text, api: None, check: true }
}

#[test]
fn an_unpublished_version_may_change_freely() {
    let repository = Repository::new().branch();
    repository.write("spec/pets/paths.yaml", &PATHS.replace("limit", "count"));
    let (outcome, out) = repository.run(&gate());
    assert_eq!(outcome, Outcome::Fine, "{out}");
    assert_eq!(
        out,
        "\
note: pets: no version is published yet
/w/spec/pets/openapi.yaml against the merge base with main, REV (1.0.0)
major
  parameter-removed: query parameter `limit` is gone
    clients that send it are refused, or not heeded
    --> was spec/pets/paths.yaml:4:7
    in GET /pets
minor
  parameter-added: query parameter `count` is new
    clients can send it and need not
    --> /w/spec/pets/paths.yaml:4:7
    in GET /pets
1 major, 1 minor; 1.0.0 is not published, so it may change freely

"
    );
}

#[test]
fn a_published_version_has_to_cover_what_changed() {
    let repository = Repository::published().branch();
    repository.write(
        "spec/pets/paths.yaml",
        &PATHS.replace("limit, in: query", "limit, in: query, required: true"),
    );
    repository.write("spec/pets/openapi.yaml", &DOCUMENT.replace("1.0.0", "1.1.0"));
    let (outcome, out) = repository.run(&gate());
    assert_eq!(outcome, Outcome::Findings, "{out}");
    let summary = "1 major, 1 patch; info.version 1.0.0 → 1.1.0 does not cover it: needs 2.0.0";
    assert_eq!(out.matches(summary).count(), 2, "against the merge base and what is published: {out}");
    assert!(
        out.ends_with(
            "error: pets: 1.1.0 does not cover what changed since the published 1.0.0 (1.0.0): set `info.version` \
             in /w/spec/pets/openapi.yaml to 2.0.0, or say in suppressions.yaml beside it why not\n"
        ),
        "{out}"
    );
    repository.write("spec/pets/openapi.yaml", &DOCUMENT.replace("1.0.0", "2.0.0"));
    let (outcome, out) = repository.run(&gate());
    assert_eq!(outcome, Outcome::Fine, "{out}");
    assert!(out.contains("info.version 1.0.0 → 2.0.0 covers it"), "{out}");
}

#[test]
fn a_suppression_holds_for_its_place_and_its_time() {
    let repository = Repository::published().branch();
    repository.write("spec/pets/openapi.yaml", &DOCUMENT.replace("1.0.0", "1.0.1"));
    repository.write(
        "spec/pets/paths.yaml",
        &PATHS.replace("limit, in: query", "limit, in: query, required: true"),
    );
    let suppression = |pointer: &str, expires: &str| {
        format!(
            "- rule: diff/parameter-became-required\n  pointer: {pointer}\n  reason: Nobody left it out.\n  \
             expires: '{expires}'\n"
        )
    };
    let try_with = |text: &str| {
        repository.write("spec/pets/suppressions.yaml", text);
        repository.run(&gate())
    };
    let (outcome, out) = try_with(&suppression("/paths/~1pets", "9999-12-31"));
    assert_eq!(outcome, Outcome::Fine, "{out}");
    assert!(out.contains("suppressed until 9999-12-31: parameter-became-required: "), "{out}");
    assert_eq!(try_with(&suppression("/paths/~1shops", "9999-12-31")).0, Outcome::Findings);
    let (outcome, out) = try_with(&suppression("/paths/~1pets", "2020-01-01"));
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("the suppression of `diff/parameter-became-required` has expired"), "{out}");
}

#[test]
fn published_files_never_change() {
    let repository = Repository::published().branch();
    let path = "spec/published/pets/1.0.0/openapi.yaml";
    let text = fs::read_to_string(repository.folder.path().join(path)).unwrap();
    repository.write(path, &text.replace("Pets.", "Animals."));
    repository.write("spec/pets/openapi.yaml", &DOCUMENT.replace("1.0.0", "1.0.1"));
    let (outcome, out) = repository.run(&gate());
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("openapi.yaml is published, and is not what its checksum says"), "{out}");
    assert!(
        out.contains(&format!("{path} is published, and is not what it was: `git checkout REV -- ")),
        "{out}"
    );
    fs::remove_file(repository.folder.path().join("spec/published/pets/1.0.0/SHA256SUMS")).unwrap();
    let (outcome, out) = repository.run(&gate());
    assert_eq!(outcome, Outcome::Findings, "checksums that are gone are no way around it: {out}");
}

#[test]
fn a_base_is_a_revision_a_file_or_a_folder() {
    let repository = Repository::new().branch();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir(elsewhere.path().join("pets")).unwrap();
    let file = elsewhere.path().join("pets/openapi.yaml");
    let text = DOCUMENT.replace("    $ref: paths.yaml\n", &indented(PATHS)).replace("Pets,", "Animals,");
    fs::write(&file, text).unwrap();
    for base in [&file, &elsewhere.path().join("pets"), &elsewhere.path().to_owned()] {
        let base = Some(base.to_string_lossy().into_owned());
        let (_, out) = repository.run(&Args { base, check: false, ..gate() });
        assert!(out.contains("title-changed: the title `Animals` became `Pets`"), "{out}");
    }
    let (_, out) = repository.run(&Args { base: Some("main".to_owned()), check: false, ..gate() });
    assert!(out.contains("openapi.yaml against main (1.0.0)\nnothing changed\n"), "{out}");
    let args = Args { base: Some("nonsense".to_owned()), ..gate() };
    let error = run(&args, repository.folder.path(), &mut Vec::new()).unwrap_err();
    assert!(error.to_string().starts_with("`nonsense` is no file"), "{error}");
}

#[test]
fn other_formats_tell_the_same() {
    let repository = Repository::published().branch();
    repository.write(
        "spec/pets/paths.yaml",
        &PATHS.replace("limit, in: query", "limit, in: query, required: true"),
    );
    let told = |format| repository.run(&Args { base: Some("main".to_owned()), format, ..gate() });
    let (outcome, out) = told(Format::Json);
    assert_eq!(outcome, Outcome::Findings);
    let report: Value = serde_json::from_str(&out).unwrap();
    let comparison = &report["comparisons"][0];
    assert_eq!(comparison["verdict"], "not-covered");
    assert_eq!(comparison["needs"], "2.0.0");
    assert_eq!(comparison["changes"][0]["id"], "parameter-became-required");
    assert_eq!(comparison["changes"][0]["new"]["pointer"], "/paths/~1pets/get/parameters/0/required");
    assert_eq!(comparison["changes"][0]["new"]["line"], 4);
    let (_, out) = told(Format::Github);
    assert!(
        out.starts_with("::error file=/w/spec/pets/paths.yaml,line=4,col=42,title=major%3A parameter-"),
        "{out}"
    );
    let (_, out) = told(Format::Markdown);
    assert!(
        out.contains("### Breaking\n\n- **Query parameter `limit` became required** (`GET /pets`): "),
        "{out}"
    );
    assert!(out.contains("*Send it with every request.*"), "{out}");
}
