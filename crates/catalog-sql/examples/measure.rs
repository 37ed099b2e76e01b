#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
use catalog_sql::SqlCatalog;
use engine::*;
use jiff::Timestamp;
use std::time::Instant;
use tokio::sync::mpsc;

fn entry(i: u64, version: i64) -> FileEntry {
    let ext = ["txt", "rs", "jpeg", "pdf", "log", "c", "html", "tar.gz"][(i % 8) as usize];
    let words =
        ["report", "Invoice", "holiday", "main", "config", "backup", "README", "summary", "photo", "draft"];
    let h = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let a = words[(h >> 20) as usize % 10];
    let b = words[(h >> 40) as usize % 10];
    FileEntry {
        path: FilePath::from_bytes(
            format!("/home/user{}/projects/dir{}/{a}-{b}-{:x}.{ext}", i % 13, i / 100, h >> 36).into_bytes(),
        ),
        kind: FileKind::File,
        size_bytes: h % 100_000,
        modified_at: Timestamp::from_microsecond(1_700_000_000_000_000 + (h % 1_000_000) as i64 + version)
            .ok(),
    }
}

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    let n: u64 = std::env::args().nth(1).map_or(1_000_000, |a| a.parse().unwrap());
    let dir = std::env::args().nth(2).unwrap_or("/tmp/catalog-measure".into());
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    let path = std::path::Path::new(&dir).join("catalog.sqlite");
    let c = SqlCatalog::open(&path).await.unwrap();
    let t = TenantId("t".into());
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let p = c
        .insert_policy(
            &t,
            PolicyRules {
                name: "p".into(),
                description: None,
                incremental: None,
                full: None,
                retention: Retention { count: 1, unit: RetentionUnit::Days },
                retry: Retry::default(),
                extras: Extras::new(),
            },
            now,
        )
        .await
        .unwrap();
    let s = c
        .insert_source(
            &t,
            NewSource { name: "".into(), endpoint: "e".into(), extras: Extras::new() },
            HostFacts::default(),
            now,
        )
        .await
        .unwrap();
    let g = c
        .insert_group(
            &t,
            GroupRules {
                name: "g".into(),
                description: None,
                policy: p.id,
                selections: vec![Selection { object: s.id, roots: vec![] }],
                excluded_patterns: vec![],
                paused: false,
                extras: Extras::new(),
            },
            now,
        )
        .await
        .unwrap();
    for round in 0..3 {
        let run = Run {
            id: RunId(0),
            tenant: t.clone(),
            group: g.id,
            group_name: "g".into(),
            policy: p.id,
            kind: RunKind::Full,
            trigger: Trigger::OnDemand,
            state: RunState::Running,
            reason: None,
            queued_at: now,
            started_at: None,
            ended_at: None,
            objects: vec![ObjectRun {
                object: s.id,
                name: "o".into(),
                state: RunState::Running,
                reason: None,
                started_at: None,
                ended_at: None,
                attempts: 1,
                stats: BackupStats::default(),
                warnings: vec![],
                snapshot: None,
            }],
            extras: Extras::new(),
        };
        let run = c.insert_run(run).await.unwrap();
        let (tx, rx) = mpsc::channel(8);
        let start = Instant::now();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let probe = tokio::spawn({
            let c = c.clone();
            let stop = stop.clone();
            async move {
                let mut worst = std::time::Duration::ZERO;
                let mut count = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let s = Instant::now();
                    c.claim_job("x", Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH).await.unwrap();
                    worst = worst.max(s.elapsed());
                    count += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                (worst, count)
            }
        });
        tokio::spawn(async move {
            let mut batch = vec![];
            for i in 0..n {
                if round == 1 && i % 997 == 0 {
                    continue;
                }
                batch.push(entry(i, if round == 1 && i % 101 == 0 { 1 } else { 0 }));
                if batch.len() == 500 {
                    tx.send(std::mem::take(&mut batch)).await.unwrap();
                }
            }
            tx.send(batch).await.unwrap();
        });
        let (mut run, snap) = c
            .complete_object(
                run,
                NewObjectSnapshot {
                    object: s.id,
                    expires_at: None,
                    vault_snapshot: "v".into(),
                    roots: vec![],
                },
                rx,
            )
            .await
            .unwrap();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        println!(
            "round {round}: {:?} snapshot {}; another writer waited at most {:?}",
            start.elapsed(),
            snap.id,
            probe.await.unwrap()
        );
        run.state = RunState::Succeeded;
        c.update_run(&run).await.unwrap();
        println!(
            "  size {} MB, wal {} MB",
            std::fs::metadata(&path).unwrap().len() / 1_000_000,
            std::fs::metadata(path.with_extension("sqlite-wal")).map_or(0, |m| m.len()) / 1_000_000
        );
    }
    for (name, kinds) in [
        ("", vec![]),
        ("", vec![FileKind::File]),
        ("report", vec![]),
        ("invoice-holiday", vec![]),
        ("*.jpeg", vec![]),
        ("3f2", vec![]),
        ("a1", vec![]),
        ("*a?1*", vec![]),
        ("nothinglikethis", vec![]),
        ("readme-main-1a2b*.log", vec![]),
    ] {
        let start = Instant::now();
        let page = c
            .files(
                &t,
                &FileQuery { name: name.into(), kinds: kinds.clone(), limit: 100, ..FileQuery::default() },
            )
            .await
            .unwrap();
        let first = start.elapsed();
        let start = Instant::now();
        let again = c
            .files(
                &t,
                &FileQuery {
                    name: name.into(),
                    kinds: kinds.clone(),
                    limit: 100,
                    after: page.next,
                    ..FileQuery::default()
                },
            )
            .await
            .unwrap();
        println!(
            "search {name:?} {kinds:?}: {first:?}, next {:?}, {} of {} hits",
            start.elapsed(),
            again.hits.len(),
            page.total
        );
    }
    let start = Instant::now();
    c.delete_group(&t, g.id, true, now).await.unwrap();
    println!("delete group: {:?}", start.elapsed());
    c.close().await;
    println!("closed, size {} MB", std::fs::metadata(&path).unwrap().len() / 1_000_000);
}
