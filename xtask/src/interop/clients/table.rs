//! The table at the end.

use std::io::{self, Write};
use std::time::Duration;

use super::{End, Report};

/// Writes a line for each client.
pub(super) fn write(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    let mut rows = vec![["client", "generator", "generate s", "story s", "result"].map(str::to_owned)];
    rows.extend(reports.iter().map(row));
    let widths: [usize; 5] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    writeln!(out)?;
    for [client, generator, generated, told, result] in &rows {
        let [name, by, first, second, _] = widths;
        writeln!(out, "{client:name$}  {generator:by$}  {generated:>first$}  {told:>second$}  {result}")?;
    }
    let count = |is: fn(&End) -> bool| reports.iter().filter(|report| is(&report.end)).count();
    let passed = count(|end| matches!(end, End::Passed(_)));
    let skipped = count(|end| matches!(end, End::Missing(_)));
    writeln!(out, "{passed} passed, {} failed, {skipped} skipped", count(End::is_failure))
}

fn row(report: &Report) -> [String; 5] {
    let seconds =
        |time: Option<Duration>| time.map_or_else(String::new, |time| format!("{:.1}", time.as_secs_f64()));
    let result = match &report.end {
        End::Passed(_) => "passed".to_owned(),
        End::Failed { what, .. } => what.clone(),
        End::Missing(programs) => format!("not run for want of {}", programs.join(", ")),
    };
    [report.name.clone(), report.generator.clone(), seconds(report.generated), seconds(report.told), result]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let reports = [
            Report {
                name: "go".to_owned(),
                generator: String::new(),
                generated: None,
                told: None,
                end: End::Missing(vec!["go".to_owned()]),
            },
            Report {
                name: "python".to_owned(),
                generator: "maker 1.2".to_owned(),
                generated: Some(Duration::from_millis(12_340)),
                told: Some(Duration::from_millis(860)),
                end: End::Passed("all of it".to_owned()),
            },
        ];
        let mut out = Vec::new();
        write(&reports, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "
client  generator  generate s  story s  result
go                                      not run for want of go
python  maker 1.2        12.3      0.9  passed
1 passed, 0 failed, 1 skipped
"
        );
    }
}
