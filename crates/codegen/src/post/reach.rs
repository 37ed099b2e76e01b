//! Marks which areas reach a type, and whether a request does.

use std::collections::{BTreeMap, BTreeSet};

use syn::Type;
use syn::visit::{Visit, visit_path};

use super::model::{Model, Success};

/// Follows every operation's parameters and answers through the types.
pub(super) fn mark(model: &mut Model) {
    let edges: BTreeMap<String, BTreeSet<String>> = model
        .types
        .iter()
        .map(|definition| (definition.ident.to_string(), definition.mentions.clone()))
        .collect();
    let mut areas: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut requested = BTreeSet::new();
    for area in &model.areas {
        for operation in &area.operations {
            let mut sent = BTreeSet::new();
            for parameter in &operation.parameters {
                follow(&edges, names(&parameter.ty), &mut sent);
            }
            let mut all = sent.clone();
            if let Success::Json(ty) = &operation.success {
                follow(&edges, names(ty), &mut all);
            }
            if let Some(ty) = &operation.error {
                follow(&edges, names(ty), &mut all);
            }
            for name in all {
                areas.entry(name).or_default().insert(area.slug.clone());
            }
            requested.extend(sent);
        }
    }
    for definition in &mut model.types {
        let name = definition.ident.to_string();
        definition.in_requests = requested.contains(&name);
        definition.areas = areas.remove(&name).unwrap_or_default();
    }
}

fn follow(edges: &BTreeMap<String, BTreeSet<String>>, start: Vec<String>, reached: &mut BTreeSet<String>) {
    let mut open = start;
    while let Some(name) = open.pop() {
        if let Some(next) = edges.get(&name)
            && reached.insert(name)
        {
            open.extend(next.iter().cloned());
        }
    }
}

fn names(ty: &Type) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            self.0.extend(path.segments.last().map(|last| last.ident.to_string()));
            visit_path(self, path);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_type(ty);
    names.0
}
