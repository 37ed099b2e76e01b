//! `query-list`: a list in the query says whether its items are joined by commas (`explode: false`) or
//! the key is repeated (`explode: true`). The default is the second, and many authors mean the first.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for parameter in model.all(Kind::Parameter) {
        let schema = parameter.get("schema").and_then(|schema| model.resolve(schema));
        let is_list = schema.is_some_and(|schema| schema.str_at("type") == Some("array"));
        if is_list && parameter.str_at("in") == Some("query") && parameter.get("explode").is_none() {
            let name = parameter.str_at("name").unwrap_or_default();
            let message = format!("the list `{name}` does not say how its items are sent");
            findings.push(
                Diagnostic::error("query-list", &parameter.location, message)
                    .help("write `explode: false` for a,b or `explode: true` for a repeated key"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "          explode: false\n",
            "",
            &["query-list at name: the list `kinds` does not say how its items are sent"],
        );
    }

    #[test]
    fn good() {
        accepts("explode: false", "explode: true");
    }
}
