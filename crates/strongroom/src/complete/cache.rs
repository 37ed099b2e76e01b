//! What a server has answered, for the next press of the tab key.
//!
//! People press it several times over one word, and a service that is far away takes most of a second for a token and
//! a list. A file holds the names of one list for a few seconds; only its owner can read it. That files cannot be
//! written is no reason to say anything: names are fetched anew then.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use std::{env, io};

use super::Candidate;

/// How long names are good for.
const FRESH: Duration = Duration::from_secs(10);

/// The names in a list, if they were fetched a moment ago. `whose` tells callers and servers apart.
pub(super) fn get(whose: &str, list: &str) -> Option<Vec<Candidate>> {
    let file = file(whose, list)?;
    let age = SystemTime::now().duration_since(fs::metadata(&file).ok()?.modified().ok()?).ok()?;
    if age > FRESH {
        return None;
    }
    let text = fs::read_to_string(file).ok()?;
    Some(
        text.lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(word, help)| Candidate::new(word, help))
            .collect(),
    )
}

/// Keeps the names in a list, and forgets those of other lists whose time is over.
pub(super) fn put(whose: &str, list: &str, names: &[Candidate]) {
    let Some(file) = file(whose, list) else { return };
    let Some(folder) = file.parent() else { return };
    let lines: String = names
        .iter()
        .filter(|name| !name.word.contains(char::is_control))
        .map(|Candidate { word, help }| format!("{word}\t{help}\n"))
        .collect();
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for old in fs::read_dir(folder)?.flatten() {
            let age = old.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
            if age.is_some_and(|age| age > FRESH) {
                fs::remove_file(old.path())?;
            }
        }
        // Made for its owner only, and there at once with all it holds.
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(lines.as_bytes())?;
        new.persist(&file)?;
        Ok(())
    };
    let _ = write();
}

fn file(whose: &str, list: &str) -> Option<PathBuf> {
    let named = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = named.or_else(|| Some(env::home_dir()?.join(".cache")))?;
    let mut hash = DefaultHasher::new();
    (whose, list).hash(&mut hash);
    Some(folder.join("strongroom/names").join(format!("{:016x}", hash.finish())))
}
