//! Reading here and there, large folders, many readers, and a prune in between.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{DirEntryExt as _, FileExt as _, MetadataExt as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use engine::{Kind, Vault as _};
use rustix::fs::Dir;

use crate::fixture::{Fixture, noise, tenant};

#[tokio::test(flavor = "multi_thread")]
async fn many_readers_get_the_right_bytes_at_any_offset() {
    let Some(fixture) = Fixture::new() else { return };
    let length = 20_000_000;
    let content = noise(1, length);
    fixture.write("file", &content);
    fixture.show().await;
    let path = fixture.mounted().join("file");
    std::thread::scope(|scope| {
        for reader in 0..8 {
            let (path, content) = (&path, &content);
            scope.spawn(move || {
                let file = File::open(path).unwrap();
                let mut random = noise(100 + reader, 8 * 60)
                    .chunks(8)
                    .map(|it| u64::from_le_bytes(it.try_into().unwrap()))
                    .collect::<Vec<_>>();
                // The ends too, and past them.
                random.extend([0, length as u64 - 1, length as u64, length as u64 + 5_000]);
                for number in random {
                    let at = (number % (length as u64 + 10_000)) as usize;
                    let wanted = 1 + (number >> 40) as usize % 300_000;
                    let mut bytes = vec![0; wanted];
                    let mut read = 0;
                    while let more @ 1.. = file.read_at(&mut bytes[read..], (at + read) as u64).unwrap() {
                        read += more;
                    }
                    let expected = &content[at.min(length)..(at + wanted).min(length)];
                    assert!(bytes[..read] == *expected, "{read} bytes at {at} differ");
                }
            });
        }
    });
    assert!(fs::read(&path).unwrap() == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_folder_is_listed_whole() {
    let Some(fixture) = Fixture::new() else { return };
    let name = |number: u32| format!("file number {number} of quite a few, with a name of some length");
    for number in 0..5_000 {
        fixture.write(&name(number), number.to_string());
    }
    fixture.show().await;
    for _ in 0..2 {
        let mut listed: BTreeMap<String, u64> = BTreeMap::new();
        for entry in fs::read_dir(fixture.mounted()).unwrap() {
            let entry = entry.unwrap();
            let twice = listed.insert(entry.file_name().into_string().unwrap(), entry.ino());
            assert_eq!(twice, None, "{entry:?}");
            assert!(entry.file_type().unwrap().is_file());
        }
        assert_eq!(listed.len(), 5_000);
        for number in [0, 1, 2_500, 4_999] {
            let path = fixture.mounted().join(name(number));
            assert_eq!(fs::metadata(&path).unwrap().ino(), listed[&name(number)]);
            assert_eq!(fs::read_to_string(&path).unwrap(), number.to_string());
        }
    }
    let mut dots = BTreeMap::new();
    for entry in Dir::read_from(File::open(fixture.mounted()).unwrap()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_bytes().starts_with(b".") {
            dots.insert(entry.file_name().to_str().unwrap().to_owned(), entry.ino());
        }
    }
    let number = |path| fs::metadata(path).unwrap().ino();
    let folder = fixture.mounted();
    let parent = folder.parent().unwrap().to_owned();
    assert_eq!(dots, BTreeMap::from([(".".to_owned(), number(folder)), ("..".to_owned(), number(parent))]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prune_gets_its_turn_and_harms_no_reader() {
    let Some(fixture) = Fixture::new() else { return };
    for number in 0..6 {
        fixture.write(&format!("gone-{number}"), noise(number, 3_000_000));
        fixture.write(&format!("kept-{number}"), noise(100 + number, 3_000_000));
    }
    let gone = fixture.back_up("gone").await;
    for number in 0..6 {
        fs::remove_file(fixture.files().join(format!("gone-{number}"))).unwrap();
    }
    let kept = fixture.back_up("kept").await;
    fixture.mount(&kept).await;
    let open = File::open(fixture.mounted().join("kept-0")).unwrap();
    let mut first = [0; 10];
    open.read_at(&mut first, 0).unwrap();
    fixture.vault.forget(&tenant(), vec![gone]).await.unwrap();

    let is_over = AtomicBool::new(false);
    let freed = std::thread::scope(|scope| {
        let readers: Vec<_> = (1..4)
            .map(|number| {
                let (path, is_over) = (fixture.mounted().join(format!("kept-{number}")), &is_over);
                scope.spawn(move || {
                    let expected = noise(100 + number, 3_000_000);
                    while !is_over.load(Ordering::SeqCst) {
                        // A new file every time would be answered from the kernel's memory else.
                        rustix::fs::fadvise(
                            File::open(&path).unwrap(),
                            0,
                            None,
                            rustix::fs::Advice::DontNeed,
                        )
                        .unwrap();
                        assert!(fs::read(&path).unwrap() == expected);
                    }
                })
            })
            .collect();
        let begun = Instant::now();
        let freed = loop {
            match tokio::runtime::Handle::current()
                .block_on_here(fixture.vault.prune(&tenant(), vec![kept.clone()]))
            {
                Ok(report) => break report.bytes_freed,
                Err(error) => assert_eq!(error.kind(), Kind::Conflict, "{error}"),
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "the prune never gets its turn");
        };
        is_over.store(true, Ordering::SeqCst);
        readers.into_iter().for_each(|reader| reader.join().unwrap());
        freed
    });
    assert!(freed > 17_000_000, "{freed}");
    // Not read before, and lying elsewhere by now.
    assert!(fs::read(fixture.mounted().join("kept-5")).unwrap() == noise(105, 3_000_000));
    let mut bytes = vec![0; 1_000];
    open.read_exact_at(&mut bytes, 2_000_000).unwrap();
    assert!(bytes == noise(100, 3_000_000)[2_000_000..2_001_000]);
}

/// Waiting inside a scope of threads.
trait BlockOnHere {
    fn block_on_here<T>(&self, work: impl Future<Output = T>) -> T;
}

impl BlockOnHere for tokio::runtime::Handle {
    fn block_on_here<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::task::block_in_place(|| self.block_on(work))
    }
}
