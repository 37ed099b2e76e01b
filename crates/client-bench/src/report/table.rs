//! The table, for a terminal and for a README.

use super::{Figure, Report, Row, Unit};

/// How a table is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Terminal,
    Markdown,
}

const HEAD: [&str; 6] = ["work", "ours", "beside", "theirs", "ratio", "goal"];

/// The table with the machine below it.
pub(crate) fn table(report: &Report, form: Form) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    let mut before: Option<&Row> = None;
    for row in &report.rows {
        let mut cells = cells(row);
        // What stands above already is not said again.
        if before.is_some_and(|before| before.what == row.what) {
            cells[0].clear();
            cells[1].clear();
        }
        lines.push(cells);
        before = Some(row);
    }
    let mut text = match form {
        Form::Terminal => terminal(&lines),
        Form::Markdown => markdown(&lines),
    };
    for note in report.rows.iter().filter_map(|row| row.note.as_ref()) {
        text.push_str(&format!("\n{note}\n"));
    }
    let quick = if report.quick { " Cut short (`--quick`): these numbers say little." } else { "" };
    text.push_str(&format!("\n{}.{quick}\n", report.machine));
    text
}

fn cells(row: &Row) -> [String; 6] {
    let figure = |figure: Option<Figure>| figure.map_or_else(|| "not measured".to_owned(), shown);
    let goal = match (row.goal, row.is_met()) {
        (Some(goal), Some(true)) => format!("{goal:.2}, met"),
        (Some(goal), Some(false)) => format!("{goal:.2}, MISSED"),
        (Some(goal), None) => format!("{goal:.2}"),
        (None, _) => String::new(),
    };
    [
        row.what.clone(),
        figure(row.ours),
        row.peer.clone(),
        figure(row.theirs),
        row.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
        goal,
    ]
}

fn shown(figure: Figure) -> String {
    let value = figure.value;
    let text = match figure.unit {
        Unit::Seconds if value < 0.001 => format!("{:.1} µs", value * 1e6),
        Unit::Seconds if value < 1.0 => format!("{:.1} ms", value * 1e3),
        Unit::Seconds => format!("{value:.2} s"),
        Unit::PerSecond => format!("{value:.0}/s"),
        Unit::Bytes => format!("{:.0} MB", value / 1e6),
        Unit::Count => format!("{value:.0}"),
    };
    match figure.spread {
        Some(spread) => format!("{text} ±{:.0} %", spread * 100.0),
        None => text,
    }
}

fn widths(lines: &[[String; 6]]) -> [usize; 6] {
    let mut widths = [0; 6];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

fn terminal(lines: &[[String; 6]]) -> String {
    let widths = widths(lines);
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
        if number == 0 {
            text.push_str(&widths.map(|width| "─".repeat(width)).join("  "));
            text.push('\n');
        }
    }
    text
}

fn markdown(lines: &[[String; 6]]) -> String {
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        text.push_str(&format!("| {} |\n", line.join(" | ")));
        if number == 0 {
            text.push_str(&format!("|{}\n", " --- |".repeat(HEAD.len())));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Machine;

    fn row(peer: &str, theirs: Option<f64>, goal: Option<f64>) -> Row {
        Row {
            what: "read it".to_owned(),
            ours: Some(Figure { value: 0.05, unit: Unit::Seconds, spread: Some(0.021) }),
            peer: peer.to_owned(),
            theirs: theirs.map(|value| Figure::once(value, Unit::Seconds)),
            goal,
            note: theirs.is_none().then(|| format!("{peer}: not there")),
        }
    }

    fn report() -> Report {
        let machine = Machine {
            cores: 2,
            processor: "A".to_owned(),
            rustc: "rustc 1".to_owned(),
            go: String::new(),
            curl: "curl 8".to_owned(),
            load: "0.5".to_owned(),
        };
        let rows = vec![
            row("one", Some(0.1), Some(0.2)),
            row("other", Some(0.05), Some(1.3)),
            row("Go", None, None),
        ];
        Report { machine, quick: false, rows }
    }

    #[test]
    fn the_terminal_sees_columns() {
        let expected = "\
work     ours          beside  theirs        ratio  goal
───────  ────────────  ──────  ────────────  ─────  ────────────
read it  50.0 ms ±2 %  one     100.0 ms      0.50   0.20, MISSED
                       other   50.0 ms       1.00   1.30, met
                       Go      not measured

Go: not there

2 cores, A, rustc 1, curl 8, load 0.5 before it began.
";
        assert_eq!(table(&report(), Form::Terminal), expected);
    }

    #[test]
    fn the_readme_gets_markdown() {
        let text = table(&report(), Form::Markdown);
        let lines: Vec<_> = text.lines().take(4).collect();
        let expected = [
            "| work | ours | beside | theirs | ratio | goal |",
            "| --- | --- | --- | --- | --- | --- |",
            "| read it | 50.0 ms ±2 % | one | 100.0 ms | 0.50 | 0.20, MISSED |",
            "|  |  | other | 50.0 ms | 1.00 | 1.30, met |",
        ];
        assert_eq!(lines, expected);
    }
}
