//! Damages documents, byte by byte and line by line, the same way for the same seed.

use openapi_check::format::{Format, Pages, write};
use openapi_check::{Date, Report, RuleSet, Sources};

/// A generator of numbers that are random enough to break things (SplitMix64).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap_or(1)).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Text that means something to YAML, to OpenAPI or to a careless reader of either.
const WORDS: [&str; 56] = [
    "$ref",
    "allOf",
    "oneOf",
    "not",
    "items",
    "properties",
    "required",
    "type",
    "enum",
    "default",
    "example",
    "examples",
    "discriminator",
    "mapping",
    "additionalProperties",
    "pattern",
    "minimum",
    "parameters",
    "responses",
    "components",
    "schemas",
    "'#'",
    "'#/'",
    "'#/components/schemas/Pet'",
    "'#/paths/~1pets'",
    "'openapi.yaml'",
    "'./openapi.yaml#/paths'",
    "'../../x'",
    "'#/%00'",
    "'http://x/y#/z'",
    "null",
    "~",
    "true",
    "no",
    "1e999",
    "-0",
    "99999999999999999999",
    ".nan",
    "0x",
    "&a",
    "*a",
    "!x",
    "<<",
    "? ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "|\n",
    "'",
    "\"",
    "\\u0000",
    "\u{feff}",
    "é\u{301}😀",
];

/// Damages one of the files in one to four ways.
pub(crate) fn damage(files: &mut [(String, String)], random: &mut Random) {
    let at = random.below(files.len());
    for _ in 0..=random.below(4) {
        let text = &mut files[at].1;
        *text = if random.below(2) == 0 { bytes(text, random) } else { lines(text, random) };
    }
}

/// Flips, inserts, removes or copies bytes. What is no UTF-8 any more is replaced, since only text is read.
fn bytes(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(40)).min(bytes.len());
    match random.below(6) {
        0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        1 => bytes.truncate(at),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let part = bytes[at..end].to_vec();
            let to = random.below(bytes.len() + 1);
            bytes.splice(to..to, part);
        }
        4 => {
            let word = random.pick(&WORDS).as_bytes().to_vec();
            bytes.splice(at..end, word);
        }
        _ => {
            let word = random
                .pick(&["[", "{", "{a: ", "- ", "  ", "\t", "\r", "\n", "\0", "*"])
                .repeat(random.below(300));
            bytes.splice(at..at, word.into_bytes());
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Moves, copies, removes or indents lines with what is below them, or gives a key another value.
fn lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let at = random.below(lines.len());
    let indent = |line: &str| line.len() - line.trim_start().len();
    let below = lines[at + 1..].iter().take_while(|line| indent(line) > indent(&lines[at])).count();
    let end = at + 1 + below;
    let to = random.below(lines.len());
    match random.below(7) {
        0 => drop(lines.drain(at..end)),
        1 => {
            let block = lines[at..end].to_vec();
            lines.splice(to..to, block);
        }
        2 => {
            // A block in place of another, indented like it.
            let shift = indent(&lines[to]);
            let block =
                lines[at..end].iter().map(|line| format!("{}{}", " ".repeat(shift), line.trim_start()));
            let block: Vec<_> = block.collect();
            lines.splice(to..=to, block);
        }
        3 => lines[at..end].iter_mut().for_each(|line| line.insert_str(0, "  ")),
        4 => lines.swap(at, to),
        5 => {
            let value = random.pick(&WORDS);
            let key = lines[at].split(": ").next().unwrap_or_default().trim_end_matches(':').to_owned();
            lines[at] = format!("{key}: {value}");
        }
        _ => {
            let (key, value) = (random.pick(&WORDS), random.pick(&WORDS));
            lines[at] = format!("{}{key}: {value}", " ".repeat(indent(&lines[at])));
        }
    }
    lines.join("\n")
}

/// Everything that can be done with a document, whatever it is. Returns how many findings there were.
pub(crate) fn exercise(files: &[(String, String)], entry: &str) -> usize {
    let sources: Sources = files.iter().cloned().collect();
    let Some(today) = Date::parse("2026-01-01") else { return 0 };
    let report = Report::new(&sources, entry, &RuleSet::house(), today);
    for finding in &report.findings {
        assert!(openapi_check::rule(finding.rule).is_ok(), "{} is in no registry", finding.rule);
        assert!(finding.location.line > 0 && finding.location.column > 0, "{finding:?}");
    }
    let findings = report.findings.len();
    let reports = [report];
    for format in Format::ALL {
        assert!(!write(&reports, format, &Pages::default()).is_empty());
    }
    if let Ok(bundle) = openapi_check::bundle(&sources, entry) {
        assert!(bundle.locate("/paths").is_some());
    }
    findings
}
