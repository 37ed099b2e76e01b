//! The rules. A new rule is a new file here, a line in [`ALL`], a line in the [registry](crate::registry), and
//! a page in `docs/rules`.
//!
//! A rule looks at the [`Model`], where every node remembers its authored place, and reports what it
//! finds. Each file says what the rule is for, and tests it on the petstore of [`testing`]: patches
//! that must be reported, at the exact place, and patches that must not.

mod ambiguous_paths;
mod answer_types;
mod array_items;
mod bodies;
mod bounds;
mod casing;
mod code_blocks;
mod compose;
mod descriptions;
mod discriminator;
mod enum_constants;
mod enum_strings;
mod enum_values;
mod error_body;
mod error_response;
mod evidence;
mod formats;
mod idle_keyword;
mod implicit_scalars;
mod inline_names;
mod links;
mod media_types;
mod member_defaults;
mod metaschema;
mod missing_examples;
mod model;
mod names;
mod nullable_component;
mod operation_ids;
mod optional_bodies;
mod parameter_forms;
mod path_parameters;
mod patterns;
mod portable_patterns;
mod query_lists;
mod read_only;
mod ref_siblings;
mod required_cycle;
mod required_properties;
mod reserved_header;
mod reserved_names;
mod server_variables;
mod shared_names;
mod trailing_slash;
mod unions;
mod unused;
mod values;
mod version;
mod words;

use model::Model;

use crate::Diagnostic;
use crate::bundle::Bundle;

/// Where a rule puts its findings.
type Findings = Vec<Diagnostic>;

/// Every rule, in no particular order: findings are sorted by place.
const ALL: &[fn(&Model<'_>, &mut Findings)] = &[
    ambiguous_paths::check,
    answer_types::check,
    array_items::check,
    bodies::check,
    bounds::check,
    casing::check,
    code_blocks::check,
    descriptions::check,
    discriminator::check,
    enum_constants::check,
    enum_strings::check,
    enum_values::check,
    error_body::check,
    error_response::check,
    evidence::check,
    formats::check,
    idle_keyword::check,
    implicit_scalars::check,
    inline_names::check,
    links::check,
    media_types::check,
    member_defaults::check,
    metaschema::check,
    missing_examples::check,
    names::check,
    nullable_component::check,
    operation_ids::check,
    optional_bodies::check,
    parameter_forms::check,
    path_parameters::check,
    patterns::check,
    portable_patterns::check,
    query_lists::check,
    read_only::check,
    ref_siblings::check,
    required_cycle::check,
    required_properties::check,
    reserved_header::check,
    reserved_names::check,
    server_variables::check,
    shared_names::check,
    trailing_slash::check,
    unions::check,
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
