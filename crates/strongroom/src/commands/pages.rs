//! Lists in pages.

use std::collections::HashSet;

use command_table::Paging;
use serde_json::Value;

use super::member;
use super::request::Request;
use crate::failure::Failure;
use crate::output::complain;

/// Entries of a page, where all of the list is asked for.
const SIZE: u64 = 100;
const TOTAL: &str = "x-total-count";
const COOKIE: &str = "paginationCookie";

/// How much of a list is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// What the service gives at once.
    Page,
    /// At most so many entries.
    UpTo(u64),
    /// All.
    All,
}

/// The answer with as many entries of its list as are wanted. `list` is the member that has them, empty where the
/// answer itself is the list.
pub(super) async fn fetch(
    request: Request,
    body: Option<Value>,
    paging: Paging,
    list: &str,
    wanted: Wanted,
) -> Result<Value, Failure> {
    match paging {
        Paging::Numbered => numbered(request, wanted).await,
        Paging::Cookie(name) => {
            let next = |cookie: Option<&str>| match cookie {
                Some(cookie) => Ok(request.clone().query(name, cookie)),
                None => Ok(request.clone()),
            };
            by_cookie(next, list, wanted).await
        }
        Paging::BodyCookie(name) => {
            let next = |cookie: Option<&str>| {
                let mut body = body.clone().unwrap_or_default();
                if let Some(cookie) = cookie {
                    member::set(&mut body, name, cookie.into()).map_err(Failure::Usage)?;
                }
                Ok(request.clone().body(body))
            };
            by_cookie(next, list, wanted).await
        }
    }
}

async fn numbered(request: Request, wanted: Wanted) -> Result<Value, Failure> {
    let most = match wanted {
        Wanted::Page => {
            let answer = request.send().await?;
            let total = total(&answer);
            let answer = answer.into_inner();
            let got = answer.as_array().map_or(0, Vec::len) as u64;
            if total.is_some_and(|total| total > got) {
                hint(got, total);
            }
            return Ok(answer);
        }
        Wanted::UpTo(most) => most,
        Wanted::All => u64::MAX,
    };
    let size = SIZE.min(most);
    let mut entries = Vec::new();
    for page in 0_u64.. {
        let one = request.clone().query("page", &page.to_string()).query("size", &size.to_string());
        let answer = one.send().await?;
        let total = total(&answer);
        let Value::Array(more) = answer.into_inner() else { break };
        let came = more.len() as u64;
        // A service that knows no pages gives the same again.
        if page > 0 && entries.ends_with(&more) {
            break;
        }
        entries.extend(more);
        let got = entries.len() as u64;
        if came == 0 || got >= most || total.map_or(came < size, |total| got >= total) {
            break;
        }
    }
    entries.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Value::Array(entries))
}

fn total(answer: &client_core::Response<Value>) -> Option<u64> {
    answer.headers().get(TOTAL)?.to_str().ok()?.trim().parse().ok()
}

async fn by_cookie(
    mut next: impl FnMut(Option<&str>) -> Result<Request, Failure>,
    list: &str,
    wanted: Wanted,
) -> Result<Value, Failure> {
    let mut answer = next(None)?.send().await?.into_inner();
    let entries = |answer: &Value| answer[list].as_array().map_or(0, Vec::len) as u64;
    let most = match wanted {
        Wanted::Page => {
            if cookie(&answer).is_some() {
                hint(entries(&answer), None);
            }
            return Ok(answer);
        }
        Wanted::UpTo(most) => most,
        Wanted::All => u64::MAX,
    };
    // A cookie that comes again leads in a circle.
    let mut sent = HashSet::new();
    while entries(&answer) < most {
        let Some(given) = cookie(&answer).filter(|given| sent.insert(given.clone())) else { break };
        let mut page = next(Some(&given))?.send().await?.into_inner();
        let more = entries_of(&mut page, list).map(std::mem::take).unwrap_or_default();
        let is_last = more.is_empty();
        if let Some(all) = entries_of(&mut answer, list) {
            all.extend(more);
        }
        if let Some(members) = answer.as_object_mut() {
            let next = page.get_mut(COOKIE).map(Value::take).unwrap_or_default();
            members.insert(COOKIE.to_owned(), next);
        }
        if is_last {
            break;
        }
    }
    if let Some(all) = entries_of(&mut answer, list) {
        all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    }
    if wanted == Wanted::All
        && let Some(members) = answer.as_object_mut()
    {
        // It leads nowhere any more.
        members.remove(COOKIE);
    }
    Ok(answer)
}

/// The entries of an answer. Indexing would make members of what is no object, or panic.
fn entries_of<'a>(answer: &'a mut Value, list: &str) -> Option<&'a mut Vec<Value>> {
    answer.get_mut(list)?.as_array_mut()
}

fn cookie(answer: &Value) -> Option<String> {
    answer[COOKIE].as_str().filter(|cookie| !cookie.is_empty()).map(str::to_owned)
}

fn hint(got: u64, total: Option<u64>) {
    let of = total.map_or_else(String::new, |total| format!(" of {total}"));
    complain(format_args!("note: these are {got}{of}; --all fetches the rest"));
}
