//! `strongroom api`: any request of a service.

use clap::{Arg, ArgAction, ArgMatches, Command as Clap};
use client_core::Method;
use strongroom_profile::Kind as Service;

use super::body::Given;
use super::call::{connect_args, download};
use super::request::Request;
use super::{curl, flags};
use crate::connect::Target;
use crate::failure::Failure;
use crate::print::{self, Shape, View};

/// The command.
pub(super) fn command() -> Clap {
    Clap::new("api")
        .about("Send any request, with the credentials of a profile")
        .long_about(
            "Send any request, with the credentials of a profile.\n\nFor what has no command of its own. The path is \
             below the base of the API, /v2 or /api, and may carry a query. JSON is printed as the service sent it; \
             anything else goes to --output or a pipe.",
        )
        .after_help(
            "Examples:\n  strongroom api GET /data-protect/policies\n  \
             strongroom api --service storware POST /entities --set name=docs --set 'paths=[\"/srv/docs\"]'",
        )
        .arg(
            Arg::new("method")
                .value_name("METHOD")
                .required(true)
                .help("GET, POST, PUT, PATCH, DELETE or another method"),
        )
        .arg(Arg::new("path").value_name("PATH").required(true).help("The path below the base of the API"))
        .arg(
            Arg::new("service")
                .long("service")
                .value_name("API")
                .value_parser(["ibm", "storware"])
                .help("Which API is called, where the profile does not say so"),
        )
        .arg(
            Arg::new("header")
                .short('H')
                .long("header")
                .value_name("NAME:VALUE")
                .action(ArgAction::Append)
                .help("Send this header too"),
        )
        .args(flags::body_flags().into_iter().filter(|flag| flag.get_id() != "generate-skeleton"))
        .arg(flags::dry_run())
        .args(print::flags("json"))
        .arg(
            Arg::new("download")
                .long("download")
                .value_name("FILE")
                .help("Write what comes to a file, whatever it is; `-` is standard output")
                .help_heading("Output"),
        )
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let method = text("method").unwrap_or_default().to_uppercase();
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| Failure::Usage(format!("`{method}` is no method")))?;
    let connect = connect_args(matches)?;
    let service = match text("service") {
        Some("ibm") => Service::Ibm,
        Some(_) => Service::Storware,
        None => connect.kind()?,
    };
    let connection = connect.connection(service)?;
    let mut request = Request::new(&Target::of(&connection)?, method, text("path").unwrap_or_default());
    for header in matches.get_many::<String>("header").into_iter().flatten() {
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| Failure::Usage(format!("--header `{header}`: NAME:VALUE is expected")))?;
        request = request.header(name.trim(), value.trim());
    }
    let mut given = Given::from_file(text("from-file"))?;
    for setting in matches.get_many::<String>("set").into_iter().flatten() {
        given.assign(setting)?;
    }
    if let Some(body) = given.unchecked() {
        request = request.body(body);
    }
    if matches.get_flag("dry-run") {
        return curl::show(&request, None, Some(&connection));
    }
    let view = View::of(matches)?;
    let answer = request.send_for_bytes().await?;
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if text("download").is_some() || !(kind.is_empty() || kind.contains("json")) {
        return download(answer, text("download")).await;
    }
    let body = answer.into_inner().collect().await?;
    if body.is_empty() {
        return Ok(());
    }
    let value = serde_json::from_slice(&body).map_err(|error| Failure::machine("read the answer", error))?;
    view.show(&value, &Shape { list: None, columns: &[], schema: None })
}
