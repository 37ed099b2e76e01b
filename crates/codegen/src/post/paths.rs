//! Shortens the absolute paths of generated types, among them those of `client-core`, and leads those of
//! [`crate::generator::LOCAL_PATH`] home.

use syn::visit_mut::{VisitMut, visit_type_path_mut};
use syn::{Path, PathSegment, Type, TypePath};

use crate::generator::LOCAL_PATH;

/// Types of the prelude that are written in full. No generated type has one of these names: lowering sees
/// to that.
const PRELUDE: [(&str, &str); 4] =
    [("option", "Option"), ("string", "String"), ("vec", "Vec"), ("boxed", "Box")];

/// Shortens every path in `ty`. `home` is how the code around it calls the module `types`, empty inside it.
pub(super) fn shorten(ty: &mut Type, home: &'static str) {
    Shorten { home }.visit_type_mut(ty);
}

struct Shorten {
    home: &'static str,
}

impl VisitMut for Shorten {
    fn visit_type_path_mut(&mut self, node: &mut TypePath) {
        visit_type_path_mut(self, node);
        let path = &mut node.path;
        let steps: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        match steps.as_slice() {
            ["std", module, name] if PRELUDE.contains(&(*module, *name)) => keep_last(path, ""),
            ["client_core", _] => keep_last(path, ""),
            [LOCAL_PATH, _] => keep_last(path, self.home),
            ["types", "builder", _] => keep_last(path, self.home),
            ["serde_json", ..] | ["std", ..] => path.leading_colon = None,
            _ => {}
        }
    }
}

fn keep_last(path: &mut Path, home: &str) {
    path.leading_colon = None;
    if let Some(last) = path.segments.last().cloned() {
        path.segments.clear();
        if !home.is_empty() {
            let home = syn::Ident::new(home, proc_macro2::Span::call_site());
            path.segments.push(PathSegment::from(home));
        }
        path.segments.push(last);
    }
}
