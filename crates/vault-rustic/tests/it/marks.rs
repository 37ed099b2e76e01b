//! What marks tell of content in open snapshots.

use std::fs;

use engine::{ContentMark, FilePath, Vault as _};

use crate::fixture::Fixture;

/// The mark of a file or folder below the files of a fixture.
async fn mark(fixture: &Fixture, snapshot: &str, name: &str) -> ContentMark {
    let tree = fixture.vault.open_tree(&fixture.tenant, snapshot).await.unwrap();
    let path = fixture.file(name);
    let parent = FilePath::from(path.parent().unwrap());
    let entries = tokio::task::spawn_blocking(move || tree.list_marked(&parent)).await.unwrap().unwrap();
    let path = FilePath::from(path.as_path());
    entries.into_iter().find(|(node, _)| node.path == path).unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_are_equal_where_content_is_and_nowhere_else() {
    let fixture = Fixture::new();
    fixture.write("same/deep/file", "the same");
    fixture.write("other/file", "before");
    fixture.write("other/twin", "before");
    fixture.write("empty", "");
    let first = fixture.back_up(fixture.job("first")).await.unwrap().vault_snapshot;
    // As long as before.
    fixture.write("other/file", "behind");
    let second = fixture.back_up(fixture.job("second")).await.unwrap().vault_snapshot;
    for (name, is_equal) in
        [("same", true), ("same/deep/file", true), ("empty", true), ("other", false), ("other/file", false)]
    {
        let (before, after) = (mark(&fixture, &first, name).await, mark(&fixture, &second, name).await);
        assert_eq!(before == after, is_equal, "{name}");
    }
    let twins = (mark(&fixture, &first, "other/file").await, mark(&fixture, &first, "other/twin").await);
    assert_eq!(twins.0, twins.1);
    // Nothing of the repository is needed beyond what listing needs.
    fs::remove_dir_all(fixture.files()).unwrap();
    assert_eq!(mark(&fixture, &first, "other/twin").await, twins.1);
}
