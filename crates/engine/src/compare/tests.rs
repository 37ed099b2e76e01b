use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;

/// A snapshot of paper: what is at each path. A file's content is a word, of a folder the paths below it are.
struct Paper {
    files: BTreeMap<String, (NodeContent, u32, &'static str)>,
    listed: Mutex<Vec<String>>,
}

fn paper(files: &[(&str, &'static str)]) -> Paper {
    let mut all = BTreeMap::new();
    for (path, content) in files {
        let node = match content.split_once(' ') {
            Some(("link", to)) => NodeContent::Symlink { target: to.as_bytes().to_vec() },
            _ if *content == "folder" => NodeContent::Folder,
            _ => NodeContent::File { size_bytes: content.len() as u64, hard_link: None },
        };
        all.insert((*path).to_owned(), (node, 0o644, *content));
        for folder in FilePath::from_bytes(*path).as_path().ancestors().skip(1) {
            let folder = folder.to_str().unwrap_or_default().to_owned();
            all.entry(folder).or_insert((NodeContent::Folder, 0o755, "folder"));
        }
    }
    Paper { files: all, listed: Mutex::default() }
}

impl Paper {
    fn node(&self, path: &str) -> Option<Node> {
        let (content, mode, _) = self.files.get(path)?;
        Some(Node {
            path: FilePath::from_bytes(path),
            content: content.clone(),
            mode: Some(*mode),
            uid: None,
            gid: None,
            modified_at: None,
            accessed_at: None,
            xattrs: Vec::new(),
        })
    }

    fn mark(&self, path: &str) -> ContentMark {
        let text: String = match self.files.get(path) {
            Some((NodeContent::Folder, ..)) => {
                let below = self.files.iter().filter(|(other, _)| other.starts_with(&format!("{path}/")));
                below.map(|(other, (_, mode, content))| format!("{other} {mode} {content};")).collect()
            }
            Some((_, _, content)) => (*content).to_owned(),
            None => String::new(),
        };
        let mut mark = [0; 32];
        for (at, byte) in text.bytes().enumerate() {
            mark[at % 32] = u8::wrapping_mul(mark[at % 32], 31).wrapping_add(byte);
        }
        ContentMark(mark)
    }
}

impl SnapshotTree for Paper {
    fn entry(&self, path: &FilePath) -> Result<Option<Node>> {
        Ok(self.node(&path.to_string()))
    }

    fn list(&self, folder: &FilePath) -> Result<Vec<Node>> {
        Ok(self.list_marked(folder)?.into_iter().map(|(node, _)| node).collect())
    }

    fn list_marked(&self, folder: &FilePath) -> Result<Vec<(Node, ContentMark)>> {
        self.listed.lock().unwrap().push(folder.to_string());
        match self.node(&folder.to_string()) {
            None => return Err(Error::not_found("folder", folder)),
            Some(node) if node.content != NodeContent::Folder => return Err(Error::invalid("no folder")),
            Some(_) => {}
        }
        let inside = self.files.keys().filter(|path| {
            *path != "/" && FilePath::from_bytes(path.as_str()).as_path().parent() == Some(folder.as_path())
        });
        Ok(inside.filter_map(|path| Some((self.node(path)?, self.mark(path)))).collect())
    }

    fn read(&self, path: &FilePath, _: u64, _: u64) -> Result<Vec<u8>> {
        Err(Error::not_found("file", path))
    }
}

fn differences(before: &Paper, after: &Paper, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let told = compare(before, after, &FilePath::from_bytes(path), |change| {
        let word = match &change {
            Change::Added(_) => "added",
            Change::Removed(_) => "removed",
            Change::Changed { how: Difference::Kind, .. } => "kind",
            Change::Changed { how: Difference::Content, .. } => "content",
            Change::Changed { how: Difference::Attributes, .. } => "attributes",
        };
        found.push(format!("{word} {}", change.path()));
        ControlFlow::Continue(())
    });
    told.unwrap();
    found
}

#[test]
fn every_kind_of_difference_is_told_once_and_in_order() {
    let before = paper(&[("/a/one", "1"), ("/a/two", "22"), ("/b", "folder"), ("/c", "3"), ("/l", "link x")]);
    let mut after =
        paper(&[("/a/one", "1"), ("/a/two", "33"), ("/b", "now a file"), ("/c/d", "3"), ("/l", "link y")]);
    after.files.get_mut("/a/one").unwrap().1 = 0o600;
    assert_eq!(
        differences(&before, &after, "/"),
        ["attributes /a/one", "content /a/two", "kind /b", "kind /c", "added /c/d", "content /l"]
    );
    assert_eq!(
        differences(&after, &before, "/"),
        ["attributes /a/one", "content /a/two", "kind /b", "kind /c", "removed /c/d", "content /l"]
    );
}

#[test]
fn what_is_equal_is_not_looked_into() {
    let before = paper(&[("/same/deep/file", "1"), ("/other/file", "1")]);
    let after = paper(&[("/same/deep/file", "1"), ("/other/file", "1"), ("/other/new", "2")]);
    assert_eq!(differences(&before, &after, "/"), ["added /other/new"]);
    assert_eq!(*before.listed.lock().unwrap(), ["/", "/other"]);
    assert_eq!(differences(&before, &before, "/"), [""; 0]);
}

#[test]
fn a_path_is_compared_alone() {
    let before = paper(&[("/a/file", "1"), ("/b", "1")]);
    let after = paper(&[("/a/file", "2"), ("/b", "2")]);
    assert_eq!(differences(&before, &after, "/b"), ["content /b"]);
    assert_eq!(differences(&before, &after, "/a"), ["content /a/file"]);
    // What one side has not, the other has added, with all that lies below.
    let less = paper(&[("/b", "1")]);
    assert_eq!(differences(&less, &after, "/a"), ["added /a", "added /a/file"]);
    assert_eq!(differences(&after, &less, "/a/file"), ["removed /a/file"]);
    let told =
        compare(&before, &after, &FilePath::from_bytes(*b"/none/at/all"), |_| ControlFlow::Continue(()));
    assert_eq!(told.unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn it_ends_when_nobody_wants_more() {
    let (before, after) = (paper(&[("/a", "1"), ("/b", "1")]), paper(&[("/a", "2"), ("/b", "2")]));
    let seen = Cell::new(0);
    let told = compare(&before, &after, &FilePath::from_bytes(*b"/"), |_| {
        seen.set(seen.get() + 1);
        ControlFlow::Break(())
    });
    assert!(told.is_ok());
    assert_eq!(seen.get(), 1);
}
