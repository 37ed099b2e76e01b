//! Paths and operations.

use std::collections::HashMap;

use crate::comparison::{Comparison, Context};
use crate::document::{missing, text};
use crate::place::At;
use crate::rules::surface;

/// The members of a path item that are operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Who sends the parameters and bodies of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The client.
    Client,
    /// The server, in a callback.
    Server,
}

/// An operation with the path item that it stands in.
#[derive(Clone)]
struct Operation<'b> {
    path: At<'b>,
    at: At<'b>,
}

impl<'b> Comparison<'b> {
    pub(crate) fn paths(&mut self) {
        let (base, new) = (self.base.at("paths"), self.new.at("paths"));
        // Operations without security of their own, whom the security of the document concerns.
        let mut inheriting = Vec::new();
        self.path_items(&base, &new, Caller::Client, &mut inheriting);
        let (old, now) = (self.base.at("security"), self.new.at("security"));
        let context = self.operations(inheriting);
        self.security(&old, &now, context);
        let context = self.document();
        let paths: Vec<&str> = base.members().into_iter().chain(new.members()).map(|(key, _)| key).collect();
        let handled: Vec<&str> = paths.into_iter().filter(|key| !key.starts_with("x-")).collect();
        self.words(&base, &new, context, &handled);
    }

    fn path_items(&mut self, base: &At<'b>, new: &At<'b>, caller: Caller, inheriting: &mut Vec<String>) {
        let pairs = matched_paths(base, new);
        let document = self.document();
        for (path, old) in base.members() {
            let Some(now_path) = pairs.get(path) else {
                for (method, at) in operations(&old) {
                    let title = title(method, path);
                    let context = self.operation(title.clone());
                    let message = format!("{title} is gone");
                    self.report(surface::OPERATION_REMOVED, context, message, at, new.missing(path));
                }
                continue;
            };
            let now = new.at(now_path);
            let names: HashMap<&str, &str> = variables(path).zip(variables(now_path)).collect();
            if path != *now_path {
                let context =
                    self.operations(operations(&now).map(|(method, _)| title(method, now_path)).collect());
                let message = format!("`{path}` names its parameters as `{now_path}`");
                self.report(surface::PATH_PARAMETER_RENAMED, context, message, old.clone(), now.clone());
            }
            for (method, at) in operations(&old) {
                let title = title(method, now_path);
                let context = self.operation(title.clone());
                let Some(now_at) = now.get(method) else {
                    let message = format!("{title} is gone");
                    self.report(surface::OPERATION_REMOVED, context, message, at, now.missing(method));
                    continue;
                };
                if !at.at("security").present && !now_at.at("security").present {
                    inheriting.push(title);
                }
                let before = Operation { path: old.clone(), at };
                let after = Operation { path: now.clone(), at: now_at };
                self.compare(&before, &after, &names, context, caller);
            }
            for (method, at) in operations(&now).filter(|(method, _)| old.get(method).is_none()) {
                self.added(title(method, now_path), at, old.missing(method));
            }
            self.servers(&old.at("servers"), &now.at("servers"), document);
            let handled: Vec<&str> = METHODS.into_iter().chain(["parameters", "servers"]).collect();
            self.words(&old, &now, document, &handled);
        }
        let known: Vec<&str> = pairs.values().copied().collect();
        for (path, now) in new.members().into_iter().filter(|(path, _)| !known.contains(path)) {
            for (method, at) in operations(&now) {
                self.added(title(method, path), at, base.missing(path));
            }
        }
    }

    fn added(&mut self, title: String, at: At<'b>, before: At<'b>) {
        let context = self.operation(title.clone());
        self.report(surface::OPERATION_ADDED, context, format!("{title} is new"), before, at);
    }

    fn compare(
        &mut self,
        old: &Operation<'b>,
        now: &Operation<'b>,
        names: &HashMap<&str, &str>,
        context: Context,
        caller: Caller,
    ) {
        let (base, new) = (&old.at, &now.at);
        let subject = self.subject(base, new);
        let (id, new_id) = (base.at("operationId"), new.at("operationId"));
        if id.node != new_id.node {
            let message = format!("{subject}: the operation {} is now called {}", text(&id), text(&new_id));
            self.report(surface::OPERATION_ID_CHANGED, context, message, id, new_id);
        }
        self.operation_tags(&base.at("tags"), &new.at("tags"), &subject, context);
        let deprecated = match (base.bool_at("deprecated"), new.bool_at("deprecated")) {
            (false, true) => Some((surface::OPERATION_DEPRECATED, "is deprecated")),
            (true, false) => Some((surface::OPERATION_REINSTATED, "is no longer deprecated")),
            _ => None,
        };
        if let Some((rule, how)) = deprecated {
            let message = format!("{subject} {how}");
            self.report(rule, context, message, base.at("deprecated"), new.at("deprecated"));
        }
        self.parameters((&old.path, base), (&now.path, new), names, context, caller);
        self.request_body(&base.at("requestBody"), &new.at("requestBody"), context, caller);
        self.responses(&base.at("responses"), &new.at("responses"), context, caller);
        let (own, new_own) = (base.at("security"), new.at("security"));
        if own.present || new_own.present {
            let effective = if own.present { own } else { self.base.at("security") };
            let new_effective = if new_own.present { new_own } else { self.new.at("security") };
            self.security(&effective, &new_effective, context);
        }
        self.callbacks(&base.at("callbacks"), &new.at("callbacks"), context);
        self.servers(&base.at("servers"), &new.at("servers"), context);
        const HANDLED: [&str; 9] = [
            "operationId",
            "tags",
            "deprecated",
            "parameters",
            "requestBody",
            "responses",
            "security",
            "callbacks",
            "servers",
        ];
        self.words(base, new, context, &HANDLED);
    }

    fn operation_tags(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        let (first, new_first) = (base.at("0"), new.at("0"));
        let first = base.items().into_iter().next().unwrap_or(first);
        let new_first = new.items().into_iter().next().unwrap_or(new_first);
        let moved = first.present && new_first.present && first.node != new_first.node;
        if moved {
            let message = format!("{subject}: the tag {} gave way to {}", text(&first), text(&new_first));
            self.report(surface::FIRST_TAG_CHANGED, context, message, first.clone(), new_first.clone());
        }
        for tag in missing(base, new).into_iter().filter(|tag| !moved || tag.node != first.node) {
            let message = format!("{subject}: the tag {} is gone", text(&tag));
            self.report(surface::OPERATION_TAG_REMOVED, context, message, tag, new.nowhere());
        }
        for tag in missing(new, base).into_iter().filter(|tag| !moved || tag.node != new_first.node) {
            let message = format!("{subject}: the tag {} is new", text(&tag));
            self.report(surface::OPERATION_TAG_ADDED, context, message, base.nowhere(), tag);
        }
    }

    /// In a callback the server calls and the client answers.
    fn callbacks(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        for (name, old) in base.members() {
            match new.get(name) {
                None => {
                    let message = format!("the callback `{name}` is gone");
                    self.report(surface::CALLBACK_REMOVED, context, message, old, new.missing(name));
                }
                Some(now) => {
                    let (old, now) = (old.resolved(&self.base), now.resolved(&self.new));
                    self.path_items(&old, &now, Caller::Server, &mut Vec::new());
                }
            }
        }
        for (name, now) in new.members().into_iter().filter(|(name, _)| base.get(name).is_none()) {
            let message = format!("the callback `{name}` is new");
            self.report(surface::CALLBACK_ADDED, context, message, base.missing(name), now);
        }
    }
}

fn operations<'b>(path: &At<'b>) -> impl Iterator<Item = (&'b str, At<'b>)> {
    path.members().into_iter().filter(|(method, _)| METHODS.contains(method))
}

fn title(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}

/// The names between braces.
fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    for (index, part) in path.split('{').enumerate() {
        shape.push_str(if index == 0 { part } else { part.split_once('}').map_or(part, |(_, rest)| rest) });
        shape.push('{');
    }
    shape
}

/// Old paths with the new ones that they have become: the same, or else one of the same shape.
pub(crate) fn matched_paths<'b>(base: &At<'b>, new: &At<'b>) -> HashMap<&'b str, &'b str> {
    let paths = |at: &At<'b>| -> Vec<&'b str> {
        at.members().into_iter().map(|(path, _)| path).filter(|path| !path.starts_with("x-")).collect()
    };
    let (old, now) = (paths(base), paths(new));
    let mut pairs: HashMap<&str, &str> =
        old.iter().filter(|path| now.contains(path)).map(|path| (*path, *path)).collect();
    for path in old.iter().filter(|path| !now.contains(path)) {
        let renamed = now.iter().find(|other| {
            !old.contains(other)
                && shape(other) == shape(path)
                && !pairs.values().any(|taken| taken == *other)
        });
        if let Some(renamed) = renamed {
            pairs.insert(path, renamed);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_forget_names_only() {
        assert_eq!(shape("/pets/{id}/toys"), shape("/pets/{petId}/toys"));
        assert_ne!(shape("/pets/{id}"), shape("/pets/id"));
        assert_eq!(variables("/a/{b}/c/{d}.{e}").collect::<Vec<_>>(), ["b", "d", "e"]);
    }
}
