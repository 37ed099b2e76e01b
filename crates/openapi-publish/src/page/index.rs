//! The page that leads to the others.

use maud::html;

use super::frame::{Page, Parts, page};
use crate::Document;

const STYLE: &str = include_str!("reference.css");

/// A document on the page, with where its other forms are, as `(address, words)`.
pub struct Entry<'e> {
    /// The document.
    pub document: &'e Document,
    /// Links, the most useful first.
    pub links: &'e [(&'e str, &'e str)],
}

/// A page of several documents.
pub fn index(title: &str, entries: &[Entry<'_>]) -> Page {
    let body = html! {
        main.index {
            h1 { (title) }
            @for Entry { document, links } in entries {
                section.card {
                    h2 { (document.title()) }
                    p.meta {
                        span { "Version " (document.version()) }
                        span { (document.operations().len()) " operations" }
                    }
                    ul { @for (address, words) in *links { li { a href=(address) { (words) } } } }
                }
            }
        }
    };
    page(&Parts { title, styles: &[STYLE], body, data: None, scripts: &[], calls: false })
}
