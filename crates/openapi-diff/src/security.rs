//! Who may call: requirements and schemes.

use std::collections::{BTreeMap, BTreeSet};

use crate::comparison::{Comparison, Context};
use crate::document::text;
use crate::place::At;
use crate::rules::surface;

/// One alternative of a list of requirements: schemes with scopes.
struct Requirement<'b> {
    schemes: BTreeMap<String, BTreeSet<&'b str>>,
    at: At<'b>,
}

impl Requirement<'_> {
    fn names(&self) -> String {
        let names: Vec<&str> = self.schemes.keys().map(String::as_str).collect();
        format!("`{}`", names.join("` with `"))
    }
}

impl<'b> Comparison<'b> {
    /// Compares two lists of requirements, of which one suffices.
    pub(crate) fn security(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let renamed = self.renamed_schemes();
        let (old, now) = (requirements(base, &renamed), requirements(new, &BTreeMap::new()));
        let anonymous = |list: &[Requirement<'b>]| {
            list.iter().all(|one| one.schemes.is_empty()) || list.iter().any(|one| one.schemes.is_empty())
        };
        let (was_open, is_open) = (anonymous(&old), anonymous(&now));
        match (was_open, is_open) {
            (true, false) => {
                let message = "requests need credentials";
                self.report(surface::SECURITY_REQUIRED, context, message, base.clone(), new.clone());
            }
            (false, true) => {
                let message = "requests need no credentials";
                self.report(surface::SECURITY_DROPPED, context, message, base.clone(), new.clone());
            }
            _ => {}
        }
        let named = |list: Vec<Requirement<'b>>| -> Vec<Requirement<'b>> {
            list.into_iter().filter(|one| !one.schemes.is_empty()).collect()
        };
        let (old, now) = (named(old), named(now));
        let same_schemes = |a: &Requirement<'b>, b: &Requirement<'b>| a.schemes.keys().eq(b.schemes.keys());
        for requirement in &old {
            if now.iter().any(|other| other.schemes == requirement.schemes) {
                continue;
            }
            let rescoped = now.iter().find(|other| {
                same_schemes(requirement, other) && !old.iter().any(|one| one.schemes == other.schemes)
            });
            match rescoped {
                Some(other) => self.scopes(requirement, other, context),
                None if now.is_empty() => {}
                None => {
                    let message = format!("{} no longer suffices", requirement.names());
                    let at = requirement.at.clone();
                    self.report(surface::SECURITY_ALTERNATIVE_REMOVED, context, message, at, new.nowhere());
                }
            }
        }
        for requirement in now.iter().filter(|one| !old.iter().any(|other| same_schemes(one, other))) {
            if old.is_empty() {
                continue;
            }
            let message = format!("{} suffices", requirement.names());
            let at = requirement.at.clone();
            self.report(surface::SECURITY_ALTERNATIVE_ADDED, context, message, base.nowhere(), at);
        }
    }

    fn scopes(&mut self, old: &Requirement<'b>, now: &Requirement<'b>, context: Context) {
        for (scheme, scopes) in &old.schemes {
            let Some(new_scopes) = now.schemes.get(scheme) else { continue };
            for scope in new_scopes.difference(scopes) {
                let message = format!("`{scheme}` needs the scope `{scope}`");
                let (from, to) = (old.at.clone(), now.at.clone());
                self.report(surface::SECURITY_SCOPE_ADDED, context, message, from, to);
            }
            for scope in scopes.difference(new_scopes) {
                let message = format!("`{scheme}` no longer needs the scope `{scope}`");
                let (from, to) = (old.at.clone(), now.at.clone());
                self.report(surface::SECURITY_SCOPE_REMOVED, context, message, from, to);
            }
        }
    }

    /// Old names of schemes with the new names of the same schemes.
    fn renamed_schemes(&self) -> BTreeMap<&'b str, &'b str> {
        let schemes = |document: &At<'b>| document.at("components").at("securitySchemes");
        let (base, new) = (schemes(&self.base), schemes(&self.new));
        let gone = base.members().into_iter().filter(|(name, _)| new.get(name).is_none());
        gone.filter_map(|(name, old)| {
            let mut fresh = new.members().into_iter().filter(|(name, _)| base.get(name).is_none());
            fresh.find(|(_, now)| now.node == old.node).map(|(other, _)| (name, other))
        })
        .collect()
    }

    pub(crate) fn security_schemes(&mut self) {
        let renamed = self.renamed_schemes();
        let context = self.document();
        let base = self.base.at("components").at("securitySchemes");
        let new = self.new.at("components").at("securitySchemes");
        for (name, old) in base.members() {
            if let Some(other) = renamed.get(name) {
                let message = format!("the security scheme `{name}` is now called `{other}`");
                self.report(surface::SCHEME_RENAMED, context, message, old, new.at(other));
                continue;
            }
            let Some(now) = new.get(name) else {
                let message = format!("the security scheme `{name}` is gone");
                self.report(surface::SCHEME_REMOVED, context, message, old, new.missing(name));
                continue;
            };
            const WIRE: [&str; 5] = ["type", "in", "name", "scheme", "openIdConnectUrl"];
            for key in WIRE {
                self.scheme_member(name, &old.at(key), &now.at(key), key);
            }
            self.flows(name, &old.at("flows"), &now.at("flows"));
            let handled: Vec<&str> = WIRE.into_iter().chain(["flows"]).collect();
            self.words(&old, &now, context, &handled);
        }
        for (name, now) in new.members() {
            if base.get(name).is_none() && !renamed.values().any(|other| *other == name) {
                let message = format!("the security scheme `{name}` is new");
                self.report(surface::SCHEME_ADDED, context, message, base.missing(name), now);
            }
        }
    }

    fn scheme_member(&mut self, scheme: &str, old: &At<'b>, now: &At<'b>, key: &str) {
        if old.node != now.node {
            let message =
                format!("the security scheme `{scheme}`: `{key}` {} became {}", text(old), text(now));
            self.report(surface::SCHEME_CHANGED, self.document(), message, old.clone(), now.clone());
        }
    }

    fn flows(&mut self, scheme: &str, base: &At<'b>, new: &At<'b>) {
        let context = self.document();
        for (flow, old) in base.members() {
            let Some(now) = new.get(flow) else {
                let message = format!("the security scheme `{scheme}` no longer has the flow `{flow}`");
                self.report(surface::FLOW_REMOVED, context, message, old, new.missing(flow));
                continue;
            };
            for key in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
                self.scheme_member(scheme, &old.at(key), &now.at(key), key);
            }
            let (scopes, new_scopes) = (old.at("scopes"), now.at("scopes"));
            for (scope, at) in scopes.members().into_iter().filter(|(name, _)| new_scopes.get(name).is_none())
            {
                let message = format!("the security scheme `{scheme}` no longer knows the scope `{scope}`");
                self.report(surface::SCOPE_REMOVED, context, message, at, new_scopes.missing(scope));
            }
            for (scope, at) in new_scopes.members() {
                match scopes.get(scope) {
                    None => {
                        let message = format!("the security scheme `{scheme}` knows the scope `{scope}`");
                        self.report(surface::SCOPE_ADDED, context, message, scopes.missing(scope), at);
                    }
                    Some(before) if before.node != at.node => {
                        let message = format!("the scope `{scope}` of `{scheme}` is described differently");
                        self.report(surface::DOCUMENTATION_CHANGED, context, message, before, at);
                    }
                    Some(_) => {}
                }
            }
        }
        for (flow, now) in new.members().into_iter().filter(|(flow, _)| base.get(flow).is_none()) {
            let message = format!("the security scheme `{scheme}` has the flow `{flow}`");
            self.report(surface::FLOW_ADDED, context, message, base.missing(flow), now);
        }
    }
}

/// The alternatives of a list, with schemes by their new names.
fn requirements<'b>(list: &At<'b>, renamed: &BTreeMap<&str, &str>) -> Vec<Requirement<'b>> {
    let alternatives = list.items().into_iter().map(|at| {
        let schemes = at.members().into_iter().map(|(name, scopes)| {
            let name = renamed.get(name).copied().unwrap_or(name).to_owned();
            let scopes = scopes.node.as_array().into_iter().flatten();
            (name, scopes.filter_map(serde_json::Value::as_str).collect())
        });
        Requirement { schemes: schemes.collect(), at: at.clone() }
    });
    alternatives.collect()
}
