//! What generators warn of: a line of theirs that says so must be mentioned in the client's NOTES.md.

/// What generators call it when they leave something of the document out.
const WORDS: [&str; 5] = ["warn", "warning", "skipping", "skipped", "unsupported"];

/// How many words of a warning must be mentioned. Names alone are in the notes for other reasons.
const MENTIONED: usize = 3;

/// The lines of `output` that warn of something, unless the notes hold a part of them as a code span.
pub(super) fn unexpected<'o>(output: &'o str, notes: &str) -> Vec<&'o str> {
    // What stands between the first and the second backtick of a line, the third and the fourth, and so on.
    let spans: Vec<_> = notes.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect();
    let quotes = spans.iter().filter(|span| span.split_whitespace().count() >= MENTIONED);
    let quotes: Vec<_> = quotes.collect();
    let is_mentioned = |line: &str| quotes.iter().any(|quote| line.contains(**quote));
    output.lines().filter(|line| is_warning(line) && !is_mentioned(line)).collect()
}

fn is_warning(line: &str) -> bool {
    let line = line.to_lowercase();
    let mut words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    line.contains("not supported") || words.any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_passes_only_when_the_notes_mention_it() {
        let output = "WARNING parsing POST /a within Tasks\n[main] WARN  codegen - no type\nwrote 3 files\n";
        assert_eq!(unexpected(output, "").len(), 2);
        let notes = "It leaves `POST` out, see `parsing POST /a` and the issue.\n";
        assert_eq!(unexpected(output, notes), ["[main] WARN  codegen - no type"]);
        assert_eq!(unexpected(output, "Neither `` nor `POST /a` nor `codegen` mentions one.").len(), 2);
    }

    #[test]
    fn names_that_contain_such_a_word_are_no_warnings() {
        assert_eq!(unexpected("writing models/UpdateBackupWarnings.java", ""), [""; 0]);
        assert_eq!(unexpected("backup_warning_request.py\nPUT /backups/{guid}/warnings", ""), [""; 0]);
        assert_eq!(unexpected("anyOf is not supported", "").len(), 1);
    }
}
