//! What a published crate has to be: complete, the same as what was built here, able to build away from the
//! workspace, and documented without warnings.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::stage::{Generated, built};
use super::{Package, metadata, target, unpack};
use crate::codegen::cargo;
use crate::semver_check::rustdoc::with_unstable;

/// The consumer that is built against what was packed.
pub(super) const CONSUMER: &str = "its-consumer";

/// Crates of the generator, which no published crate may need.
const GENERATOR: [&str; 4] = ["client-build", "codegen", "progenitor", "strongroom-spec"];

/// What the registry takes: five keywords of twenty characters.
const MOST_KEYWORDS: usize = 5;
const LONGEST_KEYWORD: usize = 20;

/// Unpacks the crates outside of the workspace and says what is wrong with those that are wanted.
///
/// # Errors
/// When something cannot be read or started.
pub(super) fn run(
    workspace: &Path,
    packages: &[Package],
    packed: &[PathBuf],
    wanted: impl Fn(&Package) -> bool,
) -> io::Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    unpack(workspace, folder.path(), packages, packed)?;
    let wanted: Vec<&Package> = packages.iter().filter(|package| wanted(package)).collect();
    consumer(folder.path(), &wanted)?;
    let mut complaints = Vec::new();
    let known = metadata(folder.path())?;
    for package in &wanted {
        let found = known["packages"].as_array().into_iter().flatten();
        let Some(described) = found.into_iter().find(|found| found["name"] == package.name.as_str()) else {
            complaints.push(format!("{}: was not packed", package.name));
            continue;
        };
        let own = folder.path().join(package.full_name());
        let said = incomplete(described, &own).into_iter().chain(dead_links(&own)?);
        complaints.extend(said.map(|complaint| format!("{}: {complaint}", package.name)));
        if package.is_client() {
            let out_dir = built(workspace, &package.name)?;
            for generated in Generated::of(&workspace.join(&package.folder))? {
                if fs::read_to_string(own.join(&generated.path))? != generated.text(&out_dir)? {
                    let path = generated.path.display();
                    complaints.push(format!("{}: {path} is not what is built here", package.name));
                }
            }
        }
    }
    let target = target(workspace)?;
    if !cargo_in(folder.path(), &target, &["check", "--package", CONSUMER], None)? {
        complaints.push("a program that depends on the packed crates does not build".to_owned());
    }
    // As documentation sites build it: everything on, only this crate, and with what says which feature a thing needs.
    let mut arguments = vec!["doc", "--no-deps", "--all-features", "--keep-going"];
    arguments.extend(wanted.iter().flat_map(|package| ["--package", package.name.as_str()]));
    if !cargo_in(folder.path(), &target, &arguments, Some("-D warnings --cfg docsrs"))? {
        complaints.push("the documentation of the packed crates does not build without warnings".to_owned());
    }
    Ok(complaints)
}

/// Writes a program that depends on the crates by their versions, as a user would.
pub(super) fn consumer(folder: &Path, packages: &[&Package]) -> io::Result<()> {
    let folder = folder.join(CONSUMER);
    fs::create_dir_all(folder.join("src"))?;
    let mut manifest = format!(
        "[package]\nname = \"{CONSUMER}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n"
    );
    let mut program = String::from("fn main() {\n");
    for package in packages {
        manifest.push_str(&format!("{} = \"{}\"\n", package.name, package.version));
        if package.is_client() {
            let name = package.name.replace('-', "_");
            let line = format!(
                "    let _ = {name}::Client::builder(\"https://127.0.0.1\").timeout(std::time::Duration::MAX);\n"
            );
            program.push_str(&line);
        }
    }
    program.push_str("}\n");
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/main.rs"), program)
}

/// Whether Cargo does this among the unpacked crates.
fn cargo_in(
    folder: &Path,
    target: &Path,
    arguments: &[&str],
    rustdoc_flags: Option<&str>,
) -> io::Result<bool> {
    let mut command = Command::new(cargo());
    command.current_dir(folder).args(arguments).arg("--quiet").env("CARGO_TARGET_DIR", target);
    if let Some(flags) = rustdoc_flags {
        command.env("RUSTDOCFLAGS", flags);
        with_unstable(&mut command, folder)?;
    }
    Ok(command.status()?.success())
}

/// What a packed crate lacks, by its description and the folder it was unpacked into.
fn incomplete(package: &Value, folder: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    for member in ["description", "license", "readme", "documentation", "rust_version"] {
        if package[member].as_str().is_none_or(str::is_empty) {
            complaints.push(format!("has no `{}`", member.replace('_', "-")));
        }
    }
    let readme = package["readme"].as_str().unwrap_or("README.md");
    for file in ["LICENSE-APACHE", "LICENSE-MIT", readme] {
        if !folder.join(file).is_file() {
            complaints.push(format!("has no file {file}"));
        }
    }
    let words = |member: &str| -> Vec<String> {
        let words = package[member].as_array().into_iter().flatten();
        words.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let keywords = words("keywords");
    if keywords.is_empty() || keywords.len() > MOST_KEYWORDS {
        complaints.push(format!("has {} keywords, not one to five", keywords.len()));
    }
    let too_long = keywords.iter().filter(|word| word.len() > LONGEST_KEYWORD);
    complaints.extend(too_long.map(|word| format!("the keyword `{word}` is too long")));
    if words("categories").is_empty() {
        complaints.push("has no category".to_owned());
    }
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let name = dependency["name"].as_str().unwrap_or_default();
        if GENERATOR.contains(&name) {
            complaints.push(format!("needs {name}, which is not for users"));
        }
    }
    for made in package["targets"].as_array().into_iter().flatten() {
        let kinds = made["kind"].as_array().into_iter().flatten();
        if kinds.into_iter().any(|kind| kind == "custom-build") {
            complaints.push("has a build script".to_owned());
        }
    }
    complaints
}

/// Links of the README to files that were not packed: they lead nowhere on a registry's page.
fn dead_links(folder: &Path) -> io::Result<Vec<String>> {
    let path = folder.join("README.md");
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path)?;
    let dead = targets(&text).filter(|target| !folder.join(target).exists());
    Ok(dead.map(|target| format!("its README links to {target}, which is not in the package")).collect())
}

/// Where the relative links of a Markdown text lead.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next());
    links.filter(|link| !link.is_empty() && !link.contains("://") && !link.contains("::"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["LICENSE-APACHE", "README.md"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let complete = json!({
            "description": "A client", "license": "MIT", "readme": "README.md", "documentation": "https://docs.rs/a",
            "rust_version": "1.88", "keywords": ["a"], "categories": ["api-bindings"],
            "dependencies": [{ "name": "serde" }], "targets": [{ "kind": ["lib"] }],
        });
        assert_eq!(incomplete(&complete, folder.path()), ["has no file LICENSE-MIT"]);
        fs::write(folder.path().join("LICENSE-MIT"), "").unwrap();
        assert!(incomplete(&complete, folder.path()).is_empty());
        let bare = json!({
            "description": "", "license": null, "keywords": ["one-that-is-far-too-long", "b", "c", "d", "e", "f"],
            "dependencies": [{ "name": "codegen" }], "targets": [{ "kind": ["custom-build"] }],
        });
        assert_eq!(
            incomplete(&bare, folder.path()),
            [
                "has no `description`",
                "has no `license`",
                "has no `readme`",
                "has no `documentation`",
                "has no `rust-version`",
                "has 6 keywords, not one to five",
                "the keyword `one-that-is-far-too-long` is too long",
                "has no category",
                "needs codegen, which is not for users",
                "has a build script",
            ]
        );
    }

    #[test]
    fn a_link_leads_into_the_package_or_to_a_site() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[a](CHANGELOG.md) [b](https://restic.net) [c](#start) [d](../codegen/README.md#x) [e](Client::new)";
        fs::write(folder.path().join("README.md"), text).unwrap();
        fs::write(folder.path().join("CHANGELOG.md"), "").unwrap();
        assert_eq!(
            dead_links(folder.path()).unwrap(),
            ["its README links to ../codegen/README.md, which is not in the package"]
        );
    }
}
