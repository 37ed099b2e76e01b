//! Drops schemas that no operation reaches, so that no type is generated for them.

use std::collections::BTreeSet;

use super::Context;
use crate::Error;
use crate::document::{SCHEMAS, component_schemas, component_schemas_mut, references};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut reached = BTreeSet::new();
    let mut open = Vec::new();
    references(&context.document["paths"], &mut open);
    while let Some(name) = open.pop() {
        if let Some(schema) = component_schemas(&context.document).and_then(|schemas| schemas.get(&name))
            && reached.insert(name)
        {
            references(schema, &mut open);
        }
    }
    let mut dropped = Vec::new();
    if let Some(schemas) = component_schemas_mut(&mut context.document) {
        schemas.retain(|name, _| {
            let keep = reached.contains(name);
            if !keep {
                dropped.push(name.clone());
            }
            keep
        });
    }
    for name in dropped {
        context.note("unused", format!("{SCHEMAS}{name}"), "no operation reaches it");
    }
    Ok(())
}
