//! The authored files, in memory.
//!
//! Bundling and checking read files from here only, so that a build script, a test and the command
//! line see the same thing. A file is parsed when it is first needed, and once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::{fs, io};

use crate::node::Node;
use crate::{Diagnostic, Location, yaml};

/// The authored files of one document or of several, by key.
///
/// Keys are paths with `/` between the folders; references between files are resolved on keys, so
/// `../schemas/policy.yaml` in `ibm/paths/policies.yaml` is the file `ibm/schemas/policy.yaml`.
#[derive(Debug, Default)]
pub struct Sources {
    files: BTreeMap<String, File>,
}

#[derive(Debug)]
struct File {
    text: Cow<'static, str>,
    parsed: OnceLock<(Option<Node>, Vec<Diagnostic>)>,
}

impl Sources {
    /// Files that are part of the program, as `(key, text)`.
    pub fn embedded(files: &'static [(&'static str, &'static str)]) -> Self {
        files.iter().map(|(key, text)| ((*key).to_owned(), Cow::Borrowed(*text))).collect()
    }

    /// Reads the file `entry` and every file that it refers to, directly or through others; also the file
    /// `suppressions.yaml` beside it, if there is one.
    ///
    /// Returns the sources and the key of the entry, which is the given path itself: findings then name
    /// paths that the shell and the editor know. A file that is referred to but absent is left out; the
    /// checks report the reference.
    ///
    /// # Errors
    /// When the entry cannot be read, or another file exists and cannot be read as UTF-8 text. The error
    /// names the path.
    pub fn from_disk(entry: &Path) -> io::Result<(Self, String)> {
        let entry = normalise(&entry.to_string_lossy().replace('\\', "/"));
        let mut sources = Self::default();
        let mut queue = vec![beside(&entry, "suppressions.yaml"), entry.clone()];
        while let Some(key) = queue.pop() {
            if sources.files.contains_key(&key) {
                continue;
            }
            let text = match fs::read_to_string(&key) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound && key != entry => continue,
                Err(error) => return Err(io::Error::new(error.kind(), format!("{key}: {error}"))),
            };
            sources.insert(key.clone(), Cow::Owned(text));
            if let Some(tree) = sources.tree(&key) {
                gather_files(tree, &key, &mut queue);
            }
        }
        Ok((sources, entry))
    }

    /// The text of a file.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.files.get(key).map(|file| file.text.as_ref())
    }

    /// What a file holds, without places; `None` if there is no such file, it is empty or it cannot be read.
    pub fn value(&self, key: &str) -> Option<serde_json::Value> {
        self.tree(key).map(Node::to_value)
    }

    /// What reading a file found: a syntax error, or keys that stand twice.
    pub fn findings(&self, key: &str) -> &[Diagnostic] {
        self.reading_findings(key)
    }

    /// Where a part of a file was written, by its JSON pointer. Of what is not there, where it would have to be added.
    /// `None` if there is no such file, it is empty or it cannot be read.
    pub fn locate(&self, key: &str, pointer: &str) -> Option<Location> {
        Some(self.tree(key)?.walk(pointer).location().clone())
    }

    /// The keys of all files, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The key as the sources own it, if there is such a file.
    pub(crate) fn key(&self, key: &str) -> Option<&str> {
        self.files.get_key_value(key).map(|(key, _)| key.as_str())
    }

    fn insert(&mut self, key: String, text: Cow<'static, str>) {
        self.files.insert(key, File { text, parsed: OnceLock::new() });
    }

    /// A file that is read already.
    #[cfg(all(test, feature = "check"))]
    pub(crate) fn insert_read(
        &mut self,
        key: &str,
        text: &str,
        tree: Option<Node>,
        findings: Vec<Diagnostic>,
    ) {
        let file = File { text: Cow::Owned(text.to_owned()), parsed: OnceLock::from((tree, findings)) };
        self.files.insert(key.to_owned(), file);
    }

    fn parsed(&self, key: &str) -> Option<&(Option<Node>, Vec<Diagnostic>)> {
        let file = self.files.get(key)?;
        Some(file.parsed.get_or_init(|| yaml::read(key, &file.text)))
    }

    /// The tree of a file; `None` if there is no such file, it is empty or it cannot be read.
    pub(crate) fn tree(&self, key: &str) -> Option<&Node> {
        self.parsed(key)?.0.as_ref()
    }

    /// What reading a file found.
    pub(crate) fn reading_findings(&self, key: &str) -> &[Diagnostic] {
        self.parsed(key).map_or(&[], |(_, diagnostics)| diagnostics)
    }
}

impl<T: Into<Cow<'static, str>>> FromIterator<(String, T)> for Sources {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(files: I) -> Self {
        let mut sources = Self::default();
        for (key, text) in files {
            sources.insert(normalise(&key), text.into());
        }
        sources
    }
}

/// The key of a file in the same folder.
pub(crate) fn beside(key: &str, name: &str) -> String {
    format!("{}{name}", key.rfind('/').map_or("", |slash| &key[..=slash]))
}

/// The key of the file that the reference text `path` names when it stands in the file `from`; `None`
/// for URLs and absolute paths, which are no files of ours.
pub(crate) fn relative(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(':') || path.contains('\\') {
        return None;
    }
    let folder = from.rsplit_once('/').map(|(folder, _)| folder);
    Some(match folder {
        Some(folder) => normalise(&format!("{folder}/{path}")),
        None => normalise(path),
    })
}

/// Takes `.` and `..` out of a path where that can be done without looking at a disk.
fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            // A leading slash is the empty first part, and stays.
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn gather_files(node: &Node, from: &str, queue: &mut Vec<String>) {
    if let Some(reference) = node.reference() {
        let file = reference.split('#').next().unwrap_or_default();
        if !file.is_empty() {
            queue.extend(relative(from, file));
        }
    }
    for member in node.members() {
        match member.key.as_str() {
            // The values of a discriminator mapping are references too.
            "mapping" => {
                let values = member.value.members().iter().filter_map(|member| member.value.as_str());
                let files = values.filter_map(|value| value.split_once('#')).map(|(file, _)| file);
                queue.extend(files.filter(|file| !file.is_empty()).filter_map(|file| relative(from, file)));
            }
            _ => gather_files(&member.value, from, queue),
        }
    }
    for item in node.items() {
        gather_files(item, from, queue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_on_keys() {
        for (from, path, key) in [
            ("openapi.yaml", "./paths/pets.yaml", "paths/pets.yaml"),
            ("ibm/paths/pets.yaml", "../schemas/pet.yaml", "ibm/schemas/pet.yaml"),
            ("a.yaml", "../b.yaml", "../b.yaml"),
            ("../x/a.yaml", "../../b.yaml", "../../b.yaml"),
            ("/abs/x/a.yaml", "../b.yaml", "/abs/b.yaml"),
        ] {
            assert_eq!(relative(from, path).as_deref(), Some(key), "{from} {path}");
        }
        assert_eq!(relative("a.yaml", "https://example.com/b.yaml"), None);
        assert_eq!(relative("a.yaml", "/etc/passwd"), None);
    }
}
