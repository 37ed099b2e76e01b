//! `discriminator`: the property by which a reader tells the alternatives of a schema apart. It has to be a
//! required string of every alternative, and each of its values has to lead to one of them.

use super::compose::{property, requires, type_of};
use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::{Member, Node};
use crate::{Diagnostic, suggest};

const ID: &str = "discriminator";

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        let Some(discriminator) = schema.member("discriminator") else { continue };
        let alternatives = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(key)).map(Node::items);
        if let Some(name) = discriminator.value.get("propertyName")
            && let Some(text) = name.as_str()
        {
            match alternatives {
                Some(alternatives) => {
                    for alternative in alternatives {
                        check_alternative(model, alternative, text, findings);
                    }
                }
                // The schema is the one that others extend.
                None => check_property(model, schema, text, "this schema", name, findings),
            }
        }
        for entry in discriminator.value.get("mapping").map(Node::members).unwrap_or_default() {
            check_mapping(model, entry, alternatives, findings);
        }
    }
}

/// One of several forms: a schema with a name, and with the property.
fn check_alternative<'b>(model: &Model<'b>, alternative: &'b Node, name: &str, findings: &mut Findings) {
    let Some(reference) = alternative.reference() else {
        let message = "a discriminator cannot choose a schema without a name";
        findings.push(
            Diagnostic::error(ID, &alternative.location, message)
                .help("give it a name in `components` and refer to that"),
        );
        return;
    };
    let Some(schema) = model.resolve(alternative) else { return };
    let title = format!("`{}`", component_name(reference));
    check_property(model, schema, name, &title, alternative.get("$ref").unwrap_or(alternative), findings);
}

fn check_property<'b>(
    model: &Model<'b>,
    schema: &'b Node,
    name: &str,
    title: &str,
    place: &Node,
    findings: &mut Findings,
) {
    let Some(property) = property(model, schema, name) else {
        // A schema that is itself a choice declares the property further down.
        if ["oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some()) {
            return;
        }
        let message = format!("{title} has no property `{name}` for the discriminator");
        findings.push(
            Diagnostic::error(ID, &place.location, message).help(format!("declare `{name}` and require it")),
        );
        return;
    };
    if type_of(model, &property.value).is_some_and(|kind| kind != "string") {
        let message = format!("the property `{name}` of {title} is no string, and a discriminator is one");
        findings.push(Diagnostic::error(ID, &place.location, message));
    }
    if !requires(model, schema, name) {
        let message = format!("{title} does not require the property `{name}` of the discriminator");
        findings.push(
            Diagnostic::error(ID, &place.location, message).help(format!("add `{name}` to `required`")),
        );
    }
}

/// A value of the property and the schema that it stands for.
fn check_mapping<'b>(
    model: &Model<'b>,
    entry: &'b Member,
    alternatives: Option<&'b [Node]>,
    findings: &mut Findings,
) {
    let Some(target) = entry.value.as_str() else { return };
    let reference =
        if target.contains('/') { target.to_owned() } else { format!("#/components/schemas/{target}") };
    if model.component(&reference).is_none() {
        // References that lead nowhere have been reported.
        if !target.contains(['/', '#']) {
            let message = format!("there is no schema `{target}` for the value `{}`", entry.key);
            let names = model.section("schemas").iter().map(|member| member.key.as_str());
            let mut finding = Diagnostic::error(ID, &entry.value.location, message);
            finding.help = suggest::nearest(target, names).map(|near| format!("did you mean `{near}`?"));
            findings.push(finding);
        }
        return;
    }
    let is_member = alternatives.is_none_or(|all| all.iter().any(|one| one.reference() == Some(&*reference)));
    if !is_member {
        let name = component_name(&reference);
        let message =
            format!("the value `{}` leads to `{name}`, which is none of the alternatives", entry.key);
        findings.push(
            Diagnostic::error(ID, &entry.value.location, message)
                .help(format!("add `{name}` to the alternatives, or drop the value")),
        );
    }
}

fn component_name(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::reports_rule;

    const ITEMS: &str = "items: {$ref: '#/components/schemas/Pet'}";
    const CAT: &str = "{required: [name], properties: {name: {type: string}}}";

    /// A choice between the pet of the petstore and another schema.
    fn choice(discriminator: &str, cat: &str) -> String {
        format!(
            "items: {{$ref: '#/components/schemas/Either'}}\n    Either:\n      oneOf: \
             [{{$ref: '#/components/schemas/Pet'}}, {{$ref: '#/components/schemas/Cat'}}]\n      \
             discriminator: {discriminator}\n    Cat: {cat}"
        )
    }

    #[test]
    fn bad() {
        for (discriminator, cat, expected) in [
            (
                "{propertyName: name}",
                "{properties: {name: {type: string}}}",
                "'#/components/schemas/Cat': `Cat` does not require the property `name` of the discriminator",
            ),
            (
                "{propertyName: name}",
                "{properties: {}}",
                "'#/components/schemas/Cat': `Cat` has no property `name` for the discriminator",
            ),
            (
                "{propertyName: name}",
                "{required: [name], properties: {name: {type: integer}}}",
                "'#/components/schemas/Cat': the property `name` of `Cat` is no string, and a discriminator is one",
            ),
            (
                "{propertyName: name, mapping: {cat: Cta}}",
                CAT,
                "Cta: there is no schema `Cta` for the value `cat`",
            ),
            (
                "{propertyName: name, mapping: {cat: '#/components/schemas/Kind'}}",
                CAT,
                "'#/components/schemas/Kind': the value `cat` leads to `Kind`, which is none of the alternatives",
            ),
        ] {
            let expected = format!("discriminator at {expected}");
            reports_rule("discriminator", ITEMS, &choice(discriminator, cat), &[&expected]);
        }
        reports_rule(
            "discriminator",
            ITEMS,
            "items: {oneOf: [{type: object}], discriminator: {propertyName: name}}",
            &["discriminator at {type: a discriminator cannot choose a schema without a name"],
        );
        reports_rule(
            "discriminator",
            "    Kind:\n",
            "    Kind:\n      discriminator: {propertyName: kind}\n",
            &["discriminator at kind: this schema has no property `kind` for the discriminator"],
        );
    }

    #[test]
    fn good() {
        for discriminator in [
            "{propertyName: name}",
            "{propertyName: name, mapping: {dog: Pet, cat: '#/components/schemas/Cat', puss: Cat}}",
        ] {
            reports_rule("discriminator", ITEMS, &choice(discriminator, CAT), &[]);
        }
        // A schema that others extend, and that gets the property from what it includes.
        reports_rule(
            "discriminator",
            "        parent: {$ref: '#/components/schemas/Pet'}",
            "        parent: {allOf: [{$ref: '#/components/schemas/Pet'}], discriminator: {propertyName: name}}",
            &[],
        );
    }
}
