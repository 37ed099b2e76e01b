//! Bodies of requests, and answers.

use crate::comparison::{Comparison, Context, Mask, Shared};
use crate::paths::Caller;
use crate::place::At;
use crate::rules::schema;
use crate::rules::{Rule, surface};

/// The rules for the forms in which a body may be written.
struct Forms {
    added: &'static Rule,
    removed: &'static Rule,
}

const REQUEST: Forms = Forms { added: surface::REQUEST_MEDIA_ADDED, removed: surface::REQUEST_MEDIA_REMOVED };
const RESPONSE: Forms =
    Forms { added: surface::RESPONSE_MEDIA_ADDED, removed: surface::RESPONSE_MEDIA_REMOVED };

impl<'b> Comparison<'b> {
    pub(crate) fn request_body(&mut self, base: &At<'b>, new: &At<'b>, context: Context, caller: Caller) {
        let (old, now) = (base.resolved(&self.base), new.resolved(&self.new));
        let mask = if caller == Caller::Client { Mask::REQUEST } else { Mask::RESPONSE };
        match (base.present, new.present) {
            (true, true) => {
                self.naming("requestBodies", base, new, context);
                self.lead_to(Shared::Body, &old, &now, context.only(mask));
            }
            (true, false) => {
                let message = format!("{} is gone", base.subject(&self.base));
                self.report(surface::BODY_REMOVED, context, message, base.clone(), new.clone());
            }
            (false, true) => {
                let subject = new.subject(&self.new);
                let (rule, message) = if now.bool_at("required") {
                    (surface::REQUIRED_BODY_ADDED, format!("{subject} is new and required"))
                } else {
                    (surface::BODY_ADDED, format!("{subject} is new"))
                };
                self.report(rule, context, message, base.clone(), new.clone());
            }
            (false, false) => {}
        }
    }

    /// Compares two bodies of requests, references resolved.
    pub(crate) fn body(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let subject = self.subject(base, new);
        let required = match (base.bool_at("required"), new.bool_at("required")) {
            (false, true) => Some((surface::BODY_BECAME_REQUIRED, "became required")),
            (true, false) => Some((surface::BODY_BECAME_OPTIONAL, "became optional")),
            _ => None,
        };
        if let Some((rule, how)) = required {
            self.report(rule, context, format!("{subject} {how}"), base.at("required"), new.at("required"));
        }
        self.content(&base.at("content"), &new.at("content"), context, &REQUEST, &subject);
        self.words(base, new, context, &["required", "content"]);
    }

    pub(crate) fn responses(&mut self, base: &At<'b>, new: &At<'b>, context: Context, caller: Caller) {
        let mask = if caller == Caller::Client { Mask::RESPONSE } else { Mask::REQUEST };
        let is_success = |status: &str| status.starts_with(['1', '2', '3']);
        for (status, old) in base.members().into_iter().filter(|(status, _)| !status.starts_with("x-")) {
            let Some(now) = new.get(status) else {
                let rule = if is_success(status) {
                    surface::SUCCESS_STATUS_REMOVED
                } else {
                    surface::ERROR_STATUS_REMOVED
                };
                let message = format!("answer {status} is gone");
                self.report(rule, context, message, old, new.missing(status));
                continue;
            };
            self.naming("responses", &old, &now, context);
            let (old, now) = (old.resolved(&self.base), now.resolved(&self.new));
            self.lead_to(Shared::Response, &old, &now, context.only(mask));
        }
        let added = new.members().into_iter().filter(|(status, _)| base.get(status).is_none());
        for (status, now) in added.filter(|(status, _)| !status.starts_with("x-")) {
            let rule =
                if is_success(status) { surface::SUCCESS_STATUS_ADDED } else { surface::ERROR_STATUS_ADDED };
            let message = format!("answer {status} is new");
            self.report(rule, context, message, base.missing(status), now);
        }
        let statuses: Vec<&str> =
            base.members().into_iter().chain(new.members()).map(|(key, _)| key).collect();
        let handled: Vec<&str> = statuses.into_iter().filter(|key| !key.starts_with("x-")).collect();
        self.words(base, new, context, &handled);
    }

    /// Compares two answers, references resolved.
    pub(crate) fn response(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let subject = self.subject(base, new);
        let (headers, new_headers) = (base.at("headers"), new.at("headers"));
        for (name, old) in headers.members() {
            match new_headers.get(name) {
                Some(now) => {
                    self.naming("headers", &old, &now, context);
                    let (old, now) = (old.resolved(&self.base), now.resolved(&self.new));
                    self.lead_to(Shared::Header, &old, &now, context);
                }
                None => {
                    let message = format!("header `{name}` of {subject} is gone");
                    let nowhere = new_headers.missing(name);
                    self.report(surface::RESPONSE_HEADER_REMOVED, context, message, old, nowhere);
                }
            }
        }
        for (name, now) in new_headers.members().into_iter().filter(|(name, _)| headers.get(name).is_none()) {
            let message = format!("header `{name}` of {subject} is new");
            self.report(surface::RESPONSE_HEADER_ADDED, context, message, headers.missing(name), now);
        }
        self.content(&base.at("content"), &new.at("content"), context, &RESPONSE, &subject);
        self.words(base, new, context, &["headers", "content"]);
    }

    fn content(&mut self, base: &At<'b>, new: &At<'b>, context: Context, forms: &Forms, subject: &str) {
        for (media, old) in base.members() {
            let Some(now) = new.get(media) else {
                let message = format!("{subject} is no longer `{media}`");
                self.report(forms.removed, context, message, old, new.missing(media));
                continue;
            };
            let (typed, new_typed) = (old.at("schema"), now.at("schema"));
            match (typed.present, new_typed.present) {
                (true, true) => self.schema(&typed, &new_typed, context),
                (true, false) => {
                    let message = format!("{subject} may be anything");
                    self.report(&schema::CONTENT_SCHEMA_REMOVED, context, message, typed, new_typed);
                }
                (false, true) => {
                    let message = format!("{subject} has a schema");
                    self.report(&schema::CONTENT_SCHEMA_ADDED, context, message, typed, new_typed);
                }
                (false, false) => {}
            }
            let (encoding, new_encoding) = (old.at("encoding"), now.at("encoding"));
            if encoding.node != new_encoding.node {
                let message = format!("parts of {subject} are encoded differently");
                self.report(surface::REQUEST_ENCODING_CHANGED, context, message, encoding, new_encoding);
            }
            self.words(&old, &now, context, &["schema", "encoding"]);
        }
        for (media, now) in new.members().into_iter().filter(|(media, _)| base.get(media).is_none()) {
            let message = format!("{subject} may be `{media}`");
            self.report(forms.added, context, message, base.missing(media), now);
        }
    }
}
