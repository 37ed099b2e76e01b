//! What a mock is told about the operations of an API.

use std::fmt::Debug;

use crate::{Asked, Content, Unreadable};

/// Where an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationInfo {
    /// Its id in the document.
    pub id: &'static str,
    /// `GET`, `POST` and so on.
    pub method: &'static str,
    /// The path below the base of the API, with parameters in braces: `/policies/{id}`.
    pub path: &'static str,
}

/// An operation of an API. The type itself is what a call carries.
pub trait Operation: Clone + Debug + Send + Sync + Sized + 'static {
    /// Where it is.
    const INFO: OperationInfo;
    /// The status that a success has.
    const STATUS: u16;
    /// What a success carries.
    type Answer;
    /// What a failure carries.
    type Error;

    /// Reads what a call carries.
    ///
    /// # Errors
    /// When the call does not fit the document.
    fn read(asked: &Asked) -> Result<Self, Unreadable>;

    /// Writes the body of a success.
    fn write(answer: Self::Answer) -> Content;

    /// Writes the body of a failure.
    fn write_error(error: Self::Error) -> Content;
}

impl OperationInfo {
    /// The path parameters of a path below the base, or `None` when the path is another.
    pub(crate) fn values(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let (mut theirs, mut found) = (path.split('/'), Vec::new());
        for ours in self.path.split('/') {
            let step = theirs.next()?;
            match ours.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => {
                    let value = percent_encoding::percent_decode_str(step).decode_utf8_lossy();
                    found.push((name, value.into_owned()));
                }
                None if ours == step => {}
                None => return None,
            }
        }
        theirs.next().is_none().then_some(found)
    }

    /// The operation that a request is of, with its path parameters. Of several that fit, the one with the fewest
    /// parameters in its path: `/tasks/export` is no task of that name.
    pub(crate) fn find(
        all: &[Self],
        method: &str,
        path: &str,
    ) -> Option<(&'static str, Vec<(&'static str, String)>)> {
        let fitting = all.iter().filter(|operation| operation.method == method);
        fitting
            .filter_map(|operation| Some((operation.id, operation.values(path)?)))
            .min_by_key(|(_, values)| values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn get(id: &'static str, path: &'static str) -> OperationInfo {
        OperationInfo { id, method: "GET", path }
    }

    #[test]
    fn a_literal_path_comes_before_a_parameter() {
        let all = [get("one", "/tasks/{guid}"), get("export", "/tasks/export"), get("all", "/tasks")];
        let found = |path| OperationInfo::find(&all, "GET", path).map(|(id, _)| id);
        assert_eq!(found("/tasks/export"), Some("export"));
        assert_eq!(found("/tasks/exports"), Some("one"));
        assert_eq!(found("/tasks"), Some("all"));
        assert_eq!(found("/tasks/a/b"), None);
        assert_eq!(OperationInfo::find(&all, "PUT", "/tasks"), None);
    }

    #[test]
    fn parameters_are_decoded() {
        let values = get("one", "/a/{x}/b/{y}").values("/a/1%3A2/b/c+d%2F");
        assert_eq!(values, Some(vec![("x", "1:2".to_owned()), ("y", "c+d/".to_owned())]));
    }
}
