//! Reads the parameter builders: what is set, what is sent, what comes back.
//!
//! Of the generated `send` three things are kept: the statement that makes the URL, those that fill the
//! header map, and the expression that makes the request. Its reading of the answer is replaced, because it
//! loses the status of an answer it cannot parse and prints bodies and headers in errors.

use std::collections::BTreeMap;

use heck::{ToKebabCase as _, ToSnakeCase as _};
use quote::ToTokens as _;
use serde_json::Value;
use syn::{Expr, Fields, ImplItem, ImplItemFn, Pat, ReturnType, Stmt, Type, parse_quote, parse_str};

use super::model::{Area, Operation, Parameter, Presence, Success};
use super::paths;
use super::split::Builder;
use super::syntax::{argument, arguments};
use crate::Error;
use crate::document::{OperationKey, operation, operation_keys, text};

/// The extension of an operation that says whether the service may get it twice without harm, where the method
/// does not tell: a POST that only reads, a GET that changes something.
const REPEATABLE: &str = "x-repeatable";

/// Reads every builder into the area of its tag.
pub(super) fn read(builders: Vec<Builder>, document: &Value) -> Result<Vec<Area>, Error> {
    let mut documented: BTreeMap<String, OperationKey> = BTreeMap::new();
    for key in operation_keys(document) {
        if let Some(id) = operation(document, &key).and_then(|operation| text(operation, "operationId")) {
            documented.insert(id.to_snake_case(), key);
        }
    }
    let mut areas: Vec<Area> = Vec::new();
    for tag in document.get("tags").and_then(Value::as_array).into_iter().flatten() {
        let name = tag["name"].as_str().unwrap_or_default();
        areas.push(area(name, tag["description"].as_str().unwrap_or_default()));
    }
    for builder in builders {
        let method = builder.item.ident.to_string().to_snake_case();
        let Some(key) = documented.remove(&method) else {
            return Err(Error::shape("a builder named after an operation", &builder.item.ident));
        };
        let Some(described) = operation(document, &key) else { continue };
        let tag = described["tags"][0].as_str().unwrap_or_default().to_owned();
        let operation = read_one(builder, &method, &key, &Value::Object(described.clone()))?;
        match areas.iter_mut().find(|area| area.tag == tag) {
            Some(area) => area.operations.push(operation),
            None => {
                let mut area = area(&tag, "");
                area.operations.push(operation);
                areas.push(area);
            }
        }
    }
    if let Some((id, _)) = documented.first_key_value() {
        return Err(Error::shape("a builder for every operation", id));
    }
    areas.retain(|area| !area.operations.is_empty());
    for area in &mut areas {
        area.operations.sort_by_key(|operation| operation.method.to_string());
    }
    Ok(areas)
}

fn area(tag: &str, docs: &str) -> Area {
    Area { slug: tag.to_kebab_case(), tag: tag.to_owned(), docs: docs.to_owned(), operations: Vec::new() }
}

fn read_one(
    builder: Builder,
    method: &str,
    key: &OperationKey,
    described: &Value,
) -> Result<Operation, Error> {
    let Some(send) = builder.body.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    }) else {
        return Err(Error::shape("a method `send`", &builder.item.ident));
    };
    let (client, parameters) = parameters(&builder, described)?;
    let (success, error) = outcome(send)?;
    let wire = Statements::read(send, &client)?;
    Ok(Operation {
        id: described["operationId"].as_str().unwrap_or_default().to_owned(),
        method: syn::Ident::new(method, proc_macro2::Span::call_site()),
        builder: builder.item.ident.clone(),
        http_method: key.method.to_uppercase(),
        path: key.path.clone(),
        docs: operation_docs(described),
        repeatable: repeatable(&key.method, described),
        parameters,
        success,
        error,
        url: wire.url,
        headers: wire.headers,
        request: wire.request,
    })
}

/// Whether the operation may be sent twice: the document says so, or the method does.
fn repeatable(method: &str, described: &Value) -> bool {
    let by_method =
        matches!(method.to_ascii_lowercase().as_str(), "get" | "head" | "put" | "delete" | "options");
    described[REPEATABLE].as_bool().unwrap_or(by_method)
}

fn operation_docs(described: &Value) -> String {
    let parts = ["summary", "description"].iter().filter_map(|key| described[*key].as_str());
    parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The name of the field that holds the client, and the parameters.
fn parameters(builder: &Builder, described: &Value) -> Result<(String, Vec<Parameter>), Error> {
    let Fields::Named(fields) = &builder.item.fields else {
        return Err(Error::shape("a builder with named fields", &builder.item.ident));
    };
    let mut fields = fields.named.iter();
    let client = match fields.next().map(|field| (&field.ident, &field.ty)) {
        Some((Some(ident), Type::Reference(_))) => ident.to_string(),
        _ => return Err(Error::shape("a reference to the client as the first field", &builder.item.ident)),
    };
    let mut parameters = Vec::new();
    for field in fields {
        let Some(ident) = field.ident.clone() else {
            return Err(Error::shape("a named field", &field.ty));
        };
        let Some([value, _]) =
            arguments(&field.ty, "Result").map(TryInto::<[Type; 2]>::try_into).and_then(Result::ok)
        else {
            return Err(Error::shape("a parameter held as `Result<T, String>`", &field.ty));
        };
        let (mut ty, mut presence) = match argument(&value, "Option") {
            Some(inner) => (inner, Presence::Optional),
            None => (value, Presence::Required),
        };
        let docs = if ident == "body" {
            if !described["requestBody"]["required"].as_bool().unwrap_or(false) {
                presence = Presence::Defaulted;
            }
            described["requestBody"]["description"].as_str().unwrap_or_default().to_owned()
        } else {
            parameter_docs(&ident.to_string(), described)
        };
        paths::shorten(&mut ty, "types");
        parameters.push(Parameter { ident, docs, ty, presence });
    }
    Ok((client, parameters))
}

fn parameter_docs(ident: &str, described: &Value) -> String {
    let plain = ident.trim_matches('_');
    let parameters = described["parameters"].as_array().into_iter().flatten();
    let mut named = parameters
        .filter(|parameter| parameter["name"].as_str().unwrap_or_default().to_snake_case() == plain);
    named.next().and_then(|parameter| parameter["description"].as_str()).unwrap_or_default().to_owned()
}

/// Reads `Result<ResponseValue<S>, Error<E>>`.
fn outcome(send: &ImplItemFn) -> Result<(Success, Option<Type>), Error> {
    const EXPECTED: &str = "`send` to give `Result<ResponseValue<S>, Error<E>>`";
    let ReturnType::Type(_, output) = &send.sig.output else {
        return Err(Error::shape(EXPECTED, &send.sig));
    };
    let Some([value, error]) =
        arguments(output, "Result").map(TryInto::<[Type; 2]>::try_into).and_then(Result::ok)
    else {
        return Err(Error::shape(EXPECTED, output));
    };
    let (Some(mut success), Some(mut error)) = (argument(&value, "ResponseValue"), argument(&error, "Error"))
    else {
        return Err(Error::shape(EXPECTED, output));
    };
    paths::shorten(&mut success, "types");
    paths::shorten(&mut error, "types");
    let success = match &success {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Success::Empty,
        ty if argument(ty, "ByteStream").is_some() || is_named(ty, "ByteStream") => Success::Bytes,
        ty => Success::Json(Box::new(unboxed(ty))),
    };
    let error = match error {
        Type::Tuple(tuple) if tuple.elems.is_empty() => None,
        ty if is_named(&ty, "ByteStream") => None,
        ty => Some(ty),
    };
    Ok((success, error))
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// A nullable answer comes as `Option<Box<T>>`; nothing is recursive about it.
fn unboxed(ty: &Type) -> Type {
    match argument(ty, "Option").and_then(|inner| argument(&inner, "Box")) {
        Some(inner) => parse_quote!(Option<#inner>),
        None => ty.clone(),
    }
}

/// What is kept of the body of `send`.
struct Statements {
    url: Stmt,
    headers: Vec<Stmt>,
    request: Expr,
}

impl Statements {
    fn read(send: &ImplItemFn, client: &str) -> Result<Self, Error> {
        let statements = &send.block.stmts;
        let position = |name: &str| statements.iter().position(|statement| binds(statement, name));
        let (Some(url), Some(headers), Some(request)) =
            (position("url"), position("header_map"), position("request"))
        else {
            return Err(Error::shape("statements for `url`, `header_map` and `request`", &send.sig.ident));
        };
        // `header_map`, then the appending of `api-version`, then one `if let` or `append` a parameter.
        let mut filled: Vec<Stmt> = statements[headers..request].to_vec();
        let version = filled.iter().position(|it| it.to_token_stream().to_string().contains("api-version"));
        match version {
            Some(index) => drop(filled.remove(index)),
            None => return Err(Error::shape("a statement that appends `api-version`", &send.sig.ident)),
        }
        let headers = if filled.len() == 1 { Vec::new() } else { filled };
        Ok(Self {
            url: rewritten(&statements[url], &[(format!("{client} . baseurl"), "client . base_url ()")])?,
            request: request_expression(&statements[request], client, headers.is_empty())?,
            headers,
        })
    }
}

fn binds(statement: &Stmt, name: &str) -> bool {
    let Stmt::Local(local) = statement else { return false };
    matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name)
}

/// The initialiser of `request`, without `?`, so that building fails inside the transport.
fn request_expression(statement: &Stmt, client: &str, without_headers: bool) -> Result<Expr, Error> {
    let Stmt::Local(local) = statement else { return Err(Error::shape("`let request`", statement)) };
    let initial = local.init.as_ref().map(|initial| &*initial.expr);
    let Some(Expr::Try(tried)) = initial else {
        return Err(Error::shape("`let request = ….build()?`", statement));
    };
    let mut text = tried.expr.to_token_stream().to_string();
    if text.contains("form_urlencoded") {
        return Err(Error::shape("a body that is JSON or bytes", &tried.expr));
    }
    let calls = format!("{client} . client");
    if !text.starts_with(&calls) || !text.ends_with(". build ()") || !text.contains(". headers (header_map)")
    {
        return Err(Error::shape("`client.client.….headers(header_map).build()`", &tried.expr));
    }
    text.replace_range(..calls.len(), "client . http ()");
    if without_headers {
        text = text.replace(". headers (header_map)", "");
    }
    Ok(parse_str(&text.replace("progenitor_client :: QueryParam", "QueryParam"))?)
}

fn rewritten(statement: &Stmt, changes: &[(String, &str)]) -> Result<Stmt, Error> {
    let mut text = statement.to_token_stream().to_string();
    for (from, to) in changes {
        if !text.contains(from) {
            return Err(Error::shape("a URL that starts with the client's base", statement));
        }
        text = text.replace(from, to);
    }
    Ok(parse_str::<syn::Block>(&format!("{{ {text} }}"))?.stmts.remove(0))
}
