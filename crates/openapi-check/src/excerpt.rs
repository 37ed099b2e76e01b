//! The line that a finding is about, as it can be printed.
//!
//! Lines are found by an index, so that thousands of findings in a document of one very long line cost no
//! more than their output.

use std::collections::HashMap;
use std::ops::Range;

use crate::{Location, Sources};

/// Columns of a terminal that an excerpt takes at most.
const WIDEST: usize = 110;
/// Of those, how many stand before the place at most where the line is cut.
const BEFORE: usize = 50;
/// What a tab is printed as.
const TAB: &str = "    ";
/// Characters between two remembered places of a long line.
const STRIDE: usize = 1024;

/// Finds and cuts lines of the authored files.
pub(crate) struct Excerpts<'s> {
    sources: &'s Sources,
    files: HashMap<&'s str, Lines<'s>>,
}

/// The text of a file by lines.
struct Lines<'s> {
    text: &'s str,
    ranges: Vec<Range<usize>>,
    /// Byte offsets of every [`STRIDE`]th character of the line asked for last.
    strides: (usize, Vec<usize>),
}

/// A line, cut and ready to be printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The text without tabs and other control characters.
    pub(crate) text: String,
    /// Columns of the terminal before the place.
    pub(crate) indent: usize,
    /// Columns of the terminal that the word at the place takes.
    pub(crate) width: usize,
}

impl<'s> Excerpts<'s> {
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self { sources, files: HashMap::new() }
    }

    /// The line of a place, with the word that begins there. `None` if there is no such line.
    pub(crate) fn at(&mut self, location: &Location) -> Option<Excerpt> {
        let lines = self.file(location)?;
        let line = lines.line(location.line)?;
        let start = lines.byte(location.line, location.column.saturating_sub(1))?;
        let word = line.get(start..)?.get(..word_length(line, start))?;
        Some(cut(line.get(..start)?, word, line.get(start + word.len()..)?))
    }

    /// The column after the last character of the word at a place.
    pub(crate) fn end_column(&mut self, location: &Location) -> usize {
        let word = self.file(location).and_then(|lines| {
            let line = lines.line(location.line)?;
            let start = lines.byte(location.line, location.column.saturating_sub(1))?;
            Some(line.get(start..start + word_length(line, start))?.chars().count())
        });
        location.column + word.unwrap_or(0).max(1)
    }

    fn file(&mut self, location: &Location) -> Option<&mut Lines<'s>> {
        let key = self.sources.key(&location.file)?;
        let text = self.sources.text(key)?;
        Some(self.files.entry(key).or_insert_with(|| Lines::new(text)))
    }
}

impl<'s> Lines<'s> {
    /// Lines end where YAML ends them: with LF, CR LF or CR.
    fn new(text: &'s str) -> Self {
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut ranges = Vec::new();
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'\n' if at > 0 && bytes[at - 1] == b'\r' => start = at + 1,
                b'\n' | b'\r' => {
                    ranges.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
        }
        ranges.push(start..bytes.len());
        Self { text, ranges, strides: (0, Vec::new()) }
    }

    fn line(&self, number: usize) -> Option<&'s str> {
        self.text.get(self.ranges.get(number.checked_sub(1)?)?.clone())
    }

    /// Where the character of a line begins, as an offset in the line. The end of the line counts.
    fn byte(&mut self, number: usize, character: usize) -> Option<usize> {
        let line = self.line(number)?;
        if self.strides.0 != number {
            let strides = line.char_indices().step_by(STRIDE).map(|(at, _)| at).collect();
            self.strides = (number, strides);
        }
        let from = self.strides.1.get(character / STRIDE).copied().unwrap_or(0);
        let skipped = if from == 0 { character } else { character % STRIDE };
        let rest = line.get(from..)?;
        let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        ends.into_iter().nth(skipped).map(|at| from + at)
    }
}

/// Bytes of the word that begins at an offset of a line: a quoted string with its quotes, one bracket, or what
/// YAML takes for a plain scalar.
fn word_length(line: &str, start: usize) -> usize {
    /// Nobody reads a longer underline.
    const LONGEST: usize = 4096;
    let Some(rest) = line.get(start..) else { return 0 };
    let mut end = rest.len().min(LONGEST);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let rest = &rest[..end];
    let length = match rest.chars().next() {
        None => 0,
        Some('{' | '}' | '[' | ']' | ',' | '|' | '>') => 1,
        Some('"') => quoted(rest, '"'),
        Some('\'') => quoted(rest, '\''),
        Some(_) => plain(rest, in_brackets(line, start)),
    };
    if length > 0 { length } else { rest.chars().next().map_or(0, char::len_utf8) }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        let doubled = quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == '\'');
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = quote == '"',
            _ if letter == quote && doubled => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.trim_end().len()
}

fn plain(rest: &str, in_brackets: bool) -> usize {
    let mut letters = rest.char_indices().peekable();
    let mut end = rest.len();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let ends = match letter {
            ':' => next.is_none_or(|next| matches!(next, ' ' | '\t')),
            ' ' | '\t' => next == Some('#'),
            ',' | ']' | '}' => in_brackets || (letter == ',' && next.is_none()),
            _ => false,
        };
        if ends {
            end = at;
            break;
        }
    }
    rest[..end].trim_end().len()
}

/// Whether a bracket that was opened on this line is still open. Quoted brackets count too, which only makes
/// the underline shorter.
fn in_brackets(line: &str, start: usize) -> bool {
    let before = line.as_bytes().get(start.saturating_sub(65_536)..start).unwrap_or_default();
    let mut open = 0_usize;
    for byte in before {
        match byte {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open > 0
}

/// Makes the three parts of a line printable, and cuts what is too wide.
fn cut(before: &str, word: &str, after: &str) -> Excerpt {
    let word = head(word, WIDEST - BEFORE);
    let whole = columns_up_to(before, WIDEST);
    let total = whole + word.columns + columns_up_to(after, WIDEST);
    let (text, indent) = if total <= WIDEST {
        let before = head(before, WIDEST);
        (before.text, before.columns)
    } else {
        tail(before, BEFORE)
    };
    let after = head(after, WIDEST.saturating_sub(indent + word.columns));
    Excerpt { indent, width: word.columns.max(1), text: format!("{text}{}{}", word.text, after.text) }
}

struct Cut {
    text: String,
    columns: usize,
}

/// The beginning of a text, with an ellipsis if there is more.
fn head(text: &str, widest: usize) -> Cut {
    let mut cut = Cut { text: String::new(), columns: 0 };
    for letter in text.chars() {
        let width = columns(letter);
        if cut.columns + width > widest.saturating_sub(1) && columns_up_to(text, widest + 1) > widest {
            cut.text.push('…');
            cut.columns += 1;
            break;
        }
        push(&mut cut.text, letter);
        cut.columns += width;
    }
    cut
}

/// The end of a text, with an ellipsis if there is more, and its width.
fn tail(text: &str, widest: usize) -> (String, usize) {
    let mut kept = Vec::new();
    let mut width = 0;
    for letter in text.chars().rev() {
        if width + columns(letter) > widest.saturating_sub(1) {
            width += 1;
            let mut text = String::from("…");
            kept.into_iter().rev().for_each(|letter| push(&mut text, letter));
            return (text, width);
        }
        width += columns(letter);
        kept.push(letter);
    }
    let mut text = String::new();
    kept.into_iter().rev().for_each(|letter| push(&mut text, letter));
    (text, width)
}

fn push(text: &mut String, letter: char) {
    match letter {
        '\t' => text.push_str(TAB),
        // An escape sequence in a document must not reach the terminal.
        _ if letter.is_control() => text.push('\u{fffd}'),
        _ => text.push(letter),
    }
}

/// The width of a text, or anything above `enough` as soon as that is clear.
fn columns_up_to(text: &str, enough: usize) -> usize {
    let mut width = 0;
    for letter in text.chars() {
        width += columns(letter);
        if width > enough {
            break;
        }
    }
    width
}

/// Columns of a terminal that a character takes: none for what combines with the one before, two for the
/// ideographs of East Asia and for pictures.
fn columns(letter: char) -> usize {
    match letter {
        '\t' => TAB.len(),
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20d0}'..='\u{20ff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The excerpt with its underline, and the column after the word.
    fn excerpt(text: &str, line: usize, column: usize) -> (String, String, usize) {
        let sources: Sources = [("a.yaml".to_owned(), text.to_owned())].into_iter().collect();
        let location = Location { file: "a.yaml".into(), line, column };
        let mut excerpts = Excerpts::new(&sources);
        let end = excerpts.end_column(&location);
        let excerpt = excerpts.at(&location).expect("a line");
        (excerpt.text, format!("{}{}", " ".repeat(excerpt.indent), "^".repeat(excerpt.width)), end)
    }

    #[test]
    fn words_are_underlined() {
        for (text, column, underlined) in [
            ("a: word # comment", 4, "word"),
            ("a: two words", 4, "two words"),
            ("key: 1", 1, "key"),
            ("a: {b: one, c: two}", 8, "one"),
            ("a: [b, c]", 8, "c"),
            ("a: one, two", 4, "one, two"),
            ("\"a\": \"x\\\"y\", b", 6, "\"x\\\"y\""),
            ("'it''s': 1", 1, "'it''s'"),
            ("a: {", 4, "{"),
            ("  \"n\": 12,", 8, "12"),
            ("/pets/{name}: 1", 1, "/pets/{name}"),
            ("http://x: 1", 1, "http://x"),
            ("a: 'open", 4, "'open"),
        ] {
            let (shown, underline, end) = excerpt(text, 1, column);
            assert_eq!(shown, text);
            let start = underline.find('^').unwrap();
            assert_eq!(&text[start..underline.len()], underlined, "{text}");
            assert_eq!(end, column + underlined.len());
        }
    }

    #[test]
    fn every_line_end_is_one() {
        let text = "\u{feff}one: 1\r\ntwo: 2\rthree: 3\nfour: 4";
        for (line, word) in [(1, "one: 1"), (2, "two: 2"), (3, "three: 3"), (4, "four: 4")] {
            assert_eq!(excerpt(text, line, 1).0, word);
        }
        let sources: Sources = [("a.yaml".to_owned(), text.to_owned())].into_iter().collect();
        for (line, column) in [(5, 1), (0, 1), (1, 100)] {
            let location = Location { file: "a.yaml".into(), line, column };
            assert_eq!(Excerpts::new(&sources).at(&location), None);
        }
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_underline_in_place() {
        assert_eq!(excerpt("\t\"a\": x", 1, 7), ("    \"a\": x".into(), "         ^".into(), 8));
        assert_eq!(
            excerpt("{名前: e\u{301}, b: 値段}", 1, 13),
            ("{名前: e\u{301}, b: 値段}".into(), "             ^^^^".into(), 15)
        );
        assert_eq!(excerpt("a: \u{1b}[31m", 1, 4).0, "a: \u{fffd}[31m");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let long = format!("{{{}\"here\": 1, {}}}", "\"aé\": 1, ".repeat(2000), "\"b\": 1, ".repeat(2000));
        let (text, underline, end) = excerpt(&long, 1, 18_002);
        assert!(text.starts_with('…') && text.ends_with('…'), "{text}");
        assert_eq!(text.chars().count(), WIDEST);
        let start = underline.find('^').unwrap();
        let word: String = text.chars().skip(start).take(underline.len() - start).collect();
        assert_eq!(word, "\"here\"");
        assert_eq!(end, 18_008);
        // A word that is long itself.
        let (text, underline, _) = excerpt(&format!("a: {}", "x".repeat(9000)), 1, 4);
        assert!(text.chars().count() <= WIDEST && underline.len() <= WIDEST, "{text}\n{underline}");
        // Not cut where it just fits.
        let fits = format!("a: {}", "x".repeat(WIDEST - 3 - BEFORE));
        assert_eq!(excerpt(&fits, 1, 1).0, fits);
    }
}
