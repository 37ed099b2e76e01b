//! Lists: what an answer says about the list as a whole, and going through one page by page.

use std::collections::VecDeque;
use std::future::Future;

use client_core::{Error, Response};
use futures::Stream;
use futures::stream::try_unfold;

const TOTAL: &str = "x-total-count";

/// An answer that is a list, or a page of one.
pub trait ListResponse {
    /// How many entries there are on all pages, in the header `X-Total-Count`. `None` where the service does
    /// not say so, or not as a number.
    fn total_count(&self) -> Option<u64>;
}

impl<T> ListResponse for Response<Vec<T>> {
    fn total_count(&self) -> Option<u64> {
        self.headers().get(TOTAL)?.to_str().ok()?.trim().parse().ok()
    }
}

/// Every entry of a list, fetched `size` at a time as they are wanted.
///
/// `fetch` gets the number of a page, from 0, and the size, and asks for that page:
///
/// ```no_run
/// use futures::TryStreamExt as _;
/// # async fn example(client: storware_backup_recovery::Client) -> Result<(), storware_backup_recovery::Error> {
/// let backups = storware_backup_recovery::entries(100, |page, size| {
///     client.list_backups().order_by("backupTime").direction("asc").page(page).size(size).send()
/// });
/// let mut backups = std::pin::pin!(backups);
/// while let Some(backup) = backups.try_next().await? {
///     println!("{} {}", backup.guid, backup.size);
/// }
/// # Ok(()) }
/// ```
///
/// The stream ends when the service has given as many entries as it says there are, with the first page that is
/// shorter than `size` where it does not say so, and after the first error. The service has no cursor: what is
/// added to the list or removed from it meanwhile moves the rest, so that an entry can come twice or not at all.
/// An order in which new entries come last, as above, keeps that from happening to what is only added to. A size
/// below 1 counts as 1.
pub fn entries<T, F, A>(size: i32, fetch: F) -> impl Stream<Item = Result<T, Error>>
where
    F: FnMut(i32, i32) -> A,
    A: Future<Output = Result<Response<Vec<T>>, Error>>,
{
    let begin = Walk { fetch, size: size.max(1), page: Some(0), seen: 0, waiting: VecDeque::new() };
    try_unfold(begin, |mut walk| async move {
        loop {
            if let Some(entry) = walk.waiting.pop_front() {
                return Ok(Some((entry, walk)));
            }
            let Some(page) = walk.page else { return Ok(None) };
            let answer = (walk.fetch)(page, walk.size).await?;
            walk.seen += answer.len() as u64;
            let is_last = match answer.total_count() {
                Some(total) => walk.seen >= total,
                None => answer.len() < walk.size as usize,
            };
            // A page without entries is the end whatever the service counted.
            let goes_on = !is_last && !answer.is_empty();
            walk.page = page.checked_add(1).filter(|_| goes_on);
            walk.waiting = answer.into_inner().into();
        }
    })
}

/// How far a list was gone through.
struct Walk<T, F> {
    fetch: F,
    size: i32,
    /// The page to fetch next; none when there is none.
    page: Option<i32>,
    seen: u64,
    waiting: VecDeque<T>,
}
