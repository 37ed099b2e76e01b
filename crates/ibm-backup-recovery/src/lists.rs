//! Long lists as streams, by page and by item.
//!
//! Two operations page with a cookie. The list of runs has none: it gives the newest runs of a window of time, so it
//! is walked backwards, window by window.

#[cfg(any(feature = "runs", feature = "search"))]
use client_core::{Error, items, pages};
#[cfg(any(feature = "runs", feature = "search"))]
use futures_util::Stream;

#[cfg(any(feature = "runs", feature = "search"))]
use crate::{builder, types};

#[cfg(feature = "search")]
impl<'a> builder::SearchObjects<'a> {
    /// Every page, each fetched when it is asked for. `count` is how many objects a page has. The stream ends after
    /// the first error.
    pub fn pages(self) -> impl Stream<Item = Result<types::ObjectSearchResponse, Error>> + Send + use<'a> {
        pages(self.pagination_cookie.clone(), move |cookie| {
            let mut request = self.clone();
            request.pagination_cookie.clone_from(&cookie);
            async move {
                let page = request.send().await?.into_inner();
                let next = following(cookie.as_deref(), page.pagination_cookie.as_deref());
                Ok((page, next))
            }
        })
    }

    /// Every object, page by page.
    pub fn items(self) -> impl Stream<Item = Result<types::FoundObject, Error>> + Send + use<'a> {
        items(self.pages(), |page| page.objects.unwrap_or_default())
    }
}

#[cfg(feature = "search")]
impl<'a> builder::SearchIndexedObjects<'a> {
    /// Every page, each fetched when it is asked for. The `count` of the body is how many items a page has. The
    /// stream ends after the first error.
    pub fn pages(self) -> impl Stream<Item = Result<types::IndexedSearchResponse, Error>> + Send + use<'a> {
        let first = self.body.as_ref().and_then(|body| body.pagination_cookie.clone());
        pages(first, move |cookie| {
            let mut request = self.clone();
            if let Some(body) = &mut request.body {
                body.pagination_cookie.clone_from(&cookie);
            }
            async move {
                let page = request.send().await?.into_inner();
                let next = following(cookie.as_deref(), page.pagination_cookie.as_deref());
                Ok((page, next))
            }
        })
    }

    /// Every file and folder that is found, page by page. Of a search for something else there are none.
    ///
    /// ```no_run
    /// use futures::TryStreamExt as _;
    /// use ibm_backup_recovery::types;
    /// # async fn example(client: ibm_backup_recovery::Client) -> Result<(), ibm_backup_recovery::Error> {
    /// let files = types::FileSearchParams::new().with_search_string("report*");
    /// let search = types::IndexedSearchRequest::new(types::IndexedObjectType::Files).with_file_params(files);
    /// let found: Vec<_> = client.search_indexed_objects().body(search).files().try_collect().await?;
    /// # Ok(()) }
    /// ```
    pub fn files(self) -> impl Stream<Item = Result<types::IndexedFile, Error>> + Send + use<'a> {
        items(self.pages(), |page| page.files.unwrap_or_default())
    }
}

/// Where the next page begins. A service that gives the cookie it was given would be asked for ever.
#[cfg(feature = "search")]
#[expect(
    clippy::option_option,
    reason = "the outer one says whether there is a page, the inner where it begins"
)]
fn following(sent: Option<&str>, got: Option<&str>) -> Option<Option<String>> {
    let next = got.filter(|cookie| !cookie.is_empty() && Some(*cookie) != sent)?;
    Some(Some(next.to_owned()))
}

/// How many runs the service gives at most at a time.
#[cfg(feature = "runs")]
const MOST_RUNS: i64 = 100;

/// How far the list of runs has been walked.
#[cfg(feature = "runs")]
#[derive(Clone, Default)]
struct Walk {
    /// No run after this time.
    end: Option<types::UnixMicros>,
    /// Runs at that very time that were given already.
    given: Vec<types::RunId>,
}

#[cfg(feature = "runs")]
impl<'a> builder::GetProtectionGroupRuns<'a> {
    /// Every run of the group, newest first, however many there are.
    ///
    /// The service gives the newest runs between two times, 100 at most. This walks backwards from `end_time_usecs`,
    /// or from now, to `start_time_usecs`, or to the first run. `num_runs` is how many are fetched at a time. Pages
    /// are fetched when they are asked for; the stream ends after the first error.
    pub fn pages(self) -> impl Stream<Item = Result<Vec<types::ProtectionGroupRun>, Error>> + Send + use<'a> {
        let most = self.num_runs.unwrap_or(MOST_RUNS).clamp(1, MOST_RUNS);
        let by_end = self.filter_by_end_time == Some(true);
        let first = Walk { end: self.end_time_usecs, given: Vec::new() };
        // Without a beginning the service would look back an hour.
        let start = self.start_time_usecs.unwrap_or_default();
        pages(first, move |walk| {
            let mut request = self.clone();
            request.num_runs = Some(most);
            request.start_time_usecs = Some(start);
            request.end_time_usecs = walk.end;
            async move {
                let runs = request.send().await?.into_inner().runs.unwrap_or_default();
                let is_full = i64::try_from(runs.len()).is_ok_and(|count| count >= most);
                let next = if is_full { walk.beyond(&runs, by_end) } else { None };
                let fresh = runs.into_iter().filter(|run| !walk.has_given(run)).collect();
                Ok((fresh, next))
            }
        })
    }

    /// Every run of the group, newest first. See [`pages`](Self::pages).
    ///
    /// ```no_run
    /// use futures::TryStreamExt as _;
    /// # async fn example(client: ibm_backup_recovery::Client) -> Result<(), ibm_backup_recovery::Error> {
    /// let mut runs = std::pin::pin!(client.get_protection_group_runs().id("1:2:3").items());
    /// while let Some(run) = runs.try_next().await? {
    ///     println!("{:?}", run.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn items(self) -> impl Stream<Item = Result<types::ProtectionGroupRun, Error>> + Send + use<'a> {
        items(self.pages(), |page| page)
    }
}

#[cfg(feature = "runs")]
impl Walk {
    fn has_given(&self, run: &types::ProtectionGroupRun) -> bool {
        run.id.as_ref().is_some_and(|id| self.given.contains(id))
    }

    /// Where to go on after these runs: at the time of the oldest, which others may share.
    fn beyond(&self, runs: &[types::ProtectionGroupRun], by_end: bool) -> Option<Self> {
        let oldest = runs.iter().filter_map(|run| time(run, by_end)).min()?;
        let at_oldest = runs.iter().filter(|run| time(run, by_end) == Some(oldest));
        let mut given: Vec<_> = at_oldest.filter_map(|run| run.id.clone()).collect();
        if runs.iter().all(|run| self.has_given(run)) {
            // More runs at one time than are given at a time: the rest of them cannot be reached.
            let before = types::UnixMicros(oldest.get().checked_sub(1)?);
            return Some(Self { end: Some(before), given: Vec::new() });
        }
        if self.end == Some(oldest) {
            given.extend(self.given.iter().cloned());
        }
        Some(Self { end: Some(oldest), given })
    }
}

/// The time by which the service sorts a run into its windows.
#[cfg(feature = "runs")]
fn time(run: &types::ProtectionGroupRun, by_end: bool) -> Option<types::UnixMicros> {
    let summary = run.local_backup_info.as_ref().or(run.original_backup_info.as_ref());
    let told = summary.and_then(|it| if by_end { it.end_time_usecs } else { it.start_time_usecs });
    // The id of a run is a number and its start.
    told.or_else(|| run.id.as_deref()?.rsplit(':').next()?.parse().ok())
}
