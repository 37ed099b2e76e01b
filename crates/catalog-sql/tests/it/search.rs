use std::collections::BTreeSet;

use engine::{FileCursor, FileEntry, FileKind, FileQuery};

use crate::world::{World, file};

#[tokio::test]
async fn patterns_mean_what_they_say() {
    let names = [
        "Report.PDF",
        "report-final.pdf",
        "reports",
        "a",
        "ab",
        "abc",
        "100%",
        "100 percent",
        "snake_case",
        "snakeXcase",
        "[draft]",
        "d",
        "back\\slash",
        "quo\"te",
        "it's",
        "new\nline",
        "Grüße.txt",
        "GRÜSSE.TXT",
        "ΟΔΟΣ",
        "😀 smile",
        "AND",
        "rowid:1",
        "-dash",
        "^caret",
    ];
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    let files: Vec<FileEntry> = names.iter().map(|name| file(format!("/data/{name}"), 1)).collect();
    let latin = file(b"/data/latin-\xe9", 1);
    world.back_up(&group, 1, files.into_iter().chain([latin]).collect()).await;

    let cases: &[(&str, &[&str])] = &[
        // Contained, whatever the case.
        ("report", &["Report.PDF", "report-final.pdf", "reports"]),
        ("REPORT", &["Report.PDF", "report-final.pdf", "reports"]),
        ("pdf", &["Report.PDF", "report-final.pdf"]),
        ("grüße", &["Grüße.txt"]),
        ("RÜß", &["Grüße.txt"]),
        ("rüss", &["GRÜSSE.TXT"]),
        ("οδος", &["ΟΔΟΣ"]),
        ("οδοσ", &["ΟΔΟΣ"]),
        ("😀 s", &["😀 smile"]),
        ("data", &[]),
        // Too short for the index.
        ("ab", &["ab", "abc"]),
        ("😀", &["😀 smile"]),
        ("f-", &[]),
        // The whole name with a star or a question mark.
        ("report*", &["Report.PDF", "report-final.pdf", "reports"]),
        ("*.pdf", &["Report.PDF", "report-final.pdf"]),
        ("report?", &["reports"]),
        ("report.???", &["Report.PDF"]),
        ("a*", &["a", "ab", "abc", "AND"]),
        ("?", &["a", "d"]),
        ("??", &["ab"]),
        ("a?", &["ab"]),
        ("r*f*l.pdf", &["report-final.pdf"]),
        ("re*port**.pdf", &["Report.PDF", "report-final.pdf"]),
        ("gr??e.txt", &["Grüße.txt"]),
        ("port*", &[]),
        // Nothing else is special.
        ("100%", &["100%"]),
        ("%", &["100%"]),
        ("1%", &[]),
        ("*%", &["100%"]),
        ("%*", &[]),
        ("_", &["snake_case"]),
        ("snake_case", &["snake_case"]),
        ("snake?case", &["snake_case", "snakeXcase"]),
        ("[d", &["[draft]"]),
        ("[draft]", &["[draft]"]),
        ("[d]*", &[]),
        ("\\", &["back\\slash", "latin-\\xe9"]),
        ("k\\s", &["back\\slash"]),
        ("*\\*", &["back\\slash", "latin-\\xe9"]),
        ("\\*", &[]),
        ("quo\"te", &["quo\"te"]),
        ("\"\"\"", &[]),
        ("it's", &["it's"]),
        ("new\nline", &["new\nline"]),
        ("new?line", &["new\nline"]),
        ("and", &["AND"]),
        ("rowid:1", &["rowid:1"]),
        ("-dash", &["-dash"]),
        ("^caret", &["^caret"]),
        ("latin-\\xe9", &["latin-\\xe9"]),
        ("' OR 1=1 --", &[]),
    ];
    for (pattern, expected) in cases {
        let found: BTreeSet<String> =
            world.find(pattern).await.hits.iter().map(|hit| hit.entry.path.name()).collect();
        assert_eq!(found, expected.iter().map(ToString::to_string).collect(), "searching {pattern:?}");
        assert_eq!(world.find(pattern).await.total, expected.len() as u64, "counting {pattern:?}");
    }
    for all in ["", "*", "**"] {
        assert_eq!(world.find(all).await.total, 25, "searching {all:?}");
    }
    let endless = "x".repeat(1_000_000);
    assert_eq!(world.find(&endless).await.total, 0);
    let stars = format!("{}b", "*a".repeat(1_000));
    assert_eq!(world.find(&stars).await.total, 0);
}

#[tokio::test]
async fn filters_hold_together() {
    let world = World::new().await;
    let one = world.source("10.0.0.1").await.id;
    let two = world.source("10.0.0.2").await.id;
    let g1 = world.group("g1", &[one]).await;
    let g2 = world.group("g2", &[two]).await;
    let folder = |path: &str| FileEntry { kind: FileKind::Folder, ..file(path, 0) };
    let link = |path: &str| FileEntry { kind: FileKind::Symlink, ..file(path, 0) };
    let other = |path: &str| FileEntry { kind: FileKind::Other, ..file(path, 0) };
    world.back_up(&g1, 1, vec![folder("/was-folder"), file("/letter", 1), other("/fifo")]).await;
    world.back_up(&g1, 2, vec![file("/was-folder", 1), file("/letter", 1), link("/link")]).await;
    world.back_up(&g2, 3, vec![file("/letter", 2), folder("/letters")]).await;
    let none = FileQuery::default;
    let cases: Vec<(FileQuery, &[&str])> = vec![
        (none(), &["1/fifo", "1/letter", "1/link", "1/was-folder", "2/letter", "2/letters"]),
        (FileQuery { kinds: vec![FileKind::File], ..none() }, &["1/letter", "1/was-folder", "2/letter"]),
        (FileQuery { kinds: vec![FileKind::Folder], ..none() }, &["2/letters"]),
        (FileQuery { kinds: vec![FileKind::Symlink, FileKind::Other], ..none() }, &["1/fifo", "1/link"]),
        (FileQuery { objects: vec![two], ..none() }, &["2/letter", "2/letters"]),
        (FileQuery { groups: vec![g1.id], objects: vec![two], ..none() }, &[]),
        (FileQuery { groups: vec![g1.id], name: "letter".into(), ..none() }, &["1/letter"]),
        (
            FileQuery { kinds: vec![FileKind::File], objects: vec![one, two], name: "let*".into(), ..none() },
            &["1/letter", "2/letter"],
        ),
    ];
    for (mut query, expected) in cases {
        query.limit = 100;
        let page = world.search(query.clone()).await;
        let mut found: Vec<String> =
            page.hits.iter().map(|hit| format!("{}{}", hit.object, hit.entry.path)).collect();
        found.sort();
        assert_eq!(found, expected, "{query:?}");
        assert_eq!(page.total, expected.len() as u64, "{query:?}");
    }
}

#[tokio::test]
async fn pages_lose_and_repeat_nothing() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    let files: Vec<FileEntry> =
        (0..1_000).map(|number| file(format!("/data/file-{number}.txt"), number)).collect();
    world.back_up(&group, 1, files.clone()).await;
    for (name, limit, total) in [("", 7, 1_000), ("file", 100, 1_000), ("*9.txt", 7, 100), ("", 1_000, 1_000)]
    {
        let mut query = FileQuery { name: name.into(), limit, ..FileQuery::default() };
        let mut seen = Vec::new();
        loop {
            let page = world.search(query.clone()).await;
            assert_eq!(page.total, total);
            assert!(page.hits.len() <= limit as usize);
            seen.extend(page.hits.iter().map(|hit| hit.entry.size_bytes));
            // A backup in between moves nothing.
            if seen.len() == 14 {
                world.back_up(&group, 2, files.clone()).await;
            }
            match page.next {
                Some(_) => assert_eq!(page.hits.len(), limit as usize, "a short page that is not the last"),
                None => break,
            }
            query.after = page.next;
        }
        assert_eq!(seen.len() as u64, total, "{name:?} by {limit}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "{name:?} by {limit}");
    }
    let nothing = world.search(FileQuery { limit: 0, ..FileQuery::default() }).await;
    assert_eq!(
        (nothing.hits.len(), nothing.total, nothing.next),
        (0, 1_000, Some(FileCursor { file: 0, total: 1_000 }))
    );
}

#[tokio::test]
async fn only_the_first_page_counts() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    let mut files: Vec<FileEntry> = (0..6).map(|number| file(format!("/data/{number}"), number)).collect();
    world.back_up(&group, 1, files.clone()).await;
    let query = FileQuery { limit: 2, ..FileQuery::default() };
    let first = world.search(query.clone()).await;
    assert_eq!(first.total, 6);
    files.push(file("/data/late", 7));
    world.back_up(&group, 2, files).await;
    let second = world.search(FileQuery { after: first.next, ..query.clone() }).await;
    assert_eq!(second.total, 6, "the same answer on every page, without counting again");
    assert_eq!(world.search(query).await.total, 7);
}
