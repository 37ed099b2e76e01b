//! Where the stories play, and how they check.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

pub const NAME: &str = "interop rust-openapi-generator";

const POLL: Duration = Duration::from_millis(100);
/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What the environment says.
pub struct Scene {
    pub url: String,
    pub api_key: String,
    pub tenant: String,
    pub login: String,
    pub password: String,
    pub folder: String,
    pub target: PathBuf,
}

impl Scene {
    pub fn from_environment() -> Self {
        let variable = |name| env::var(format!("STRONGROOM_{name}")).expect(name);
        Self {
            url: variable("URL"),
            api_key: variable("API_KEY"),
            tenant: variable("TENANT"),
            login: variable("LOGIN"),
            password: variable("PASSWORD"),
            folder: variable("FOLDER"),
            target: variable("TARGET").into(),
        }
    }

    /// Where to restore to.
    pub fn target(&self, name: &str) -> String {
        self.target.join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    /// Holds the folder's copy below a target against the folder.
    pub fn check_restored(&self, name: &str) {
        let folder = Path::new(&self.folder);
        let copy = self.target.join(name).join(folder.file_name().expect("a folder with a name"));
        let (original, restored) = (contents(folder), contents(&copy));
        assert!(!original.is_empty(), "{} is empty", self.folder);
        assert!(original.keys().eq(restored.keys()), "{name}: other files: {:?}", restored.keys());
        for (file, content) in &original {
            assert!(restored[file] == *content, "{name}: {} is not as it was", file.display());
        }
    }
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(&below).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("a path below").to_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// The one element of a list.
pub fn only<T: Debug>(what: &str, list: Vec<T>) -> T {
    let [one] = <[T; 1]>::try_from(list).unwrap_or_else(|list| panic!("{what}, not one: {list:?}"));
    one
}

/// Asks until there is something.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "{what}: not within {LIMIT:?}");
        tokio::time::sleep(POLL).await;
    }
}

/// Checks that a time, in microseconds, lies within the last hour.
pub fn check_recent(what: &str, micros: i64) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock after 1970");
    let since = now.as_micros().abs_diff(u128::try_from(micros).expect("a time after 1970"));
    assert!(since < 3_600_000_000, "{what}: {micros} is not now");
}
