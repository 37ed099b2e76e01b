//! Runs a command: what was given becomes a request, and what comes back is shown.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use clap::{ArgMatches, FromArgMatches as _};
use client_core::{ByteStream, ConnectionOptions, Method, Response, Transport};
use command_table::{Answer, Command};
use serde_json::Value;
use strongroom_profile::{Connection, Kind as Service};

use super::pages::{self, Wanted};
use super::request::Request;
use super::{api, curl, input, skeleton, table};
use crate::connect::{ConnectArgs, Target, USER_AGENT};
use crate::failure::Failure;
use crate::output::complain;
use crate::print::{self, Shape, View};

/// Runs `strongroom ibm`, `strongroom storware` or `strongroom api`.
pub(crate) async fn run(name: &str, matches: &ArgMatches) -> Result<(), Failure> {
    let service = match name {
        "ibm" => Service::Ibm,
        "storware" => Service::Storware,
        _ => return api::run(matches).await,
    };
    // clap lets nothing else through.
    let Some((resource, matches)) = matches.subcommand() else { return Ok(()) };
    let Some((verb, matches)) = matches.subcommand() else { return Ok(()) };
    let command = table::api(service).resource(resource).and_then(|resource| resource.command(verb));
    let Some(command) = command else { return Ok(()) };
    one(service, command, matches).await
}

async fn one(service: Service, command: &'static Command, matches: &ArgMatches) -> Result<(), Failure> {
    if let Some(body) = command.body
        && let Some(form) = matches.get_one::<String>("generate-skeleton")
    {
        let document = table::document(service)?;
        let media = document.pointer(body.pointer).unwrap_or(&Value::Null);
        return match form.as_str() {
            "json" => print::text(&print::json(&skeleton::bare(document, media, command.fixed))),
            _ => print::text(&skeleton::commented(document, media, command.fixed)),
        };
    }
    let body = input::body(service, command, matches)?;
    input::warn_of_unlisted(command, matches);
    let connect = connect_args(matches)?;
    let (mut request, connection) = match command.server {
        None => {
            let connection = connect.connection(service)?;
            (input::request(&Target::of(&connection)?, command, matches)?, Some(connection))
        }
        Some(server) => (elsewhere(&connect, command, server)?, None),
    };
    if let Some(body) = &body {
        request = match command.body {
            Some(described) if described.form => request.form(pairs(body)),
            _ => request.body(body.clone()),
        };
    }
    if matches.get_flag("dry-run") {
        let media = match command.body {
            Some(body) => Some((table::document(service)?, body.pointer)),
            None => None,
        };
        let schema = media.and_then(|(document, at)| Some((document, document.pointer(at)?.get("schema")?)));
        return curl::show(&request, schema, connection.as_ref());
    }
    let (pointer, list, columns) = match command.answer {
        Answer::Bytes => {
            let to = matches.get_one::<String>("output").map(String::as_str);
            return download(request.send_for_bytes().await?, to).await;
        }
        Answer::Empty => (None, None, &[][..]),
        Answer::Json { pointer, list, columns } => (Some(pointer), list, columns),
    };
    let view = View::of(matches)?;
    let answer = match (command.paging, list) {
        (Some(paging), Some(list)) => pages::fetch(request, body, paging, list, wanted(matches)).await?,
        _ => request.send().await?.into_inner(),
    };
    if pointer.is_none() && answer.is_null() {
        return Ok(());
    }
    let document = table::document(service)?;
    let schema = pointer.and_then(|pointer| document.pointer(pointer));
    view.show(&answer, &Shape { list, columns, schema: schema.map(|schema| (document, schema)) })
}

/// The flags that say which server is called.
pub(super) fn connect_args(matches: &ArgMatches) -> Result<ConnectArgs, Failure> {
    ConnectArgs::from_arg_matches(matches).map_err(|error| Failure::machine("read the flags", error))
}

/// A request to the identity service, which nobody needs a token for.
fn elsewhere(connect: &ConnectArgs, command: &'static Command, server: &str) -> Result<Request, Failure> {
    let connection = connect.to_tokens()?;
    let mut options = ConnectionOptions::default();
    options.user_agent(USER_AGENT.to_owned());
    if let Some(connection) = &connection {
        the_way(&mut options, connection);
    }
    let told = connection.and_then(|connection| connection.iam_url);
    let transport = Transport::builder(options.http_client()?, told.as_deref().unwrap_or(server)).build();
    let method =
        Method::from_bytes(command.method.as_bytes()).map_err(|err| Failure::machine("call", err))?;
    let request = Request::Ibm(transport.request(method, command.path));
    Ok(request.operation(command.operation, command.repeatable))
}

/// Goes to a service as a profile says.
fn the_way(options: &mut ConnectionOptions, connection: &Connection) {
    if let Some(pem) = &connection.root_certificates {
        options.root_certificates(pem.clone());
    }
    if let Some(pem) = &connection.client_certificate {
        options.client_certificate(pem.clone());
    }
    if let Some(url) = &connection.proxy {
        options.proxy(url.clone());
    }
}

/// The members of a body as the pairs of a form.
fn pairs(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let members = body.as_object().into_iter().flatten();
    members.map(|(name, value)| (name.clone(), text(value))).collect()
}

fn wanted(matches: &ArgMatches) -> Wanted {
    match matches.get_one::<u64>("limit") {
        _ if matches.get_flag("all") => Wanted::All,
        Some(limit) => Wanted::UpTo(*limit),
        None => Wanted::Page,
    }
}

/// Writes what comes to a file, which is there when all of it has come, or to standard output.
pub(super) async fn download(mut answer: Response<ByteStream>, to: Option<&str>) -> Result<(), Failure> {
    let to = to.unwrap_or("-");
    if to == "-" {
        if io::stdout().is_terminal() {
            return Err(Failure::Usage(
                "this is no text for a terminal: give --output FILE, or lead it into a program".to_owned(),
            ));
        }
        while let Some(chunk) = answer.next_chunk().await? {
            if !print::raw(&chunk)? {
                return Ok(());
            }
        }
        return Ok(());
    }
    let failed = |error: io::Error| Failure::machine(format!("write {to}"), error);
    let folder = Path::new(to).parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    let mut bytes = 0_u64;
    while let Some(chunk) = answer.next_chunk().await? {
        file.write_all(&chunk).map_err(failed)?;
        bytes += chunk.len() as u64;
    }
    file.persist(to).map_err(|error| failed(error.error))?;
    complain(format_args!("wrote {} to {to}", indicatif::BinaryBytes(bytes)));
    Ok(())
}
