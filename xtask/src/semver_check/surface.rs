//! The surfaces of a client, as they are committed, compared line by line.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// What a client offers: the first line of each item, with the lines that belong to it.
pub(super) type Surface = BTreeMap<String, Vec<String>>;

/// Reads all surfaces in a folder. An item that moved from one area to another is still the same item.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn of(folder: &Path) -> io::Result<Surface> {
    let mut surface = Surface::new();
    if !folder.is_dir() {
        return Ok(surface);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("surface-") && name.ends_with(".snap") {
            read(&fs::read_to_string(path)?, &mut surface);
        }
    }
    Ok(surface)
}

fn read(text: &str, surface: &mut Surface) {
    // The head of a snapshot stands between two lines of dashes.
    let text =
        text.strip_prefix("---\n").and_then(|rest| rest.split_once("---\n")).map_or(text, |(_, body)| body);
    let mut item = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with(' ') {
            surface.entry(item.clone()).or_default().push(line.trim().to_owned());
        } else {
            line.clone_into(&mut item);
            surface.entry(item.clone()).or_default();
        }
    }
}

/// What a user of the one surface misses in the other, or has to give now.
pub(super) fn breaks(before: &Surface, after: &Surface) -> Vec<String> {
    let mut found = Vec::new();
    for (item, lines) in before {
        let Some(now) = after.get(item) else {
            found.push(format!("`{item}` is gone or different"));
            continue;
        };
        let gone = lines.iter().filter(|line| !now.contains(line));
        found.extend(gone.map(|line| format!("`{line}` of `{item}` is gone or different")));
        let new = now.iter().filter(|line| !lines.contains(line) && is_required(item, line));
        found.extend(new.map(|line| format!("`{line}` of `{item}` has to be given")));
    }
    found
}

/// Whether a line of an item is something that whoever makes the item has to give: a parameter without a question mark,
/// a field of a type with `new` that is not optional.
fn is_required(item: &str, line: &str) -> bool {
    if item.starts_with("fn ") {
        return line.split_once(':').is_some_and(|(name, _)| !name.ends_with('?'));
    }
    let has_new = item.starts_with("struct ") && item.split(' ').any(|word| word == "new");
    has_new && line.split_once(": ").is_some_and(|(_, kind)| !kind.starts_with("Option<"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surface(text: &str) -> Surface {
        let mut surface = Surface::new();
        read(text, &mut surface);
        surface
    }

    const BEFORE: &str = "---\nsource: x\n---\nfn start -> ()\n  .id: String\n  .size?: i64\n\nstruct A new\n  a: i64\n\nenum E\n  One = one\n";

    #[test]
    fn what_is_added_for_those_who_want_it_breaks_nobody() {
        let after = "fn start -> ()\n  .id: String\n  .size?: i64\n  .page?: i64\n\nfn stop -> ()\n  .id: String\n\nstruct A new\n  a: i64\n  b: Option<i64>\n\nenum E\n  One = one\n  Two = two\n";
        assert!(breaks(&surface(BEFORE), &surface(after)).is_empty());
    }

    #[test]
    fn what_is_gone_different_or_has_to_be_given_breaks() {
        let after = "fn start -> ()\n  .id: RunId\n  .size?: i64\n  .why: String\n\nstruct A new\n  a: i64\n  b: i64\n";
        assert_eq!(
            breaks(&surface(BEFORE), &surface(after)),
            [
                "`enum E` is gone or different",
                "`.id: String` of `fn start -> ()` is gone or different",
                "`.id: RunId` of `fn start -> ()` has to be given",
                "`.why: String` of `fn start -> ()` has to be given",
                "`b: i64` of `struct A new` has to be given",
            ]
        );
    }
}
