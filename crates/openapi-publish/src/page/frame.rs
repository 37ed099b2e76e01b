//! The frame of a page, and what a browser may do with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

/// A page in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The file.
    pub html: String,
    /// The `Content-Security-Policy` under which it works: its own styles and scripts, told by their digests,
    /// and calls to the server that it came from where it makes any.
    pub policy: String,
}

/// What a page is made of.
pub(crate) struct Parts<'p> {
    pub(crate) title: &'p str,
    pub(crate) styles: &'p [&'p str],
    pub(crate) body: Markup,
    /// Data for the scripts: an element's id and JSON.
    pub(crate) data: Option<(&'p str, &'p str)>,
    pub(crate) scripts: &'p [&'p str],
    /// Whether it calls the server that it came from.
    pub(crate) calls: bool,
}

pub(crate) fn page(parts: &Parts<'_>) -> Page {
    let Parts { title, styles, body, data, scripts, calls } = parts;
    // An end tag in a script would end it, wherever it stands. Within strings of JSON and of scripts `\/` is `/`.
    let scripts: Vec<String> =
        scripts.iter().map(|script| script.replace("</script", "<\\/script")).collect();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Without one browsers ask the server for a picture of their own accord.
                link rel="icon" href="data:,";
                title { (title) }
                @for style in *styles {
                    style { (PreEscaped(style)) }
                }
            }
            body {
                (body)
                @if let Some((id, json)) = data {
                    script type="application/json" id=(id) { (PreEscaped(json.replace('<', "\\u003c"))) }
                }
                @for script in &scripts {
                    script { (PreEscaped(script)) }
                }
            }
        }
    };
    let policy = format!(
        "default-src 'none'; img-src data:; style-src {}; script-src {}; connect-src {}; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        digests(styles.iter().copied()),
        digests(scripts.iter().map(String::as_str)),
        if *calls { "'self'" } else { "'none'" }
    );
    Page { html: markup.into_string(), policy }
}

fn digests<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let digests: Vec<String> =
        texts.map(|text| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))).collect();
    if digests.is_empty() { "'none'".to_owned() } else { digests.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_and_scripts_cannot_end_early() {
        let page = page(&Parts {
            title: "a < b",
            styles: &["p{}"],
            body: html! { p { "x" } },
            data: Some(("d", r#"{"a":"</script><b>"}"#)),
            scripts: &["let a = '</script>'"],
            calls: false,
        });
        assert!(page.html.contains("<title>a &lt; b</title>"), "{}", page.html);
        assert!(page.html.contains(r#"{"a":"\u003c/script>\u003cb>"}"#), "{}", page.html);
        assert!(page.html.contains(r"<script>let a = '<\/script>'</script>"), "{}", page.html);
        let script = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(r"let a = '<\/script>'")));
        assert!(page.policy.contains(&format!("script-src {script};")), "{}", page.policy);
        assert!(page.policy.contains("connect-src 'none'"), "{}", page.policy);
    }
}
