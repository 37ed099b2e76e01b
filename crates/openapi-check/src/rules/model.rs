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

    /// The members of a section of the components.
    pub(super) fn section(&self, name: &str) -> &'b [Member] {
        let components = self.bundle.root().get("components");
        components.and_then(|components| components.get(name)).map(Node::members).unwrap_or_default()
    }

    /// What a reference to a schema leads to, given its text.
    pub(super) fn component(&self, reference: &str) -> Option<&'b Node> {
        self.components.get(reference).copied()
    }

    /// The parameters of an operation, those of its path that it does not declare anew included: each as
    /// written, and what it leads to.
    pub(super) fn parameters(&self, operation: &Operation<'b>) -> Vec<(&'b Node, &'b Node)> {
        let mut found: Vec<(&Node, &Node)> = Vec::new();
        for object in [operation.node(), &operation.path.value] {
            for written in object.get("parameters").map(Node::items).unwrap_or_default() {
                let Some(parameter) = self.resolve(written) else { continue };
                let known =
                    key(parameter).is_some() && found.iter().any(|(_, other)| key(other) == key(parameter));
                if !known {
                    found.push((written, parameter));
                }
            }
        }
        found
    }

    /// The body of the requests of an operation.
    pub(super) fn request_body(&self, operation: &Operation<'b>) -> Option<&'b Node> {
        operation.node().get("requestBody").and_then(|body| self.resolve(body))
    }

    /// The answers of an operation: the member that names the status, and what it leads to.
    pub(super) fn responses(
        &self,
        operation: &Operation<'b>,
    ) -> impl Iterator<Item = (&'b Member, &'b Node)> + use<'_, 'b> {
        let responses = operation.node().get("responses").map(Node::members).unwrap_or_default();
        let statuses = responses.iter().filter(|member| !member.key.starts_with("x-"));
        statuses.filter_map(|member| Some((member, self.resolve(&member.value)?)))
    }
}

/// What tells a parameter from others.
fn key(parameter: &Node) -> Option<(&str, &str)> {
    Some((parameter.str_at("name")?, parameter.str_at("in")?))
}
