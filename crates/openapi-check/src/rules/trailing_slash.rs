//! `trailing-slash`: a path that ends in a slash. Clients, proxies and frameworks add and drop such slashes, so
//! that `/pets` and `/pets/` are one address to some and two to others.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for path in model.bundle.root().get("paths").map(Node::members).unwrap_or_default() {
        if path.key.len() > 1 && path.key.ends_with('/') {
            let message = format!("the path `{}` ends in a slash", path.key);
            findings.push(
                Diagnostic::error("trailing-slash", &path.key_location, message)
                    .help("clients and proxies add and drop such slashes; leave it out"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports("  /pets:", "  /pets/:", &["trailing-slash at /pets/: the path `/pets/` ends in a slash"]);
    }

    #[test]
    fn good() {
        accepts("  /pets/{name}:", "  /: {}\n  /pets/{name}:");
    }
}
