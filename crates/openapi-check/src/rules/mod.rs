//! The rules. A new rule is a new file here, a line in [`ALL`], a line in the [registry](crate::registry), and
//! a page in `docs/rules`.
//!
//! A rule looks at the [`Model`], where every node remembers its authored place, and reports what it
//! finds. Each file says what the rule is for, and tests it on the petstore of [`testing`]: patches
//! that must be reported, at the exact place, and patches that must not.

mod ambiguous_paths;
mod array_items;
mod bodies;
mod casing;
mod enum_values;
mod implicit_scalars;
mod metaschema;
mod model;
mod names;
mod operation_ids;
mod path_parameters;
mod patterns;
mod query_lists;
mod ref_siblings;
mod required_properties;
mod unused;
mod values;
mod version;

use model::Model;

use crate::Diagnostic;
use crate::bundle::Bundle;

/// Where a rule puts its findings.
type Findings = Vec<Diagnostic>;

/// Every rule, in no particular order: findings are sorted by place.
const ALL: &[fn(&Model<'_>, &mut Findings)] = &[
    ambiguous_paths::check,
    array_items::check,
    bodies::check,
    casing::check,
    enum_values::check,
    implicit_scalars::check,
    metaschema::check,
    names::check,
    operation_ids::check,
    path_parameters::check,
    patterns::check,
    query_lists::check,
    ref_siblings::check,
    required_properties::check,
    unused::check,
    values::check,
];

/// Runs every rule.
///
/// A document of another version gets one finding only, beside those of reading it.
pub(crate) fn run(bundle: &Bundle, findings: &mut Findings) {
    if let Some(finding) = version::check(bundle.root()) {
        findings.retain(|finding| ["yaml-syntax", "duplicate-key"].contains(&finding.rule));
        findings.push(finding);
        return;
    }
    let model = Model::new(bundle);
    for rule in ALL {
        rule(&model, findings);
    }
}

#[cfg(test)]
pub(crate) mod testing;
