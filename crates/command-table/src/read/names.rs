//! The verb of a path.

use heck::ToKebabCase as _;

/// The verb of an operation of `resource`. `lists` says that the answer is a list.
pub(super) fn verb(method: &str, path: &str, resource: &str, lists: bool) -> String {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_parameter = |segment: &&str| segment.starts_with('{');
    // `data-source-connections` are connections too.
    let is_resource = |segment: &&str| {
        let segment = segment.to_kebab_case();
        segment == resource || segment.ends_with(&format!("-{resource}"))
    };
    let behind = segments.iter().rposition(is_resource).map_or(segments.len(), |index| index + 1);
    let rest = segments.get(behind..).unwrap_or_default();
    let fixed: Vec<String> =
        rest.iter().filter(|segment| !is_parameter(segment)).map(|segment| segment.to_kebab_case()).collect();
    if !fixed.is_empty() {
        let rest = fixed.join("-");
        return match method {
            "post" => rest,
            "get" if lists => format!("list-{rest}"),
            "get" => format!("get-{rest}"),
            "put" => format!("set-{rest}"),
            other => format!("{other}-{rest}"),
        };
    }
    let one = rest.iter().any(is_parameter);
    match method {
        "get" if one || !lists => "get",
        "get" => "list",
        "post" => "create",
        "put" => "update",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::verb;

    #[test]
    fn verbs_follow_from_method_and_path() {
        for (method, path, resource, lists, expected) in [
            ("get", "/data-protect/policies", "policies", true, "list"),
            ("post", "/data-protect/policies", "policies", false, "create"),
            ("get", "/data-protect/policies/{id}", "policies", false, "get"),
            ("put", "/data-protect/policies/{id}", "policies", false, "update"),
            ("delete", "/data-protect/policies/{id}", "policies", false, "delete"),
            ("get", "/data-protect/protection-groups/{id}", "groups", false, "get"),
            ("patch", "/data-source-connections/{connectionId}", "connections", false, "patch"),
            (
                "post",
                "/data-source-connections/{id}/registrationToken",
                "connections",
                false,
                "registration-token",
            ),
            ("post", "/data-protect/recoveries/{id}/cancel", "recoveries", false, "cancel"),
            ("get", "/data-protect/protection-groups/{id}/runs/{runId}", "runs", false, "get"),
            ("get", "/tasks/{guid}/state/v2", "tasks", false, "get-state-v2"),
            ("get", "/tasks/queued", "tasks", true, "list-queued"),
            ("put", "/tasks/{guid}/state", "tasks", false, "set-state"),
            ("delete", "/tasks/all-finished", "tasks", false, "delete-all-finished"),
        ] {
            assert_eq!(verb(method, path, resource, lists), expected, "{method} {path}");
        }
    }
}
