//! Makes one document of the authored files.
//!
//! Every schema, parameter, response and so on that something refers to comes to stand in
//! `components` under its own key, whichever file it was written in. One name from two places is an
//! error and never gets a suffix, because the names are the names of types in other people's programs.
//! Path items, and examples that are a file of their own, take the place of their reference. So does what
//! stands where OpenAPI has no references and authors of split documents have them all the same: an
//! operation, a list of parameters, a description. What
//! nothing refers to is left out. The order is fixed: paths as authored, components by name.

mod reference;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde_json::Value;

use crate::kind::{Kind, SECTIONS, visit};
use crate::node::{Content, Member, Node};
use crate::pointer::escape;
use crate::{Diagnostic, Location, Sources, diagnostic};

/// One document made of the authored files, with the way back.
#[derive(Debug)]
pub struct Bundle {
    root: Node,
    document: Value,
    /// Members beside a `$ref`, which the bundle drops as readers of OpenAPI 3.0 do.
    dropped: Vec<(String, Location)>,
    /// What is declared in the files and nothing leads to.
    unused: Vec<(String, Location)>,
}

impl Bundle {
    /// The document. All references in it begin with `#/components/`.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The authored place of a JSON pointer into [`Bundle::document`]: of the value itself if it is a
    /// scalar, otherwise of its key. A pointer that leads nowhere gets the place of the last part that
    /// exists; `None` only for what is no JSON pointer.
    pub fn locate(&self, json_pointer: &str) -> Option<&Location> {
        if !json_pointer.is_empty() && !json_pointer.starts_with('/') {
            return None;
        }
        Some(self.root.walk(json_pointer).location())
    }

    /// The document with places.
    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// Members that stand beside a `$ref` in the authored files.
    pub(crate) fn dropped(&self) -> &[(String, Location)] {
        &self.dropped
    }

    /// Names declared in the authored files that nothing leads to.
    pub(crate) fn unused(&self) -> &[(String, Location)] {
        &self.unused
    }
}

/// Bundles the document whose entry is the file `entry`.
///
/// # Errors
/// Everything that keeps the files from being one document: files that are absent or cannot be read,
/// references that lead nowhere or in a circle, one name for two things.
pub fn bundle(sources: &Sources, entry: &str) -> Result<Bundle, Vec<Diagnostic>> {
    match assemble(sources, entry) {
        (Some(bundle), diagnostics) if diagnostics.is_empty() => Ok(bundle),
        (_, diagnostics) => Err(diagnostics),
    }
}

/// Bundles as much as can be, so that one wrong reference does not hide every other finding. References
/// that lead nowhere stay in the bundle. Without a readable entry there is no bundle.
pub(crate) fn assemble(sources: &Sources, entry: &str) -> (Option<Bundle>, Vec<Diagnostic>) {
    let mut bundler = Bundler::new(sources, entry);
    let Some(root) = bundler.tree(entry) else {
        let mut diagnostics = bundler.diagnostics;
        if diagnostics.is_empty() {
            let reason = if sources.text(entry).is_some() { "is empty" } else { "is not there" };
            let message = format!("the entry file `{entry}` {reason}");
            diagnostics.push(Diagnostic::error("unresolved-file", &Location::top(entry), message));
        }
        return (None, diagnostics);
    };
    let mut document = bundler.document(root);
    let components = bundler.components();
    place_components(&mut document, root, components);
    let unused = bundler.unused();
    let mut diagnostics = bundler.diagnostics;
    diagnostic::arrange(&mut diagnostics);
    let bundle = Bundle { document: document.to_value(), root: document, dropped: bundler.dropped, unused };
    (Some(bundle), diagnostics)
}

/// Puts the components where the author has them, or at the end.
fn place_components(document: &mut Node, authored: &Node, components: Vec<Member>) {
    let Content::Mapping(members) = &mut document.content else { return };
    if components.is_empty() {
        members.retain(|member| member.key != "components");
        return;
    }
    let place = |location: &Location| Member {
        key: "components".to_owned(),
        key_location: location.clone(),
        key_unquoted: false,
        key_plain: false,
        value: Node { location: location.clone(), content: Content::Mapping(components) },
    };
    match members.iter_mut().find(|member| member.key == "components") {
        Some(member) => *member = place(&member.key_location.clone()),
        None => members.push(place(&authored.location)),
    }
}

/// Where a component was written.
#[derive(Clone, Debug)]
struct Origin<'s> {
    location: &'s Location,
}

struct Bundler<'s> {
    sources: &'s Sources,
    entry: &'s str,
    /// What each component name stands for.
    origins: HashMap<(Kind, String), Origin<'s>>,
    /// The name of each component by file and pointer.
    names: HashMap<(Kind, &'s str, String), String>,
    /// Components that something refers to and that are still to be written.
    queue: VecDeque<(Kind, Member, &'s Node)>,
    sections: BTreeMap<Kind, BTreeMap<String, Member>>,
    /// What is being put in place of its reference right now, to notice circles.
    inlining: Vec<(&'s str, String)>,
    /// Nodes that were copied in place of references.
    copied: usize,
    dropped: Vec<(String, Location)>,
    /// Everything that a reference led to, as file and pointer.
    reached: HashSet<(&'s str, String)>,
    known_files: HashSet<&'s str>,
    diagnostics: Vec<Diagnostic>,
}

impl<'s> Bundler<'s> {
    fn new(sources: &'s Sources, entry: &str) -> Self {
        // The key as the sources own it, which outlives the argument.
        let entry = sources.key(entry).unwrap_or_default();
        Self {
            sources,
            entry,
            origins: HashMap::new(),
            names: HashMap::new(),
            copied: 0,
            queue: VecDeque::new(),
            sections: BTreeMap::new(),
            inlining: Vec::new(),
            dropped: Vec::new(),
            reached: HashSet::new(),
            known_files: HashSet::new(),
            diagnostics: Vec::new(),
        }
    }

    /// The tree of a file. What reading it finds is reported the first time.
    fn tree(&mut self, key: &str) -> Option<&'s Node> {
        if let Some(key) = self.sources.key(key)
            && self.known_files.insert(key)
        {
            self.diagnostics.extend_from_slice(self.sources.reading_findings(key));
        }
        self.sources.tree(key)
    }

    /// The document without its components; those that it needs are in the queue afterwards.
    fn document(&mut self, root: &'s Node) -> Node {
        let Content::Mapping(members) = &root.content else { return root.clone() };
        let rewritten = members.iter().map(|member| {
            let value = match member.key.as_str() {
                // Only what is referred to, and that is not known yet.
                "components" => member.value.clone(),
                key => self.rewrite(&member.value, Kind::Document.child(key)),
            };
            Member { value, ..member.clone() }
        });
        let content = Content::Mapping(rewritten.collect());
        let document = Node { location: root.location.clone(), content };
        self.security_schemes(&document);
        document
    }

    /// Security schemes are referred to by name alone, and stand in the entry file.
    fn security_schemes(&mut self, document: &Node) {
        let mut names = Vec::new();
        visit(document, Kind::Document, &mut |kind, _, node| {
            if kind == Kind::SecurityRequirement {
                names.extend(node.members().iter().map(|member| member.key.clone()));
            }
        });
        let Some(root) = self.sources.tree(self.entry) else { return };
        let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
        for name in names {
            // A name that stands for nothing is for a rule to report.
            if let Some(scheme) = schemes.and_then(|schemes| schemes.member(&name)) {
                let pointer = format!("/components/securitySchemes/{}", escape(&name));
                self.reached.insert((self.entry, pointer.clone()));
                self.declare(Kind::SecurityScheme, &name, self.entry, &pointer, Some(scheme), &scheme.value);
            }
        }
    }

    /// Writes the components that are needed, and those that they need, section by section.
    fn components(&mut self) -> Vec<Member> {
        while let Some((kind, member, target)) = self.queue.pop_front() {
            let value = self.rewrite(target, kind);
            let section = self.sections.entry(kind).or_default();
            section.insert(member.key.clone(), Member { value, ..member });
        }
        let mut sections = Vec::new();
        for (name, kind) in SECTIONS {
            let Some(members) = self.sections.remove(&kind) else { continue };
            let members: Vec<Member> = members.into_values().collect();
            let Some(location) = members.first().map(|member| member.key_location.clone()) else { continue };
            sections.push(Member {
                key: name.to_owned(),
                key_location: location.clone(),
                key_unquoted: false,
                key_plain: false,
                value: Node { location, content: Content::Mapping(members) },
            });
        }
        sections
    }

    /// The names that a file declares at its top, or the entry in its components, and that nothing led to.
    /// Files that are referred to as a whole declare none.
    fn unused(&self) -> Vec<(String, Location)> {
        let mut unused = Vec::new();
        for file in self.known_files.iter().filter(|file| !self.reached.contains(&(**file, String::new()))) {
            let Some(root) = self.sources.tree(file) else { continue };
            let is_entry = *file == self.entry;
            let sections = root.get("components").map(Node::members).unwrap_or_default();
            let sections = sections.iter().filter(|section| is_entry && !section.key.starts_with("x-"));
            let declared: Vec<(String, &Member)> = if is_entry {
                sections
                    .flat_map(|section| section.value.members().iter().map(move |member| (section, member)))
                    .map(|(section, member)| {
                        (format!("/components/{}/{}", section.key, escape(&member.key)), member)
                    })
                    .collect()
            } else {
                root.members().iter().map(|member| (format!("/{}", escape(&member.key)), member)).collect()
            };
            let reached: Vec<&str> = self
                .reached
                .iter()
                .filter(|(of, _)| of == file)
                .map(|(_, pointer)| pointer.as_str())
                .collect();
            for (pointer, member) in declared {
                let leads_here = |reached: &&str| {
                    reached
                        .strip_prefix(&*pointer)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                if !reached.iter().any(leads_here) {
                    unused.push((member.key.clone(), member.key_location.clone()));
                }
            }
        }
        unused
    }

    /// Notes that something refers to a component, and returns its name. One name for two places is an error;
    /// the second gets another name for the time of the check, so that what it holds is checked all the same.
    fn declare(
        &mut self,
        kind: Kind,
        wanted: &str,
        file: &'s str,
        pointer: &str,
        member: Option<&'s Member>,
        target: &'s Node,
    ) -> String {
        let place = (kind, file, pointer.to_owned());
        if let Some(name) = self.names.get(&place) {
            return name.clone();
        }
        let location = member.map_or(&target.location, |member| &member.key_location);
        let mut name = wanted.to_owned();
        if let Some(first) = self.origins.get(&(kind, name.clone())) {
            let message =
                format!("the {} `{name}` is declared here and also at {}", kind.noun(), first.location);
            self.diagnostics.push(
                Diagnostic::error("name-twice", location, message)
                    .help("rename one of them, or let both references lead to one declaration"),
            );
            let free = |number: &usize| !self.origins.contains_key(&(kind, format!("{wanted}.{number}")));
            name = format!("{wanted}.{}", (2..).find(free).unwrap_or_default());
        }
        self.origins.insert((kind, name.clone()), Origin { location });
        self.names.insert(place, name.clone());
        let member = Member {
            key: name.clone(),
            key_location: location.clone(),
            key_unquoted: false,
            key_plain: false,
            value: Node { location: target.location.clone(), content: Content::Sequence(Vec::new()) },
        };
        self.queue.push_back((kind, member, target));
        name
    }

    /// A copy in which every reference leads into `components` or is replaced by what it names.
    fn rewrite(&mut self, node: &'s Node, kind: Kind) -> Node {
        self.copied += usize::from(!self.inlining.is_empty());
        match (kind, &node.content) {
            (Kind::Data, _) => self.data(node),
            (Kind::DiscriminatorMapping, Content::Mapping(members)) => {
                let members = members.iter().map(|member| {
                    let value = self.mapped(&member.value);
                    Member { value, ..member.clone() }
                });
                Node { location: node.location.clone(), content: Content::Mapping(members.collect()) }
            }
            (_, Content::Scalar(_)) => node.clone(),
            (_, Content::Sequence(items)) => {
                let items = items.iter().map(|item| self.rewrite(item, kind.item())).collect();
                Node { location: node.location.clone(), content: Content::Sequence(items) }
            }
            (_, Content::Mapping(members)) => {
                if let Some(member) = node.member("$ref")
                    && member.value.as_str().is_some()
                {
                    return self.reference(node, member, kind);
                }
                let members = members.iter().map(|member| Member {
                    key: member.key.clone(),
                    key_location: member.key_location.clone(),
                    key_unquoted: member.key_unquoted,
                    key_plain: member.key_plain,
                    value: self.rewrite(&member.value, kind.child(&member.key)),
                });
                Node { location: node.location.clone(), content: Content::Mapping(members.collect()) }
            }
        }
    }
}

#[cfg(test)]
mod tests;
