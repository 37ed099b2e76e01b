//! The mounted volumes that hold files.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{fs, thread};

use engine::{FilePath, Volume};

/// How long a volume may take to answer: a network file system whose server is gone never does.
const PATIENCE: Duration = Duration::from_secs(5);

/// The volumes and how full they are, by mount point. Those that do not answer in time are left out.
pub(crate) fn measure() -> Vec<Volume> {
    let Ok(table) = fs::read("/proc/self/mounts") else { return Vec::new() };
    let mut mounts = holding_files(parse(&table));
    // A volume that hangs holds up those after it, so the ones that may hang go last.
    mounts.sort_by_key(|mount| !mount.source.starts_with(b"/dev/"));
    let (found, volumes) = mpsc::channel();
    thread::spawn(move || {
        for mount in mounts {
            if let Some(volume) = size_up(&mount)
                && found.send(volume).is_err()
            {
                break;
            }
        }
    });
    let deadline = Instant::now() + PATIENCE;
    let mut measured = Vec::new();
    while let Ok(volume) = volumes.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        measured.push(volume);
    }
    measured.sort_by(|a: &Volume, b| a.mount_point.cmp(&b.mount_point));
    measured
}

fn size_up(mount: &Mount) -> Option<Volume> {
    let path = Path::new(OsStr::from_bytes(&mount.point));
    // Containers mount single files, such as /etc/hosts.
    if !path.is_dir() {
        return None;
    }
    let sizes = rustix::fs::statvfs(path).ok()?;
    let total_bytes = sizes.f_blocks.saturating_mul(sizes.f_frsize);
    let used_bytes = sizes.f_blocks.saturating_sub(sizes.f_bfree).saturating_mul(sizes.f_frsize);
    (total_bytes > 0).then(|| Volume {
        mount_point: FilePath::from(path).to_string(),
        file_system: String::from_utf8_lossy(&mount.file_system).into_owned(),
        total_bytes,
        used_bytes,
    })
}

/// A line of the table of mounts.
#[derive(Clone, Debug, PartialEq)]
struct Mount {
    source: Vec<u8>,
    point: Vec<u8>,
    file_system: Vec<u8>,
}

fn parse(table: &[u8]) -> Vec<Mount> {
    table
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let mut fields = line.split(|byte| *byte == b' ').map(unescape);
            Some(Mount { source: fields.next()?, point: fields.next()?, file_system: fields.next()? })
        })
        .collect()
}

/// Undoes `\040` and its like, which stand for blanks, tabs, line ends and backslashes.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, after @ ..] = rest {
        if let [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] = rest {
            plain.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
            rest = after;
        } else {
            plain.push(*first);
            rest = after;
        }
    }
    plain
}

/// Of all mounts those that keep files of their own, each once: what is mounted over counts no more, and of
/// several mounts of one device the one with the shortest path stands for all.
fn holding_files(mounts: Vec<Mount>) -> Vec<Mount> {
    let mut covered = HashSet::new();
    let mut kept: Vec<Mount> =
        mounts.into_iter().rev().filter(|mount| covered.insert(mount.point.clone())).collect();
    kept.retain(keeps_files);
    kept.sort_by(|a, b| (a.point.len(), &a.point).cmp(&(b.point.len(), &b.point)));
    let mut seen = HashSet::new();
    // A source without a slash names nothing that could be the same elsewhere ("overlay", a pool).
    kept.retain(|mount| !mount.source.contains(&b'/') || seen.insert(mount.source.clone()));
    kept
}

fn keeps_files(mount: &Mount) -> bool {
    const WITHOUT_DEVICE: [&[u8]; 14] = [
        b"9p",
        b"afs",
        b"bcachefs",
        b"beegfs",
        b"ceph",
        b"cifs",
        b"gpfs",
        b"lustre",
        b"nfs",
        b"nfs4",
        b"overlay",
        b"smb3",
        b"virtiofs",
        b"zfs",
    ];
    // Images of programs and installation discs: nothing in them is anybody's data.
    const IMAGES: [&[u8]; 3] = [b"erofs", b"iso9660", b"squashfs"];
    const NOT_STORAGE: [&[u8]; 4] = [b"fuse.gvfsd-fuse", b"fuse.lxcfs", b"fuse.portal", b"fuse.snapfuse"];
    let kind = mount.file_system.as_slice();
    if mount.point == b"/" {
        return true;
    }
    if IMAGES.contains(&kind) || NOT_STORAGE.contains(&kind) || kind == b"devtmpfs" {
        return false;
    }
    mount.source.starts_with(b"/dev/") || kind.starts_with(b"fuse.") || WITHOUT_DEVICE.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_table_of_mounts_the_real_volumes_remain() {
        let table = br"sysfs /sys sysfs rw 0 0
proc /proc proc rw 0 0
udev /dev devtmpfs rw 0 0
tmpfs /run tmpfs rw 0 0
/dev/sda1 / ext4 rw 0 0
/dev/sdb1 /mnt/with\040blank\011and\134slash xfs rw 0 0
/dev/sda1 /var/bind ext4 rw 0 0
/dev/loop0 /snap/core/1 squashfs ro 0 0
/dev/sdc1 /covered ext4 rw 0 0
tmpfs /covered tmpfs rw 0 0
server:/export /net/export nfs4 rw 0 0
rpool /pool zfs rw 0 0
gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
user@host: /mnt/ssh fuse.sshfs rw 0 0
short
";
        let text: Vec<String> = holding_files(parse(table))
            .iter()
            .map(|mount| {
                format!(
                    "{} {}",
                    String::from_utf8_lossy(&mount.file_system),
                    String::from_utf8_lossy(&mount.point)
                )
            })
            .collect();
        assert_eq!(
            text,
            [
                "ext4 /",
                "zfs /pool",
                "fuse.sshfs /mnt/ssh",
                "nfs4 /net/export",
                "xfs /mnt/with blank\tand\\slash",
            ]
        );
    }

    #[test]
    fn what_only_looks_like_an_escape_is_kept() {
        assert_eq!(unescape(br"\04"), br"\04");
        assert_eq!(unescape(br"\999\"), br"\999\");
        assert_eq!(unescape(br"\\040"), b"\\ ");
    }
}
