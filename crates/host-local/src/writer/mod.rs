//! Writing restored files: the sink that entries of a snapshot are given to.
//!
//! # How nothing outside is ever touched
//!
//! The snapshot may be hostile, and so may be what lies on the disk. Three rules hold against both:
//!
//! 1. *Names.* A path of the snapshot is taken apart into plain names before anything else; empty ones, `.`,
//!    `..` and NUL end it there ([`placements`]). What is left is put below the place the operator named, whose
//!    own symbolic links were resolved once, when the writer was opened.
//! 2. *Folders.* Every folder is opened from the handle of the one that holds it, one name at a time and never
//!    through a symbolic link ([`folders`]). Nothing is ever opened by a longer path, and `..` is never used to
//!    come back up.
//! 3. *Entries.* Everything is made new under a temporary name and renamed into place, so nothing that stood
//!    there before is opened, followed or written; attributes are set through handles of what was made.
//!
//! The second rule is also what `openat2` with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS` or the crate `cap-std`
//! would give. Single names need neither: they hold on every kernel, inside sandboxes that forbid `openat2`,
//! and for paths longer than the kernel takes at once; and as the handle of the present folder is kept, a
//! folder costs one `openat` however many files it holds.

mod attributes;
mod content;
mod entry;
mod folders;
mod guards;
mod placements;
mod refusal;
mod sink;
mod tally;

pub(crate) use sink::{Writer, check};
