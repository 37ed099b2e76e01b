//! What goes over no wire: wording, examples, extensions and keywords that nobody knows.

use crate::comparison::{Comparison, Context};
use crate::place::At;
use crate::rules::{Rule, surface};

impl<'b> Comparison<'b> {
    /// What the part is to a reader, by the new document where it is there.
    pub(crate) fn subject(&self, base: &At<'b>, new: &At<'b>) -> String {
        if new.present || !base.present { new.subject(&self.new) } else { base.subject(&self.base) }
    }

    /// Compares the members of two objects that nothing else compares; `handled` names those that something
    /// does.
    pub(crate) fn words(&mut self, base: &At<'b>, new: &At<'b>, context: Context, handled: &[&str]) {
        let mut keys: Vec<&str> = base.members().into_iter().map(|(key, _)| key).collect();
        keys.extend(new.members().into_iter().map(|(key, _)| key).filter(|key| base.get(key).is_none()));
        for key in keys {
            let (old, now) = (base.at(key), new.at(key));
            if handled.contains(&key) || key == "$ref" || (old.present == now.present && old.node == now.node)
            {
                continue;
            }
            let how = match (old.present, now.present) {
                (true, true) => "has changed",
                (true, false) => "is gone",
                _ => "is new",
            };
            let message = format!("{}: `{key}` {how}", self.subject(base, new));
            self.report(wording(key), context, message, old, now);
        }
    }
}

/// The rule for a member that goes over no wire.
pub(crate) fn wording(key: &str) -> &'static Rule {
    match key {
        "description" | "summary" | "externalDocs" | "bearerFormat" => surface::DOCUMENTATION_CHANGED,
        "example" | "examples" => surface::EXAMPLE_CHANGED,
        "links" => surface::LINK_CHANGED,
        _ if key.starts_with("x-") => surface::EXTENSION_CHANGED,
        _ => surface::KEYWORD_CHANGED,
    }
}
