//! A format of our own for programs. Members may be added; none is renamed or taken away while `version` stays.

use serde_json::{Map, Value, json};

use crate::excerpt::Excerpts;
use crate::{Diagnostic, Report, Severity};

pub(super) fn write(reports: &[Report<'_>]) -> String {
    let documents: Vec<Value> = reports.iter().map(document).collect();
    format!("{:#}\n", json!({ "version": 1, "documents": documents }))
}

fn document(report: &Report<'_>) -> Value {
    let mut excerpts = Excerpts::new(report.sources);
    let findings: Vec<Value> =
        report.findings.iter().map(|found| Value::Object(finding(found, &mut excerpts))).collect();
    let suppressed = report.suppressed.iter().map(|suppressed| {
        let mut members = finding(&suppressed.finding, &mut excerpts);
        members.insert("reason".to_owned(), suppressed.reason.as_str().into());
        members.insert("expires".to_owned(), suppressed.expires.to_string().into());
        Value::Object(members)
    });
    let suppressed: Vec<Value> = suppressed.collect();
    json!({
        "entry": report.entry,
        "files": report.sources.keys().count(),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "findings": findings,
        "suppressed": suppressed,
    })
}

fn finding(finding: &Diagnostic, excerpts: &mut Excerpts<'_>) -> Map<String, Value> {
    let Diagnostic { rule, severity, location, message, help, pointer } = finding;
    let members = [
        ("rule", json!(rule)),
        ("severity", json!(severity.word())),
        ("file", json!(&*location.file)),
        ("line", json!(location.line)),
        ("column", json!(location.column)),
        ("endColumn", json!(excerpts.end_column(location))),
        ("pointer", json!(pointer)),
        ("message", json!(message)),
        ("help", json!(help)),
    ];
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
