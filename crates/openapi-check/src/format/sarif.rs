//! SARIF 2.1.0, the format of findings that code hosts and editors read.
//!
//! Files are named by relative URIs. All rules that were found are described, with their pages; columns count
//! characters.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::excerpt::Excerpts;
use crate::format::Pages;
use crate::{Diagnostic, Report, Severity, rule};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(reports: &[Report<'_>], pages: &Pages) -> String {
    let findings = reports.iter().flat_map(|report| {
        let suppressed = report.suppressed.iter().map(|suppressed| suppressed.finding.rule);
        report.findings.iter().map(|finding| finding.rule).chain(suppressed)
    });
    let ids: Vec<&str> = findings.collect::<BTreeSet<_>>().into_iter().collect();
    let rules: Vec<Value> = ids.iter().map(|id| descriptor(id, pages)).collect();
    let mut results = Vec::new();
    for report in reports {
        let mut excerpts = Excerpts::new(report.sources);
        results.extend(report.findings.iter().map(|finding| result(finding, &ids, &mut excerpts)));
        results.extend(report.suppressed.iter().map(|suppressed| {
            let mut result = result(&suppressed.finding, &ids, &mut excerpts);
            let justification = format!("{} (until {})", suppressed.reason, suppressed.expires);
            result["suppressions"] = json!([{ "kind": "external", "justification": justification }]);
            result
        }));
    }
    let sarif = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "openapi-check",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{sarif:#}\n")
}

fn descriptor(id: &str, pages: &Pages) -> Value {
    let Ok(rule) = rule(id) else { return json!({ "id": id }) };
    json!({
        "id": id,
        "shortDescription": { "text": sentence(rule.summary) },
        "help": { "text": format!("{}{id}", pages.command), "markdown": rule.page },
        "helpUri": format!("{}{id}", pages.address),
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": ["openapi", rule.group.word()] },
    })
}

fn result(finding: &Diagnostic, ids: &[&str], excerpts: &mut Excerpts<'_>) -> Value {
    let place = &finding.location;
    let mut message = sentence(&finding.message);
    if let Some(help) = &finding.help {
        message.push_str(&format!(" To mend it: {help}"));
    }
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file) },
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endLine": place.line,
                "endColumn": excerpts.end_column(place),
            },
        },
    });
    if let Some(pointer) = &finding.pointer {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": pointer }]);
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": ids.iter().position(|id| *id == finding.rule),
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": [location],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The text as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

/// A path as a URI reference: what is no letter, digit or one of a few signs is escaped byte by byte.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
