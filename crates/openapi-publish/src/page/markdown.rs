//! Descriptions, which are CommonMark.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};

/// A description as HTML. HTML within it is shown as text, pictures as their words, and links lead to the web or
/// within the page.
pub(crate) fn markdown(text: &str) -> Markup {
    let mut dropped = Vec::new();
    let events = Parser::new(text).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let is_kept = ["https://", "http://", "#"].iter().any(|start| dest_url.starts_with(start));
            dropped.push(!is_kept);
            is_kept.then_some(event)
        }
        Event::End(TagEnd::Link) => (!dropped.pop().unwrap_or_default()).then_some(event),
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_html_comes_out() {
        let text = "A `b`\n\nz <script>x</script> <i>c</i> [d](javascript:e) [f](https://g) ![h](https://i)";
        let html = markdown(text).into_string();
        assert!(html.starts_with("<p>A <code>b</code></p>\n"), "{html}");
        assert!(!html.contains("<script") && !html.contains("<i>") && !html.contains("<img"), "{html}");
        assert!(html.contains(r#" d <a href="https://g">f</a> h"#), "{html}");
    }
}
