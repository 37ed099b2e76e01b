//! Describes what the document leaves to its type: a member that only refers to a type says what the type says first.

use std::collections::BTreeMap;

use syn::{GenericArgument, PathArguments, Type};

use super::model::{Model, Shape};

/// Fills the documentation of the members and parameters that have none.
pub(super) fn fill(model: &mut Model) {
    let of_types: BTreeMap<String, String> = model
        .types
        .iter()
        .map(|it| (it.ident.to_string(), first_sentence(&it.docs).to_owned()))
        .filter(|(_, sentence)| !sentence.is_empty())
        .collect();
    let fill = |docs: &mut String, ty: &Type| {
        if docs.is_empty()
            && let Some(sentence) = innermost(ty).and_then(|name| of_types.get(&name))
        {
            docs.clone_from(sentence);
        }
    };
    for definition in &mut model.types {
        if let Shape::Struct(fields) | Shape::Named(fields) = &mut definition.shape {
            fields.iter_mut().for_each(|field| fill(&mut field.docs, &field.ty));
        }
    }
    for operation in model.areas.iter_mut().flat_map(|area| &mut area.operations) {
        operation.parameters.iter_mut().for_each(|parameter| fill(&mut parameter.docs, &parameter.ty));
    }
}

/// The name of the type in all its options, boxes and lists.
fn innermost(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().rev().find_map(|it| match it {
            GenericArgument::Type(inner) => innermost(inner),
            _ => None,
        }),
        _ => None,
    };
    inner.or_else(|| Some(last.ident.to_string()))
}

/// Up to the first full stop that ends a sentence, or the first paragraph.
fn first_sentence(text: &str) -> &str {
    let paragraph = text.split("\n\n").next().unwrap_or_default().trim();
    let begins = |letter: char| letter.is_uppercase() || letter == '`';
    let ends = |(at, _): &(usize, &str)| {
        let rest = paragraph[at + 1..].trim_start();
        rest.is_empty() || rest.len() < paragraph[at + 1..].len() && rest.starts_with(begins)
    };
    paragraph.match_indices('.').find(ends).map_or(paragraph, |(at, _)| &paragraph[..=at])
}

#[cfg(test)]
mod tests {
    use super::{first_sentence, innermost};

    #[test]
    fn a_sentence_ends_where_another_begins() {
        for (text, expected) in [
            ("State of a run. `Missed` means late.", "State of a run."),
            ("One thing. And another.", "One thing."),
            ("Kept for e.g. a day\nor two. More.", "Kept for e.g. a day\nor two."),
            ("Version 1.2 of it", "Version 1.2 of it"),
            ("A title\n\nA text.", "A title"),
            ("", ""),
        ] {
            assert_eq!(first_sentence(text), expected);
        }
    }

    #[test]
    fn the_type_is_found_in_what_holds_it() {
        for (ty, expected) in [
            ("Option<Vec<RunTarget>>", "RunTarget"),
            ("std::boxed::Box<types::Run>", "Run"),
            ("std::collections::BTreeMap<String, Share>", "Share"),
            ("i64", "i64"),
        ] {
            assert_eq!(innermost(&syn::parse_str(ty).unwrap()).as_deref(), Some(expected));
        }
    }
}
