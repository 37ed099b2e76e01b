//! What is shown instead of what differs from run to run. Nothing changes its width that stands in a table.

use std::collections::HashMap;
use std::io;

use regex::Regex;

use super::play::{Line, SERVER};

/// What is made up in a run, and what of it is shown; of ids that many, in the order in which they come.
pub(super) struct Plain {
    texts: Vec<(String, String)>,
    times: Regex,
    spans: Regex,
    ids: Regex,
    short_ids: Regex,
    sizes: Regex,
    host: String,
    seen: HashMap<String, usize>,
}

impl Plain {
    pub(super) fn new(home: &str, server: &str) -> io::Result<Self> {
        let pattern = |text: &str| Regex::new(text).map_err(io::Error::other);
        Ok(Self {
            texts: vec![(home.to_owned(), "~".to_owned()), (server.to_owned(), SERVER.to_owned())],
            times: pattern(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}([T ])[0-9]{2}:[0-9]{2}(:[0-9]{2})?")?,
            spans: pattern(r"\b[0-9]+(\.[0-9]+)?( ?)(ms|s|seconds?)\b")?,
            ids: pattern(
                r"\b[0-9]{15,16}:1[0-9]{12}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            )?,
            // What is stored differs by some bytes: the second decimal is not shown as it is.
            sizes: pattern(r"\b([0-9]+\.[0-9])[0-9] ([KMG]iB)\b")?,
            short_ids: pattern(r"(^|\s)[0-9a-f]{8}(\s|$)")?,
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            seen: HashMap::new(),
        })
    }

    pub(super) fn line(&mut self, mut line: Line) -> Line {
        for run in &mut line.runs {
            for (made_up, shown) in &self.texts {
                // What stands behind it in a table stays where it is.
                let gap = " ".repeat(made_up.chars().count().saturating_sub(shown.chars().count()));
                run.text = run.text.replace(&format!("{made_up}  "), &format!("{shown}{gap}  "));
                run.text = run.text.replace(made_up.as_str(), shown);
            }
            let time = |found: &regex::Captures<'_>| {
                let seconds = if found.get(2).is_some() { ":07" } else { "" };
                format!("2026-03-02{}09:41{seconds}", &found[1])
            };
            run.text = self.times.replace_all(&run.text, time).into_owned();
            let span = |found: &regex::Captures<'_>| {
                let width = found[0].len() - found[2].len() - found[3].len();
                let number = if width < 3 { "1".to_owned() } else { format!("{:.*}", width - 2, 1.2) };
                format!("{number:>width$}{}{}", &found[2], &found[3])
            };
            run.text = self.spans.replace_all(&run.text, span).into_owned();
            let seen = &mut self.seen;
            let id = |found: &regex::Captures<'_>| {
                let next = seen.len();
                let number = *seen.entry(found[0].to_owned()).or_insert(next);
                match found[0].split_once(':') {
                    Some((first, _)) => {
                        format!("{:0<width$}:1772444467{number:03}", "4825", width = first.len())
                    }
                    None => format!("9f1c8e52-7d40-4b1a-8c35-2e6a0b7d{number:04x}"),
                }
            };
            run.text = self.ids.replace_all(&run.text, id).into_owned();
            run.text = self.short_ids.replace_all(&run.text, "${1}a87570aa${2}").into_owned();
            run.text = self.sizes.replace_all(&run.text, "${1}0 ${2}").into_owned();
            run.text = run.text.replace(&format!("the source {}", self.host), "the source laptop");
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::play::Run;

    #[test]
    fn what_differs_from_run_to_run_is_replaced_and_tables_keep_their_columns() {
        let mut plain = Plain::new("/tmp/x/home", "127.0.0.1:40001").unwrap();
        for (printed, shown) in [
            ("at http://127.0.0.1:40001/v2", "at http://127.0.0.1:8440/v2"),
            ("a  127.0.0.1:40001  b", "a  127.0.0.1:8440   b"),
            ("/tmp/x/home/docs", "~/docs"),
            ("began 2026-11-21 21:50:11, took 0.31 s", "began 2026-03-02 09:41:07, took 1.20 s"),
            ("5123816966860799:1795297577247:1", "4825000000000000:1772444467000:1"),
            ("5123816966860799:1795297577248:2", "4825000000000000:1772444467001:2"),
            ("5123816966860799:1795297577247:3", "4825000000000000:1772444467000:3"),
            ("nightly  3  Weeks", "nightly  3  Weeks"),
        ] {
            let run = Run { text: printed.to_owned(), bold: false, dim: false, color: None };
            let line = plain.line(Line { runs: vec![run], is_typed: false });
            assert_eq!(line.runs[0].text, shown, "{printed}");
        }
    }
}
