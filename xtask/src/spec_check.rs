//! `cargo xtask spec check`: the authored documents against OpenAPI 3.0 and our own rules.
//!
//! All of it is in the crate openapi-check; here is only which documents are ours.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use openapi_check::Group;
use openapi_check::cli::{self, CheckArgs};

use crate::Outcome;

/// What people type to get here.
const COMMAND: &str = "cargo xtask spec check";

/// Checks each document, by default every `spec/*/openapi.yaml` against every rule, and writes what is found to
/// `out`.
///
/// # Errors
/// When a document cannot be read or `out` cannot be written.
pub(crate) fn run(args: &CheckArgs, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let mut args = args.clone();
    if args.files.is_empty() && args.explain.is_none() {
        args.files = documents(workspace)?;
    }
    Ok(match cli::check(&args, Group::House, COMMAND, out)? {
        cli::Outcome::Fine => Outcome::Fine,
        cli::Outcome::Findings => Outcome::Findings,
    })
}

/// The entry files of all documents in the workspace.
pub(crate) fn documents(workspace: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = Vec::new();
    for folder in fs::read_dir(workspace.join("spec"))? {
        let entry = folder?.path().join("openapi.yaml");
        if entry.is_file() {
            entries.push(entry);
        }
    }
    entries.sort();
    if entries.is_empty() {
        let message = format!("no spec/*/openapi.yaml in {}", workspace.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    Ok(entries)
}

/// The path as seen from where the command was started, so that findings can be clicked on.
pub(crate) fn short(path: &Path) -> PathBuf {
    let from_here = env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    from_here.unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n";

    fn checked(files: &[(&str, &str)]) -> (Outcome, String) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("creates");
            fs::write(path, text).expect("writes");
        }
        let mut out = Vec::new();
        // Whether everything is described is no matter here.
        let args = CheckArgs { rules: Some(Group::Portable), ..CheckArgs::default() };
        let outcome = run(&args, folder.path(), &mut out).expect("runs");
        let out = String::from_utf8(out).expect("text");
        (outcome, out.replace(&*folder.path().to_string_lossy(), "/w"))
    }

    #[test]
    fn all_documents_are_checked_by_default() {
        let (outcome, out) = checked(&[("spec/b/openapi.yaml", GOOD), ("spec/a/openapi.yaml", GOOD)]);
        assert_eq!(outcome, Outcome::Fine);
        assert_eq!(
            out,
            "/w/spec/a/openapi.yaml: nothing to complain about (files: 1)\n\
             /w/spec/b/openapi.yaml: nothing to complain about (files: 1)\n"
        );
    }

    #[test]
    fn a_finding_shows_its_line() {
        let paths = "paths:\n  /a: {$ref: 'paths/a.yaml#/a'}\n";
        let item =
            "a:\n  get:\n    operationId: getA\n    repsonses:\n      '200': {description: A.}\nb: {}\n";
        let (outcome, out) = checked(&[
            ("spec/a/openapi.yaml", &GOOD.replace("paths: {}\n", paths)),
            ("spec/a/paths/a.yaml", item),
        ]);
        assert_eq!(outcome, Outcome::Findings);
        assert_eq!(
            out,
            "\
error[metaschema]: `responses` is missing here
 --> /w/spec/a/paths/a.yaml:2:3
  |
2 |   get:
  |   ^^^

error[unknown-keyword]: `repsonses` is no keyword of this object
 --> /w/spec/a/paths/a.yaml:4:5
  |
4 |     repsonses:
  |     ^^^^^^^^^
  = help: did you mean `responses`?

warning[unused]: nothing refers to `b`
 --> /w/spec/a/paths/a.yaml:6:1
  |
6 | b: {}
  | ^
  = help: delete it, or refer to it where it was meant to be used

/w/spec/a/openapi.yaml: errors: 2, warnings: 1 (files: 2)
why, and what to do: cargo xtask spec check --explain RULE (metaschema, unknown-keyword, unused)
"
        );
    }

    #[test]
    fn a_document_that_is_not_there_is_no_finding() {
        let args = CheckArgs { files: vec!["nowhere/openapi.yaml".into()], ..CheckArgs::default() };
        let error = run(&args, Path::new("/"), &mut Vec::new()).expect_err("nothing to read");
        assert!(error.to_string().starts_with("nowhere/openapi.yaml: "), "{error}");
    }
}
