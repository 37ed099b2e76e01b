//! Trees deeper than the kernel takes paths.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use rustix::fs::{CWD, Mode, OFlags, fstat, openat};

use crate::support::{EVERYTHING, Scene, counts, file, folder, time};

const LEVELS: usize = 300;
/// Makes the deepest path 6,300 bytes long; the kernel takes 4,096.
const NAME: &str = "twenty-characters-...";

#[test]
fn every_level_of_a_deep_tree_is_written_on_the_way_down_and_back_up() {
    let scene = Scene::new(EVERYTHING);
    let path = |level: usize| format!("/item{}", format!("/{NAME}").repeat(level));
    let moment = "2011-11-11T11:11:11.000000011Z";
    let mut entries: Vec<_> =
        (0..=LEVELS).map(|level| folder(path(level)).mode(0o750).times(moment, moment)).collect();
    entries.extend((0..=LEVELS).rev().map(|level| file(format!("{}/file", path(level)), level.to_string())));
    // Down again, from the top.
    entries.push(file(format!("{}/last", path(LEVELS)), "last"));
    entries.push(file(format!("{}/last", path(LEVELS / 2)), "last"));
    let report = scene.write(&entries);
    assert_eq!(counts(&report), (entries.len() as u64, 0, 0), "{:#?}", report.warnings);
    assert_eq!(report.warnings, [""; 0]);

    let open = |parent: &OwnedFd, name: &str| openat(parent, name, OFlags::RDONLY, Mode::empty()).unwrap();
    let mut here = openat(CWD, scene.path("target"), OFlags::RDONLY, Mode::empty()).unwrap();
    for level in 0..=LEVELS {
        if level > 0 {
            here = open(&here, NAME);
        }
        let mut content = String::new();
        File::from(open(&here, "file")).read_to_string(&mut content).unwrap();
        assert_eq!(content, level.to_string());
        let found = fstat(&here).unwrap();
        assert_eq!(found.st_mode & 0o7777, 0o750, "at {level}");
        assert_eq!((found.st_mtime, found.st_mtime_nsec), (time(moment).as_second(), 11), "at {level}");
    }
    open(&here, "last");
}
