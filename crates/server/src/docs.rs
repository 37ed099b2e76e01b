//! The documents themselves, for whoever looks at the server: as text, as a reference and as a console.
//!
//! They are public and the same for everybody: nothing of the server's state is in them. Each is made when it
//! is first asked for and kept, so that a start costs nothing and a second reader neither.

use std::io::{self, Write as _};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use openapi_check::Sources;
use openapi_publish::{Document, Entry, Page};
use tokio::sync::OnceCell;

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
/// RFC 9512.
const YAML: &str = "application/yaml";

/// What is served, by path.
const PAGES: &[(&str, Make)] = &[
    ("/docs", index),
    ("/docs/ibm", || reference(strongroom_spec::IBM, IBM)),
    ("/docs/ibm/console", || console(strongroom_spec::IBM, IBM)),
    ("/docs/storware", || reference(strongroom_spec::STORWARE, STORWARE)),
    ("/docs/storware/console", || console(strongroom_spec::STORWARE, STORWARE)),
    ("/openapi.json", || json(strongroom_spec::IBM)),
    ("/openapi.yaml", || yaml(strongroom_spec::IBM)),
    ("/api/openapi.json", || json(strongroom_spec::STORWARE)),
    ("/api/openapi.yaml", || yaml(strongroom_spec::STORWARE)),
];

type Links = &'static [(&'static str, &'static str)];

const IBM: Links = &[
    ("/docs", "All APIs"),
    ("/docs/ibm", "Reference"),
    ("/docs/ibm/console", "Console"),
    ("/openapi.yaml", "OpenAPI as YAML"),
    ("/openapi.json", "as JSON"),
];

const STORWARE: Links = &[
    ("/docs", "All APIs"),
    ("/docs/storware", "Reference"),
    ("/docs/storware/console", "Console"),
    ("/api/openapi.yaml", "OpenAPI as YAML"),
    ("/api/openapi.json", "as JSON"),
];

type Make = fn() -> io::Result<Content>;

/// What is made for a path.
struct Content {
    media: &'static str,
    policy: String,
    body: Vec<u8>,
}

/// The same as it goes out.
struct Served {
    media: &'static str,
    policy: String,
    tag: String,
    plain: axum::body::Bytes,
    gzip: axum::body::Bytes,
}

/// The routes. They need no authentication.
pub(crate) fn router() -> Router {
    PAGES.iter().fold(Router::new(), |router, (path, make)| {
        let kept = Arc::new(OnceCell::new());
        let answer = move |headers: HeaderMap| {
            let kept = Arc::clone(&kept);
            async move { answer(&kept, *make, &headers).await }
        };
        let router = router.route(path, get(answer));
        // Relative addresses are none here, so that a slash more is only somewhere else.
        if path.starts_with("/docs") {
            let (path, slash) = (*path, format!("{path}/"));
            return router.route(&slash, get(move || async move { Redirect::permanent(path) }));
        }
        router
    })
}

async fn answer(kept: &OnceCell<Served>, make: Make, headers: &HeaderMap) -> Response {
    let made = kept.get_or_try_init(|| async move {
        tokio::task::spawn_blocking(move || make().and_then(served)).await.map_err(io::Error::other)?
    });
    match made.await {
        Ok(served) => respond(served, headers),
        Err(err) => {
            tracing::error!(error = %err, "a document cannot be shown");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn served(content: Content) -> io::Result<Served> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&content.body)?;
    Ok(Served {
        media: content.media,
        policy: content.policy,
        tag: openapi_publish::sha256(&content.body),
        plain: content.body.into(),
        gzip: gzip.finish()?.into(),
    })
}

fn respond(served: &Served, headers: &HeaderMap) -> Response {
    let asks = |name: HeaderName, word: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim() == word)
    };
    let compressed = asks(ACCEPT_ENCODING, "gzip");
    // The bytes differ, and so do their tags.
    let tag = format!("\"{}{}\"", served.tag, if compressed { "-gzip" } else { "" });
    let common = [
        (ETAG, tag.as_str()),
        (VARY, "accept-encoding"),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, served.policy.as_str()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    if asks(IF_NONE_MATCH, &tag) || asks(IF_NONE_MATCH, &format!("W/{tag}")) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let media = [(CONTENT_TYPE, served.media)];
    if compressed {
        (common, media, [(CONTENT_ENCODING, "gzip")], Body::from(served.gzip.clone())).into_response()
    } else {
        (common, media, Body::from(served.plain.clone())).into_response()
    }
}

/// The published form of a document that was compiled in, with this server as its only one.
fn document(entry: &str) -> io::Result<Document> {
    let sources = Sources::embedded(strongroom_spec::FILES);
    let bundle = openapi_check::bundle(&sources, entry)
        .map_err(|findings| io::Error::other(openapi_check::render(&findings, &sources)))?;
    Ok(openapi_publish::document(&bundle).at_home("This server."))
}

fn json(entry: &str) -> io::Result<Content> {
    Ok(text(JSON, document(entry)?.json()))
}

fn yaml(entry: &str) -> io::Result<Content> {
    Ok(text(YAML, document(entry)?.yaml()))
}

fn text(media: &'static str, text: String) -> Content {
    Content {
        media,
        policy: "default-src 'none'; frame-ancestors 'none'".to_owned(),
        body: text.into_bytes(),
    }
}

fn index() -> io::Result<Content> {
    let (ibm, storware) = (document(strongroom_spec::IBM)?, document(strongroom_spec::STORWARE)?);
    let entries =
        [(&ibm, IBM), (&storware, STORWARE)].map(|(document, links)| Entry { document, links: &links[1..] });
    Ok(page(openapi_publish::index("The APIs of this server", &entries)))
}

fn reference(entry: &str, links: Links) -> io::Result<Content> {
    Ok(page(openapi_publish::reference(&document(entry)?, links)))
}

fn console(entry: &str, links: Links) -> io::Result<Content> {
    Ok(page(openapi_publish::console(&document(entry)?, links)?))
}

fn page(page: Page) -> Content {
    Content { media: HTML, policy: page.policy, body: page.html.into_bytes() }
}
