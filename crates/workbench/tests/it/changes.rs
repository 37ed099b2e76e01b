//! A change of one thing in the document gives a difference of the snapshots that fits on a screen, and none is
//! silent.

use std::collections::BTreeSet;

use client_build::{Api, Generated, IBM, STORWARE};
use openapi_check::Sources;
use serde_json::{Value, json};
use workbench::surface::Changes;
use workbench::watch::changed_lines;

use crate::workspace;

/// The most lines of a difference that fit on a screen.
const SCREEN: usize = 50;

fn document(api: &Api) -> Value {
    let (sources, entry) = Sources::from_disk(&workspace().join("spec").join(api.entry)).unwrap();
    openapi_check::bundle(&sources, &entry).unwrap().document().clone()
}

fn generated(document: &Value, api: &Api) -> Generated {
    Generated::of_document(document, api).unwrap_or_else(|error| panic!("{error}"))
}

/// The snapshots that differ, each with the number of its removed and added lines.
fn difference(before: &Generated, after: &Generated) -> Vec<(String, usize)> {
    let (before, after) = (before.snapshots(), after.snapshots());
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let text =
        |of: &std::collections::BTreeMap<String, String>, name| of.get(name).cloned().unwrap_or_default();
    let counts = names
        .into_iter()
        .map(|name| (name.clone(), changed_lines(&text(&before, name), &text(&after, name))));
    counts.filter(|(_, count)| *count > 0).collect()
}

/// What is tried, on what, what the surface says to it, and the change itself.
struct Case {
    api: Api,
    what: &'static str,
    told: &'static [&'static str],
    change: fn(&mut Value),
}

fn properties<'a>(document: &'a mut Value, schema: &str) -> &'a mut serde_json::Map<String, Value> {
    document["components"]["schemas"][schema]["properties"].as_object_mut().unwrap()
}

const CASES: [Case; 12] = [
    Case {
        api: IBM,
        what: "add an optional property",
        told: &["policies: + ProtectionPolicy.probe: Option<i64>"],
        change: |document| {
            let probe = json!({"type": "integer", "format": "int64"});
            properties(document, "ProtectionPolicy").insert("probe".to_owned(), probe);
        },
    },
    Case {
        api: IBM,
        what: "add a required property",
        told: &["policies: + BlackoutWindow.probe: String"],
        change: |document| {
            properties(document, "BlackoutWindow").insert("probe".to_owned(), json!({"type": "string"}));
            let required = document["components"]["schemas"]["BlackoutWindow"]["required"].as_array_mut();
            required.unwrap().push(json!("probe"));
        },
    },
    Case {
        api: IBM,
        what: "make a property optional",
        told: &[
            "policies: ~ struct BlackoutWindow: new → new default",
            "policies: ~ BlackoutWindow.day: DayOfWeek → Option<DayOfWeek> (required → optional)",
        ],
        change: |document| {
            let required = document["components"]["schemas"]["BlackoutWindow"]["required"].as_array_mut();
            required.unwrap().retain(|name| name != "day");
        },
    },
    Case {
        api: IBM,
        what: "add a value to an enum",
        told: &["shared: + DayOfWeek::Probe = kProbe"],
        change: |document| {
            let values = document["components"]["schemas"]["DayOfWeek"]["enum"].as_array_mut();
            values.unwrap().push(json!("kProbe"));
        },
    },
    Case {
        api: IBM,
        what: "add a query parameter",
        told: &["policies: + get_protection_policies.probe?: bool"],
        change: |document| {
            let probe = json!({"name": "probe", "in": "query", "schema": {"type": "boolean"}});
            let operation = &mut document["paths"]["/data-protect/policies"]["get"];
            operation["parameters"].as_array_mut().unwrap().push(probe);
        },
    },
    Case {
        api: IBM,
        what: "add an operation",
        told: &[
            "operations: + GET /data-protect/policies/{id}/probe get_probe",
            "policies: + fn get_probe -> types::ProtectionPolicy | types::ApiError",
        ],
        change: |document| {
            let mut item = document["paths"]["/data-protect/policies/{id}"].clone();
            for method in ["put", "delete"] {
                item.as_object_mut().unwrap().remove(method);
            }
            item["get"]["operationId"] = json!("getProbe");
            document["paths"]["/data-protect/policies/{id}/probe"] = item;
        },
    },
    Case {
        api: IBM,
        what: "rename a property",
        told: &["policies: + BlackoutWindow.probe: DayOfWeek", "policies: - BlackoutWindow.day: DayOfWeek"],
        change: |document| {
            let day = properties(document, "BlackoutWindow").remove("day").unwrap();
            properties(document, "BlackoutWindow").insert("probe".to_owned(), day);
            let required = document["components"]["schemas"]["BlackoutWindow"]["required"].as_array_mut();
            for name in required.unwrap().iter_mut().filter(|name| *name == "day") {
                *name = json!("probe");
            }
        },
    },
    Case {
        api: IBM,
        what: "change a description",
        told: &[],
        change: |document| {
            document["components"]["schemas"]["BlackoutWindow"]["description"] =
                json!("When nothing begins.");
        },
    },
    Case {
        api: IBM,
        what: "change a bound, which only the document has",
        told: &[],
        change: |document| {
            properties(document, "ProtectionPolicy")
                .insert("name".to_owned(), json!({"type": "string", "maxLength": 63}));
        },
    },
    Case {
        api: STORWARE,
        what: "add an optional property",
        told: &["backups: + BackupListRecord.probe: Option<i64>"],
        change: |document| {
            let probe = json!({"type": "integer", "format": "int64"});
            properties(document, "BackupListRecord").insert("probe".to_owned(), probe);
        },
    },
    Case {
        api: STORWARE,
        what: "add a value to an enum",
        told: &["shared: + ProtectedEntityTypeName::Probe = PROBE"],
        change: |document| {
            let values = document["components"]["schemas"]["ProtectedEntityTypeName"]["enum"].as_array_mut();
            values.unwrap().push(json!("PROBE"));
        },
    },
    Case {
        api: STORWARE,
        what: "remove an operation",
        told: &["operations: - ", "session: - fn "],
        change: |document| {
            document["paths"].as_object_mut().unwrap().retain(|path, _| path != "/session/user");
        },
    },
];

#[test]
fn one_change_of_the_document_fits_on_a_screen() {
    let documents = [(IBM, document(&IBM)), (STORWARE, document(&STORWARE))];
    let before: Vec<(Api, &Value, Generated)> =
        documents.iter().map(|(api, document)| (*api, document, generated(document, api))).collect();
    for Case { api, what, told, change } in CASES {
        let (_, document, before) = before.iter().find(|(of, _, _)| *of == api).unwrap();
        let mut changed = (*document).clone();
        change(&mut changed);
        assert!(changed != **document, "{what}: nothing was changed");
        let after = generated(&changed, &api);
        let differences = difference(before, &after);
        let lines: usize = differences.iter().map(|(_, count)| count).sum();
        let names: Vec<String> = differences.iter().map(|(name, count)| format!("{name} {count}")).collect();
        println!("| {} | {what} | {lines} | {} |", api.name, names.join(", "));
        assert!(lines < SCREEN, "{what}: {lines} lines: {names:?}");
        assert!(
            names.contains(&"digest 2".to_owned()) || names.contains(&"digest 4".to_owned()),
            "{what} is silent"
        );
        let changes = Changes::between(before, &after).lines;
        let said: Vec<String> = changes
            .iter()
            .flat_map(|(area, lines)| lines.iter().map(move |line| format!("{area}: {line}")))
            .collect();
        assert_eq!(said.len(), told.len(), "{what}: {said:#?}");
        for piece in told {
            assert!(said.iter().any(|line| line.starts_with(piece)), "{what}: no `{piece}` in {said:#?}");
        }
    }
}
