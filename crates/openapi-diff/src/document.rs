//! The document itself: title, version, servers, tags.

use crate::comparison::{Comparison, Context};
use crate::place::At;
use crate::rules::surface;

impl<'b> Comparison<'b> {
    /// Compares everything.
    pub(crate) fn run(&mut self) {
        let (base, new) = (self.base.clone(), self.new.clone());
        let context = self.document();
        self.info(&base.at("info"), &new.at("info"));
        self.servers(&base.at("servers"), &new.at("servers"), context);
        self.tags(&base.at("tags"), &new.at("tags"));
        let (old, now) = (base.at("openapi"), new.at("openapi"));
        if old.node != now.node {
            let message = format!("the document is written in OpenAPI {}", text(&now));
            self.report(surface::OPENAPI_VERSION_CHANGED, context, message, old, now);
        }
        self.security_schemes();
        self.paths();
        self.work_off();
        self.components();
        const HANDLED: [&str; 7] = ["openapi", "info", "servers", "tags", "paths", "components", "security"];
        self.words(&base, &new, context, &HANDLED);
    }

    fn info(&mut self, base: &At<'b>, new: &At<'b>) {
        let context = self.document();
        for (key, _) in base.members().into_iter().chain(new.members()) {
            let (old, now) = (base.at(key), new.at(key));
            if old.node == now.node {
                continue;
            }
            let rule = match key {
                "version" => surface::VERSION_CHANGED,
                "title" => surface::TITLE_CHANGED,
                _ if key.starts_with("x-") => surface::EXTENSION_CHANGED,
                _ => surface::INFO_CHANGED,
            };
            let message = match key {
                "version" | "title" => format!("the {key} {} became {}", text(&old), text(&now)),
                _ => format!("`{key}` of the document has changed"),
            };
            self.report(rule, context, message, old, now);
        }
    }

    fn tags(&mut self, base: &At<'b>, new: &At<'b>) {
        let (old, now) = (base.items(), new.items());
        let named =
            |tags: &[At<'b>], name: Option<&str>| tags.iter().find(|tag| tag.str_at("name") == name).cloned();
        let context = self.document();
        for tag in &old {
            let name = tag.str_at("name");
            let message = format!("the tag `{}`", name.unwrap_or_default());
            match named(&now, name) {
                None => {
                    let message = format!("{message} is gone");
                    self.report(surface::TAG_CHANGED, context, message, tag.clone(), new.nowhere());
                }
                Some(other) => {
                    let keys = || tag.members().into_iter().chain(other.members()).map(|(key, _)| key);
                    if keys().any(|key| !key.starts_with("x-") && tag.at(key).node != other.at(key).node) {
                        let message = format!("{message} is described differently");
                        self.report(surface::TAG_CHANGED, context, message, tag.clone(), other.clone());
                    }
                    let own: Vec<&str> = keys().filter(|key| !key.starts_with("x-")).collect();
                    self.words(tag, &other, context, &own);
                }
            }
        }
        for tag in now.iter().filter(|tag| named(&old, tag.str_at("name")).is_none()) {
            let message = format!("the tag `{}` is new", tag.str_at("name").unwrap_or_default());
            self.report(surface::TAG_CHANGED, context, message, base.nowhere(), tag.clone());
        }
    }

    /// Compares lists of servers, of the document, a path or an operation.
    pub(crate) fn servers(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let (old, now) = (base.items(), new.items());
        let of = |servers: &[At<'b>], url: Option<&str>| {
            servers.iter().find(|server| server.str_at("url") == url).cloned()
        };
        for server in &old {
            let url = server.str_at("url");
            match of(&now, url) {
                None => {
                    let message = format!("the server `{}` is gone", url.unwrap_or_default());
                    self.report(surface::SERVER_REMOVED, context, message, server.clone(), new.nowhere());
                }
                Some(other) => {
                    self.server_variables(&server.at("variables"), &other.at("variables"), context);
                    self.words(server, &other, context, &["url", "variables"]);
                }
            }
        }
        for server in now.iter().filter(|server| of(&old, server.str_at("url")).is_none()) {
            let message = format!("the server `{}` is new", server.str_at("url").unwrap_or_default());
            self.report(surface::SERVER_ADDED, context, message, base.nowhere(), server.clone());
        }
        if let (Some(first), Some(now_first)) = (old.first(), now.first())
            && first.str_at("url") != now_first.str_at("url")
        {
            let message = format!("the first server is `{}`", now_first.str_at("url").unwrap_or_default());
            self.report(
                surface::DEFAULT_SERVER_CHANGED,
                context,
                message,
                first.at("url"),
                now_first.at("url"),
            );
        }
    }

    fn server_variables(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        for (name, old) in base.members() {
            let Some(now) = new.get(name) else { continue };
            let (default, new_default) = (old.at("default"), now.at("default"));
            if default.node != new_default.node {
                let message = format!("the default of `{name}` became {}", text(&new_default));
                self.report(surface::SERVER_DEFAULT_CHANGED, context, message, default, new_default);
            }
            let (values, new_values) = (old.at("enum"), now.at("enum"));
            if values.present && new_values.present {
                for value in missing(&values, &new_values) {
                    let message = format!("`{name}` can no longer be {}", text(&value));
                    self.report(surface::SERVER_VALUE_REMOVED, context, message, value, new_values.nowhere());
                }
                for value in missing(&new_values, &values) {
                    let message = format!("`{name}` can be {}", text(&value));
                    self.report(surface::SERVER_VALUE_ADDED, context, message, values.nowhere(), value);
                }
            } else if new_values.present {
                let message = format!("`{name}` can only be one of {}", text(&new_values));
                self.report(surface::SERVER_VALUE_REMOVED, context, message, values, new_values);
            } else if values.present {
                let message = format!("`{name}` can be anything");
                self.report(surface::SERVER_VALUE_ADDED, context, message, values, new_values);
            }
            self.words(&old, &now, context, &["default", "enum"]);
        }
    }
}

/// The items of a list that another list does not have.
pub(crate) fn missing<'b>(list: &At<'b>, other: &At<'b>) -> Vec<At<'b>> {
    let others = other.items();
    list.items().into_iter().filter(|item| others.iter().all(|other| other.node != item.node)).collect()
}

/// A value as people read it: in backquotes, without the quotes of a string, and not too long.
pub(crate) fn text(at: &At<'_>) -> String {
    const LONGEST: usize = 60;
    if !at.present {
        return "nothing".to_owned();
    }
    let text = at.node.as_str().map_or_else(|| at.node.to_string(), str::to_owned);
    if text.chars().count() <= LONGEST {
        return format!("`{text}`");
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("`{start}…`")
}
