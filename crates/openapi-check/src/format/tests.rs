//! One report in every format.

use serde_json::Value;

use super::*;
use crate::{Date, RuleSet, Sources};

const ENTRY: &str = "\
openapi: 3.0.3
info: {title: '100%', version: 1.0}
paths:
  /a/:
    get:
      operationId: getA
      responses:
        200: {description: A.}
";
const SUPPRESSIONS: &str = "\
- rule: implicit-scalar
  pointer: /paths
  reason: \"Old: 50%\"
  expires: '2026-06-30'
";

fn written(format: Format, with: &str) -> String {
    let files = [("w, x/openapi.yaml", ENTRY), ("w, x/suppressions.yaml", SUPPRESSIONS)];
    let sources: Sources = files.map(|(key, text)| (key.to_owned(), text)).into_iter().collect();
    let rules = RuleSet::portable().with(with).unwrap();
    let report = Report::new(&sources, "w, x/openapi.yaml", &rules, Date::parse("2026-01-01").unwrap());
    write(&[report], format, &Pages::default())
}

#[test]
fn text_ends_with_a_summary() {
    assert_eq!(
        written(Format::Text, "trailing-slash"),
        "\
error[metaschema]: `version` must be a string, not a fraction
 --> w, x/openapi.yaml:2:32
  |
2 | info: {title: '100%', version: 1.0}
  |                                ^^^
  = help: write '1.0'

error[trailing-slash]: the path `/a/` ends in a slash
 --> w, x/openapi.yaml:4:3
  |
4 |   /a/:
  |   ^^^
  = help: clients and proxies add and drop such slashes; leave it out

w, x/openapi.yaml: errors: 2, suppressed: 1 (files: 2)
why, and what to do: openapi-check check --explain RULE (metaschema, trailing-slash)
"
    );
}

#[test]
fn github_reads_commands() {
    assert_eq!(
        written(Format::Github, "unused"),
        "::error file=w%2C x/openapi.yaml,line=2,col=32,endColumn=35,title=metaschema::\
         `version` must be a string, not a fraction%0Awrite '1.0'%0Aopenapi-check check --explain metaschema\n\
         w, x/openapi.yaml: errors: 1, suppressed: 1 (files: 2)\n"
    );
    assert_eq!(github_escapes("a%b\r\nc"), "a%25b%0D%0Ac");
}

fn github_escapes(text: &str) -> String {
    super::github::data(text)
}

#[test]
fn json_is_what_the_readme_says() {
    let written: Value = serde_json::from_str(&written(Format::Json, "unused")).unwrap();
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```json\n").unwrap();
    let (documented, _) = rest.split_once("```").unwrap();
    let documented: Value = serde_json::from_str(documented).unwrap();
    assert_eq!(written, documented);
}

#[test]
fn sarif_has_what_code_hosts_want() {
    let written: Value = serde_json::from_str(&written(Format::Sarif, "unused")).unwrap();
    assert_eq!(written["version"], "2.1.0");
    let run = &written["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["implicit-scalar", "metaschema"]);
    for rule in rules {
        let uri = rule["helpUri"].as_str().unwrap();
        assert!(uri.starts_with("https://") && uri.ends_with(rule["id"].as_str().unwrap()), "{uri}");
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## How to mend it"));
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    let location = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "w%2C%20x/openapi.yaml");
    assert_eq!(
        location["region"],
        serde_json::json!({"startLine": 2, "startColumn": 32, "endLine": 2, "endColumn": 35})
    );
    assert_eq!(results[0]["level"], "error");
    assert_eq!(results[0]["ruleIndex"], 1);
    assert_eq!(
        results[0]["message"]["text"],
        "`version` must be a string, not a fraction. To mend it: write '1.0'"
    );
    assert!(results[0].get("suppressions").is_none());
    assert_eq!(results[1]["suppressions"][0]["justification"], "Old: 50% (until 2026-06-30)");
}
