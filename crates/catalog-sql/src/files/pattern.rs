//! What a search for names means: letters whatever their case, `*` and `?`.

/// A name or a pattern with the case of its letters taken away, a character for a character, so that a `?`
/// still stands for one.
pub(crate) fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// By way of the capital, which brings forms together that differ only in small letters (`ς` and `σ`).
fn fold_char(letter: char) -> char {
    let capital = single(letter.to_uppercase()).unwrap_or(letter);
    single(capital.to_lowercase()).unwrap_or(capital)
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

/// A folded name is found when it matches `like`, which escapes with a backslash.
#[derive(Debug, PartialEq)]
pub(crate) struct Pattern {
    /// For the operator `LIKE`.
    pub(crate) like: String,
    /// The literal runs, which every name that matches contains.
    pub(crate) runs: Vec<String>,
}

impl Pattern {
    /// What a caller's text asks for; none matches every name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let whole_name = text.contains(['*', '?']);
        let mut like = String::from(if whole_name { "" } else { "%" });
        let mut runs = vec![String::new()];
        for letter in fold(text).chars() {
            match letter {
                '*' | '?' => {
                    // Several stars in a row say no more than one, but cost more.
                    if letter == '?' {
                        like.push('_');
                    } else if !like.ends_with('%') || like.ends_with("\\%") {
                        like.push('%');
                    }
                    runs.push(String::new());
                }
                _ => {
                    if matches!(letter, '%' | '_' | '\\') {
                        like.push('\\');
                    }
                    like.push(letter);
                    if let Some(run) = runs.last_mut() {
                        run.push(letter);
                    }
                }
            }
        }
        if !whole_name {
            like.push('%');
        }
        runs.retain(|run| !run.is_empty());
        (like != "%").then_some(Self { like, runs })
    }
}
