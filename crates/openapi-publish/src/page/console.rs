//! The console: Swagger UI in one file, with the document in it.
//!
//! It comes out of the archive that a crate of the registry carries, so that neither this repository nor its
//! build needs npm. Swagger UI is licensed under Apache-2.0, and its licence and notice come along in the page.

use std::io::{self, Read as _};

use maud::{PreEscaped, html};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

use super::frame::{Page, Parts, page};
use crate::Document;

const STYLE: &str = include_str!("console.css");
const SCRIPT: &str = include_str!("console.js");

/// The console of a document. Nothing leaves it before somebody presses Execute; then the chosen server is called.
///
/// # Errors
/// When the archive with Swagger UI cannot be read, which is a fault of the build.
pub fn console(document: &Document, links: &[(&str, &str)]) -> io::Result<Page> {
    let mut archive = zip::ZipArchive::new(io::Cursor::new(SWAGGER_UI_VENDORED))?;
    let mut read = |end: &str| -> io::Result<String> {
        let missing = || io::Error::other(format!("the archive of Swagger UI has no {end}"));
        let is_meant = |name: &String| name.ends_with(end);
        let name = archive.file_names().filter_map(Result::ok).map(|name| name.into_owned()).find(is_meant);
        let name = name.ok_or_else(missing)?;
        let mut text = String::new();
        archive.by_name(&name)?.read_to_string(&mut text)?;
        Ok(text)
    };
    let style = read("/dist/swagger-ui.css")?;
    let script = read("/dist/swagger-ui-bundle.js")?;
    let notice = read("/NOTICE")?;
    let body = html! {
        (PreEscaped("<!-- "))(notice.trim())" Licensed under the Apache License, Version 2.0: "
        "https://www.apache.org/licenses/LICENSE-2.0"(PreEscaped(" -->"))
        header.strongroom {
            b { (document.title()) } span { (document.version()) }
            nav { @for (address, words) in links { a href=(address) { (words) } } }
        }
        p.from-disk hidden {
            "This page was opened from disk. Browsers then let it call only servers that allow every page to: "
            "a server on this machine offers the same page, and answers it, below " code { "/docs" } "."
        }
        div id="console" {}
        noscript { p.from-disk { "The console needs scripts. The reference works without." } }
    };
    // Source maps are asked for by name when somebody opens the tools of the browser.
    let script = script
        .lines()
        .filter(|line| !line.starts_with("//# sourceMappingURL"))
        .collect::<Vec<_>>()
        .join("\n");
    let style =
        style.lines().filter(|line| !line.starts_with("/*# sourceMappingURL")).collect::<Vec<_>>().join("\n");
    Ok(page(&Parts {
        title: &format!("Console: {} {}", document.title(), document.version()),
        styles: &[&style, STYLE],
        body,
        data: Some(("document", &document.value().to_string())),
        scripts: &[&script, SCRIPT],
        calls: true,
    }))
}
