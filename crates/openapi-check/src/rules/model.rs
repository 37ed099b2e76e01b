//! The document as rules look at it.

use std::collections::HashMap;

use crate::bundle::Bundle;
use crate::kind::{Kind, METHODS, SECTIONS, visit};
use crate::node::{Member, Node};

/// The bundled document, indexed.
pub(super) struct Model<'b> {
    pub(super) bundle: &'b Bundle,
    pub(super) operations: Vec<Operation<'b>>,
    /// Every node that is an object of OpenAPI, parents first. Each component stands here once.
    objects: Vec<(Kind, &'b Node)>,
    components: HashMap<String, &'b Node>,
}

/// A method of a path.
pub(super) struct Operation<'b> {
    pub(super) path: &'b Member,
    pub(super) method: &'b Member,
}

impl<'b> Operation<'b> {
    /// The object that describes it.
    pub(super) fn node(&self) -> &'b Node {
        &self.method.value
    }

    /// How findings call it: `GET /pets`.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.method.key.to_uppercase(), self.path.key)
    }
}

impl<'b> Model<'b> {
    pub(super) fn new(bundle: &'b Bundle) -> Self {
        let root = bundle.root();
        let mut objects = Vec::new();
        visit(root, Kind::Document, &mut |kind, _, node| objects.push((kind, node)));
        let mut components = HashMap::new();
        for (section, _) in SECTIONS {
            let members = root.get("components").and_then(|components| components.get(section));
            for member in members.map(Node::members).unwrap_or_default() {
                components.insert(format!("#/components/{section}/{}", member.key), &member.value);
            }
        }
        let paths = root.get("paths").map(Node::members).unwrap_or_default();
        let operations = paths.iter().flat_map(|path| {
            let methods = path.value.members().iter();
            let methods = methods.filter(|member| METHODS.contains(&member.key.as_str()));
            methods.map(move |method| Operation { path, method })
        });
        Self { bundle, operations: operations.collect(), objects, components }
    }

    /// All nodes of a kind, references left out.
    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = &'b Node> {
        self.objects
            .iter()
            .filter(move |(of, node)| *of == kind && node.is_mapping() && node.reference().is_none())
            .map(|(_, node)| *node)
    }

    /// The node itself or, if it is a reference, what it leads to. `None` if it leads nowhere, which has
    /// been reported already.
    pub(super) fn resolve(&self, node: &'b Node) -> Option<&'b Node> {
        let mut node = node;
        // Longer chains are circles, and those have been reported too.
        for _ in 0..16 {
            match node.reference() {
                None => return Some(node),
                Some(reference) => node = self.components.get(reference)?,
            }
        }
        None
    }
}
