//! Handing files of a snapshot to a sink, one after the other: damage costs the files it lies in and
//! nothing else, and memory does not grow with what is extracted.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::{Error, FilePath, FileSink, JobControl, Result, Wanted};
use rustic_core::repofile::{Node, NodeType};

use crate::errors::panicked;
use crate::nodes;
use crate::reader::{Reader, incomplete};

/// Extracts items with all that lies below them.
pub(crate) fn extract(
    reader: &Reader,
    vault_snapshot: &str,
    items: &[FilePath],
    sink: &mut dyn FileSink,
    control: &JobControl,
) -> Result<()> {
    let starts = starts(reader, vault_snapshot, items)?;
    let (mut entries, mut bytes) = (0, 0);
    for (path, node) in &starts {
        for step in reader.walk(path.clone(), node.clone()) {
            control.checkpoint()?;
            entries += 1;
            bytes += nodes::size(&step.node);
        }
    }
    sink.expect(entries, bytes);

    let mut damage = None;
    for (path, node) in starts {
        for step in reader.walk(path, node) {
            control.checkpoint()?;
            let wanted = sink.begin(&nodes::node(step.path.clone(), &step.node))?;
            match (wanted, step.damage) {
                (Wanted::Content, Some(lost)) => sink.fail(lost.message())?,
                (Wanted::Nothing, Some(lost)) => {
                    // The sink is past this folder, so that only the answer can tell.
                    damage.get_or_insert(lost);
                }
                (Wanted::Nothing, None) => {}
                (Wanted::Content, None) => give(reader, &step.path, &step.node, sink, control)?,
            }
        }
    }
    damage.map_or(Ok(()), |damage| Err(incomplete(damage)))
}

/// Where extracting begins: the items without those that lie below another.
fn starts(reader: &Reader, vault_snapshot: &str, items: &[FilePath]) -> Result<Vec<(FilePath, Node)>> {
    let mut starts: Vec<(FilePath, Node)> = Vec::new();
    let mut sorted: Vec<&FilePath> = items.iter().collect();
    sorted.sort_by(|a, b| a.as_path().cmp(b.as_path()));
    for item in sorted {
        if starts.last().is_some_and(|(path, _)| item.is_within(path)) {
            continue;
        }
        let node = reader
            .node(vault_snapshot, item)?
            .ok_or_else(|| Error::not_found("file or folder in the snapshot by the path", item))?;
        starts.push((item.clone(), node));
    }
    Ok(starts)
}

/// Hands over the content of an entry that has begun.
fn give(
    reader: &Reader,
    path: &FilePath,
    node: &Node,
    sink: &mut dyn FileSink,
    control: &JobControl,
) -> Result<()> {
    if node.node_type != NodeType::File {
        return sink.finish();
    }
    let mut pipe = Pipe { sink: &mut *sink, control, stopped: None };
    // A fault of the library in one file is no reason to lose the others.
    let given = catch_unwind(AssertUnwindSafe(|| reader.repository().dump(node, &mut pipe)));
    if let Some(error) = pipe.stopped {
        return Err(error);
    }
    let reason = match given {
        Ok(Ok(())) => return sink.finish(),
        Ok(Err(error)) => error.display_log(),
        Err(payload) => panicked(&*payload).to_string(),
    };
    tracing::warn!(%path, reason, "the content of a file cannot be read from the vault");
    sink.fail("its content is damaged in the vault")
}

/// Where the library writes content to.
struct Pipe<'a> {
    sink: &'a mut dyn FileSink,
    control: &'a JobControl,
    /// Why nothing more is wanted.
    stopped: Option<Error>,
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.control.checkpoint().and_then(|()| self.sink.write(bytes)) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                self.stopped = Some(error);
                Err(io::Error::other("nothing more is wanted"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
