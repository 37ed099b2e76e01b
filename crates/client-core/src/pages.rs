//! Lists that come in pages, as streams.

use std::future::Future;

use futures_util::stream::{self, Stream, TryStreamExt as _};

use crate::Error;

/// The pages of a list. `fetch` gets where a page begins, `first` for the first one, and gives the page and where
/// the next one begins, or `None` after the last.
///
/// Pages are fetched when they are asked for. The stream ends after the first error.
pub fn pages<P, C, F, A>(first: C, fetch: F) -> impl Stream<Item = Result<P, Error>>
where
    F: FnMut(C) -> A,
    A: Future<Output = Result<(P, Option<C>), Error>>,
{
    stream::try_unfold((Some(first), fetch), |(at, mut fetch)| async move {
        let Some(at) = at else { return Ok(None) };
        let (page, next) = fetch(at).await?;
        Ok(Some((page, (next, fetch))))
    })
}

/// The items of the pages of a list, one by one. The stream ends after the first error.
pub fn items<P, I>(
    pages: impl Stream<Item = Result<P, Error>>,
    of: impl Fn(P) -> I,
) -> impl Stream<Item = Result<I::Item, Error>>
where
    I: IntoIterator,
{
    pages.map_ok(move |page| stream::iter(of(page).into_iter().map(Ok))).try_flatten()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures_util::StreamExt as _;

    use super::*;

    /// Three pages of two numbers; the page `broken` cannot be had. Counts what is fetched.
    fn numbers(broken: i32, fetched: &Cell<usize>) -> impl Stream<Item = Result<Vec<i32>, Error>> {
        pages(0, move |page| async move {
            fetched.set(fetched.get() + 1);
            if page == broken {
                return Err(Error::invalid("list", "broken"));
            }
            Ok((vec![page * 2, page * 2 + 1], (page < 2).then_some(page + 1)))
        })
    }

    #[tokio::test]
    async fn items_come_in_order_and_pages_when_they_are_wanted() {
        let fetched = Cell::new(0);
        let mut items = std::pin::pin!(items(numbers(-1, &fetched), |page| page));
        let mut seen = Vec::new();
        let mut fetches = Vec::new();
        while let Some(item) = items.try_next().await.unwrap() {
            seen.push(item);
            fetches.push(fetched.get());
        }
        assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
        assert_eq!(fetches, [1, 1, 2, 2, 3, 3]);
        assert_eq!(fetched.get(), 3);
    }

    #[tokio::test]
    async fn the_first_error_is_the_end() {
        let fetched = Cell::new(0);
        let mut items = std::pin::pin!(items(numbers(1, &fetched), |page| page));
        let mut seen = Vec::new();
        while let Some(item) = items.next().await {
            seen.push(item.ok());
        }
        assert_eq!(seen, [Some(0), Some(1), None]);
        assert_eq!(fetched.get(), 2);
    }
}
