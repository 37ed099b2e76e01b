//! `clients/README.md`: how other teams make clients, put together from what CI does and has found.
//!
//! The commands are those of the scripts, and the notes those of the clients, so that neither can differ from what is
//! tested. It is committed, since people read it there; the copy among what is not committed has the files beside
//! it that the commands need.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Files, PUBLISHED, Release, differences, write_all};
use crate::Outcome;
use crate::spec_check::short;

/// Where the clients lie.
const CLIENTS: &str = "tests/interop/clients";

/// The same, as seen from the committed file.
const FROM_COMMITTED: &str = "../../../tests/interop/clients/";

const README: &str = "README.md";

/// What is not put together.
const FRAME: &str = include_str!("clients.md");

/// Writes the files, or checks that the one is committed. Where there are no clients, there is nothing to do.
///
/// # Errors
/// When a client lacks a script or notes, or when its notes and its lock files name different versions.
pub(super) fn publish(
    workspace: &Path,
    releases: &[Release],
    target: Option<&Path>,
    out: &mut impl Write,
) -> io::Result<Outcome> {
    let clients = Client::all(&workspace.join(CLIENTS))?;
    if clients.is_empty() {
        return Ok(Outcome::Fine);
    }
    let folder = workspace.join(PUBLISHED).join("clients");
    let file = |prefix: &str| (README.to_owned(), text(&clients, releases, prefix).into_bytes());
    let committed = Files::from([file(FROM_COMMITTED)]);
    let differences = differences(&folder, &committed)?;
    let shown = short(&folder);
    let shown = shown.display();
    let Some(target) = target else {
        if differences.is_empty() {
            return Ok(Outcome::Fine);
        }
        writeln!(
            out,
            "{shown} is not what the clients in {CLIENTS} give: {}\n  \
             run `cargo xtask spec publish` and commit {shown}",
            differences.join(", ")
        )?;
        return Ok(Outcome::Findings);
    };
    if !differences.is_empty() {
        write_all(&folder, &committed)?;
        writeln!(out, "wrote {shown}: review it before you commit it")?;
    }
    let mut files: Files = clients.iter().flat_map(|client| client.files.clone()).collect();
    files.extend([file("")]);
    let target = target.join("clients");
    write_all(&target, &files)?;
    writeln!(out, "wrote {}", short(&target).display())?;
    Ok(Outcome::Fine)
}

/// A client of [`CLIENTS`].
struct Client {
    name: String,
    language: String,
    generator: String,
    version: String,
    /// What the script says of itself, and its commands.
    about: String,
    commands: String,
    /// The notes without their heading.
    notes: String,
    /// The files that the commands need, by paths below [`CLIENTS`].
    files: Files,
}

impl Client {
    fn all(folder: &Path) -> io::Result<Vec<Self>> {
        let mut names: Vec<PathBuf> = Vec::new();
        if folder.is_dir() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                names.extend(path.join("generate.sh").is_file().then_some(path));
            }
        }
        names.sort();
        names.iter().map(|folder| Self::read(folder)).collect()
    }

    fn read(folder: &Path) -> io::Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let wrong = |what: &str| io::Error::other(format!("{CLIENTS}/{name}/{what}"));
        let script = fs::read_to_string(folder.join("generate.sh"))?;
        let notes = fs::read_to_string(folder.join("NOTES.md"))
            .map_err(|error| wrong(&format!("NOTES.md cannot be read: {error}")))?;
        let (heading, notes) = notes.split_once('\n').unwrap_or_default();
        let (language, generator) =
            heading
                .strip_prefix("# ")
                .and_then(|heading| heading.split_once(": "))
                .ok_or_else(|| wrong("NOTES.md: its first line is not `# LANGUAGE: GENERATOR`"))?;
        let files = needed(folder, &name, &script)?;
        let tried = notes.split_once("Tried with ").map_or("", |(_, rest)| rest);
        let version =
            tried.split([' ', ',', '\n']).find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let version = version.unwrap_or_default().trim_end_matches('.');
        let is_locked = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains(version);
        if version.is_empty() || !files.values().any(is_locked) {
            return Err(wrong(&format!("NOTES.md: it was tried with `{version}`, which no lock file names")));
        }
        let is_comment = |line: &&str| line.starts_with('#');
        let about: Vec<_> = script.lines().skip(1).take_while(is_comment).collect();
        let about =
            about.iter().map(|line| line.trim_start_matches(['#', ' '])).collect::<Vec<_>>().join("\n");
        let commands = script.lines().skip_while(is_comment).filter(|line| *line != "set -euo pipefail");
        let commands = commands.collect::<Vec<_>>().join("\n").trim().to_owned();
        Ok(Self {
            language: language.to_owned(),
            generator: generator.to_owned(),
            version: version.to_owned(),
            notes: notes.trim().to_owned(),
            name,
            about,
            commands,
            files,
        })
    }

    fn heading(&self) -> String {
        format!("{}: {}", self.language, self.generator.replace('`', ""))
    }
}

/// The files beside a script, and those that clients share, whose names are in its commands.
fn needed(folder: &Path, name: &str, script: &str) -> io::Result<Files> {
    let mut files = Files::new();
    for word in script.split_whitespace() {
        let (place, file) = match word.strip_prefix("../") {
            Some(shared) => (shared.to_owned(), folder.with_file_name("").join(shared)),
            None => (format!("{name}/{word}"), folder.join(word)),
        };
        if !word.starts_with('/') && file.is_file() {
            files.insert(place, fs::read(file)?);
        }
    }
    Ok(files)
}

/// The text, where the clients' files lie below `prefix`.
fn text(clients: &[Client], releases: &[Release], prefix: &str) -> String {
    let mut documents = String::from("| API | Version | Document | Changes |\n| --- | --- | --- | --- |\n");
    for release in releases {
        let version = release.document.version();
        let place = format!("../{}/{version}", release.api);
        documents.push_str(&format!(
            "| {} | {version} | [JSON]({place}/openapi.json), [YAML]({place}/openapi.yaml) | \
             [changelog]({place}/CHANGELOG.md) |\n",
            release.document.title()
        ));
    }
    let mut table =
        String::from("| Language | Generator | Version | Commands and notes |\n| --- | --- | --- | --- |\n");
    let mut sections = String::new();
    for client in clients {
        let Client { name, language, generator, version, about, commands, notes, files } = client;
        table.push_str(&format!("| {language} | {generator} | {version} | [{name}](#{name}) |\n"));
        let links: Vec<_> = files.keys().map(|file| format!("[{file}]({prefix}{file})")).collect();
        let heading = client.heading();
        sections.push_str(&format!(
            "\n<a id=\"{name}\"></a>\n\n### {heading}\n\n{about}\n\nFiles: {}\n\n```sh\n{commands}\n```\n\n{notes}\n",
            links.join(", ")
        ));
    }
    FRAME
        .replace("{documents}", documents.trim_end())
        .replace("{table}", table.trim_end())
        .replace("{clients}\n", &sections)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(folder: &Path, notes: &str) -> io::Result<Client> {
        let own = folder.join("fine");
        fs::create_dir_all(&own)?;
        fs::create_dir_all(folder.join("shared"))?;
        fs::write(folder.join("shared/more.txt"), "shared")?;
        fs::write(own.join("lock.json"), "{\"maker\": \"1.2.3\"}")?;
        fs::write(own.join("story.sh"), "")?;
        let script = "#!/usr/bin/env bash\n# Makes it,\n# all of it.\nset -euo pipefail\n\ncp lock.json $OUT\n\
                      make ../shared/more.txt\n";
        fs::write(own.join("generate.sh"), script)?;
        fs::write(own.join("NOTES.md"), notes)?;
        Client::read(&own)
    }

    #[test]
    fn commands_and_notes_are_those_of_the_client() {
        let folder = tempfile::tempdir().expect("a folder");
        let client =
            client(folder.path(), "# Fine: maker\n\nTried with maker 1.2.3, Fine 4.\n").expect("reads");
        assert_eq!(client.commands, "cp lock.json $OUT\nmake ../shared/more.txt");
        assert_eq!(client.about, "Makes it,\nall of it.");
        assert_eq!((client.language.as_str(), client.version.as_str()), ("Fine", "1.2.3"));
        assert_eq!(client.files.keys().collect::<Vec<_>>(), ["fine/lock.json", "shared/more.txt"]);
        let text = text(&[client], &[], "x/");
        assert!(text.contains("| Fine | maker | 1.2.3 | [fine](#fine) |\n"), "{text}");
        assert!(text.contains("[fine/lock.json](x/fine/lock.json)"), "{text}");
        assert!(!text.contains("{clients}"), "{text}");
    }

    #[test]
    fn notes_of_another_version_than_the_locked_one_are_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let error =
            client(folder.path(), "# Fine: maker\n\nTried with maker 1.2.4.\n").err().expect("differs");
        assert!(error.to_string().contains("`1.2.4`, which no lock file names"), "{error}");
    }

    #[test]
    fn what_is_committed_is_held_against_the_clients() {
        let workspace = tempfile::tempdir().expect("a folder");
        let folder = workspace.path().join(CLIENTS);
        client(&folder, "# Fine: maker\n\nTried with maker 1.2.3.\n").expect("reads");
        let target = workspace.path().join("out");
        let run = |target: Option<&Path>| {
            let mut out = Vec::new();
            let outcome = publish(workspace.path(), &[], target, &mut out).expect("runs");
            (outcome, String::from_utf8(out).expect("text"))
        };
        let (outcome, told) = run(None);
        assert_eq!(outcome, Outcome::Findings);
        assert!(told.contains("run `cargo xtask spec publish` and commit "), "{told}");
        assert_eq!(run(Some(&target)).0, Outcome::Fine);
        assert_eq!(run(None), (Outcome::Fine, String::new()));
        let text = fs::read_to_string(target.join("clients/README.md")).expect("written");
        assert!(text.contains("[fine/lock.json](fine/lock.json)"), "{text}");
        assert!(target.join("clients/fine/lock.json").is_file());
        assert!(target.join("clients/shared/more.txt").is_file());
        fs::write(folder.join("fine/generate.sh"), "#!/usr/bin/env bash\ncp lock.json other\n")
            .expect("writes");
        assert_eq!(run(None).0, Outcome::Findings);
    }

    #[test]
    fn every_link_of_the_committed_file_leads_somewhere() {
        let workspace = crate::workspace();
        let folder = workspace.join(PUBLISHED).join("clients");
        let text = fs::read_to_string(folder.join(README)).expect("it is committed");
        let mut links = 0;
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if let Some(anchor) = link.strip_prefix('#') {
                assert!(text.contains(&format!("<a id=\"{anchor}\">")), "{link}");
            } else if !link.contains("://") {
                assert!(folder.join(link).exists(), "{link}");
            }
            links += 1;
        }
        assert!(links > 20, "{links} links");
    }
}
