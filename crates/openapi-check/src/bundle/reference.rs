//! Where a reference leads, and what stands in its place.

use super::Bundler;
use crate::kind::Kind;
use crate::node::{Content, Member, Node};
use crate::sources::relative;
use crate::{Diagnostic, pointer, suggest};

/// References that lead to references. More than this is a circle or a riddle.
const MAX_CHAIN: usize = 16;

/// What stands in place of its reference inside what does so too, as path items do by way of callbacks. It
/// also bounds how deep the bundle can get.
const MAX_INLINED: usize = 4;

/// Nodes that may be copied in place of references: files that refer to each other many times over could make
/// a bundle of any size.
const MAX_COPIED: usize = 300_000;

/// What a reference names.
#[derive(Clone)]
struct Target<'s> {
    file: &'s str,
    /// JSON pointer inside the file; empty for the whole file.
    pointer: String,
    member: Option<&'s Member>,
    node: &'s Node,
}

impl Target<'_> {
    /// The key that the target is written under; for a whole file, its name without the extension.
    fn name(&self) -> String {
        match self.pointer.rsplit_once('/') {
            Some((_, last)) => pointer::unescape(last).into_owned(),
            None => {
                let name = self.file.rsplit('/').next().unwrap_or(self.file);
                name.split('.').next().unwrap_or(name).to_owned()
            }
        }
    }

    /// Whether the name was given to a component: at the top of a file or in a section of components. Anything
    /// else that is referred to has a name only for want of a better one.
    fn is_named(&self) -> bool {
        let tokens: Vec<_> = self.pointer.split('/').skip(1).collect();
        matches!(tokens.as_slice(), [_] | ["components", _, _] | ["definitions", _])
    }
}

impl<'s> Bundler<'s> {
    /// What stands in the bundle for the reference `node`, whose member `$ref` is `member`.
    pub(super) fn reference(&mut self, node: &'s Node, member: &'s Member, kind: Kind) -> Node {
        for sibling in node.members().iter().filter(|sibling| sibling.key != "$ref") {
            self.dropped.push((sibling.key.clone(), sibling.key_location.clone()));
        }
        let Some(target) = self.target(&member.value, kind) else { return node.clone() };
        let whole_example = kind == Kind::Example && target.pointer.is_empty();
        if kind.section().is_none() || whole_example {
            return self.inline(&member.value, target, kind);
        }
        match self.named(kind, &member.value, &target) {
            Some(text) => {
                let value = Node::string(&member.value.location, text);
                let reference = Member { value, ..member.clone() };
                Node { location: node.location.clone(), content: Content::Mapping(vec![reference]) }
            }
            None => node.clone(),
        }
    }

    /// A value of a discriminator mapping: a reference, or the bare name of a schema.
    pub(super) fn mapped(&mut self, value: &'s Node) -> Node {
        let is_reference = value.as_str().is_some_and(|text| text.contains(['#', '/']));
        if !is_reference {
            return value.clone();
        }
        let text =
            self.target(value, Kind::Schema).and_then(|target| self.named(Kind::Schema, value, &target));
        text.map_or_else(|| value.clone(), |text| Node::string(&value.location, text))
    }

    /// A value of the API. `value: {$ref: other.yaml}` stands for the content of that file.
    pub(super) fn data(&mut self, node: &'s Node) -> Node {
        if let [member] = node.members()
            && member.key == "$ref"
            && let Some(text) = member.value.as_str()
            && !text.contains('#')
            && [".yaml", ".yml", ".json"].iter().any(|extension| text.ends_with(extension))
            && let Some(target) = self.target(&member.value, Kind::Data)
            && self.copied <= MAX_COPIED
        {
            self.copied += size(target.node);
            return target.node.clone();
        }
        node.clone()
    }

    /// Declares the target as a component and returns the reference to it.
    fn named(&mut self, kind: Kind, reference: &Node, target: &Target<'s>) -> Option<String> {
        let section = kind.section()?;
        let mut name = target.name();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.is_empty() || !name.chars().all(allowed) {
            if target.is_named() {
                let message = format!("`{name}` cannot be the name of a {}", kind.noun());
                self.diagnostics.push(
                    Diagnostic::error("component-name", &reference.location, message)
                        .help("names consist of letters, digits, `.`, `-` and `_`"),
                );
            }
            name = name.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
            if name.is_empty() {
                name.push('_');
            }
        }
        let name = self.declare(kind, &name, target.file, &target.pointer, target.member, target.node);
        Some(format!("#/components/{section}/{name}"))
    }

    /// What the target holds, in place of the reference to it.
    fn inline(&mut self, reference: &'s Node, target: Target<'s>, kind: Kind) -> Node {
        let place = (target.file, target.pointer.clone());
        let too_many = self.inlining.len() >= MAX_INLINED || self.copied > MAX_COPIED;
        if self.inlining.contains(&place) || too_many {
            let message = "this reference leads back to itself, or through too many others";
            self.diagnostics.push(Diagnostic::error("reference-circle", &reference.location, message));
            return Node::string(&reference.location, "");
        }
        self.inlining.push(place);
        let node = self.rewrite(target.node, kind);
        self.inlining.pop();
        node
    }

    /// Follows the reference text in `value`, and further while references only lead to others.
    fn target(&mut self, value: &'s Node, kind: Kind) -> Option<Target<'s>> {
        let mut target = self.step(value, kind)?;
        let mut alias = None;
        for _ in 0..MAX_CHAIN {
            let next = target.node.get("$ref").filter(|next| next.as_str().is_some());
            let Some(next) = next.filter(|_| kind != Kind::Data) else {
                return Some(alias.unwrap_or(target));
            };
            let further = self.step(next, kind)?;
            // A component that is only another name for one stays: it is a name somebody chose. The way
            // is followed to its end all the same, to notice a circle.
            let is_alias = kind.section().is_some()
                && further.name() != target.name()
                && !(kind == Kind::Example && further.pointer.is_empty());
            if is_alias && alias.is_none() {
                alias = Some(target);
            }
            target = further;
        }
        let message = "this reference leads to references only, perhaps in a circle";
        self.diagnostics.push(Diagnostic::error("reference-circle", &value.location, message));
        None
    }

    /// Follows one reference.
    fn step(&mut self, value: &'s Node, kind: Kind) -> Option<Target<'s>> {
        let text = value.as_str()?;
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (path, fragment) = (&*pointer::percent_decoded(path), &*pointer::percent_decoded(fragment));
        let from: &'s str = &value.location.file;
        let file = if path.is_empty() { Some(from.to_owned()) } else { relative(from, path) };
        let Some(file) = file else {
            let message = format!("`{text}` leads out of the authored files");
            self.diagnostics.push(
                Diagnostic::error("unresolved-reference", &value.location, message)
                    .help("refer to a file by its path relative to this one"),
            );
            return None;
        };
        let Some(file) = self.sources.key(&file) else {
            let diagnostic =
                Diagnostic::error("unresolved-file", &value.location, format!("there is no file `{file}`"));
            let nearest = suggest::nearest(&file, self.sources.keys());
            self.diagnostics.push(match nearest {
                Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                None => diagnostic.help("references are relative to the file they stand in"),
            });
            return None;
        };
        let root = match self.tree(file) {
            Some(root) => root,
            None => {
                // A file that cannot be read has been reported already, an empty one has not.
                if self.sources.reading_findings(file).is_empty() {
                    let message = format!("the file `{file}` is empty");
                    self.diagnostics.push(Diagnostic::error("unresolved-file", &value.location, message));
                }
                return None;
            }
        };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let message = format!("`#{fragment}` is no JSON pointer");
            self.diagnostics.push(
                Diagnostic::error("unresolved-reference", &value.location, message)
                    .help(format!("write `{path}#/{fragment}`")),
            );
            return None;
        }
        let walk = root.walk(fragment);
        if let Some(missing) = &walk.rest {
            let diagnostic = Diagnostic::error(
                "unresolved-reference",
                &value.location,
                format!("there is no `{missing}` where `{text}` leads"),
            );
            let nearest = suggest::nearest(missing, walk.node.members().iter().map(|m| m.key.as_str()));
            let in_entry = path.is_empty() && from != self.entry && fragment.starts_with("/components/");
            self.diagnostics.push(match nearest {
                Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                None if in_entry => diagnostic.help("`#` means this file; name the entry file before it"),
                None => diagnostic,
            });
            return None;
        }
        if !walk.node.is_mapping() && kind.may_be_reference() {
            let message = format!("`{text}` does not lead to a {}", kind.noun());
            self.diagnostics.push(Diagnostic::error("unresolved-reference", &value.location, message));
            return None;
        }
        self.reached.insert((file, fragment.to_owned()));
        Some(Target { file, pointer: fragment.to_owned(), member: walk.key, node: walk.node })
    }
}

/// The node and everything below it.
fn size(node: &Node) -> usize {
    let members = node.members().iter().map(|member| size(&member.value));
    1 + node.items().iter().map(size).chain(members).sum::<usize>()
}
