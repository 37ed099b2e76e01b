//! Files in ranges, over a server that breaks off, lies and gives too little.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use client_core::{
    Call, CallOptions, ConnectionOptions, Download, DownloadError, ErrorKind, RetryPolicy, Transport,
};

use futures_util::StreamExt as _;

use crate::server::{Server, answer};

const SIZE: usize = 1_000_003;
const RANGE: u64 = 100_000;

fn file() -> Vec<u8> {
    (0..SIZE).map(|at| (at % 251) as u8).collect()
}

/// What `?offset=…&length=…` asks for.
fn asked(request: &Request) -> (usize, usize) {
    let query = request.uri().query().unwrap_or_default();
    let number = |name: &str| {
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok()).unwrap()
    };
    (number("offset"), number("length"))
}

fn range(request: &Request) -> Vec<u8> {
    let (offset, length) = asked(request);
    file().get(offset..(offset + length).min(SIZE)).unwrap_or_default().to_vec()
}

fn transport(server: &Server) -> Transport {
    let mut options = ConnectionOptions::default();
    options.retry(RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO));
    Transport::builder(options.http_client().unwrap(), &server.url).options(&options).build()
}

/// A download from the server, in ranges of [`RANGE`].
macro_rules! download {
    ($transport:expr) => {
        Download::new(|offset: u64, length: u64| {
            let transport = $transport.clone();
            async move {
                let query = [("offset", offset), ("length", length)];
                let request = transport.http().get(transport.base_url()).query(&query).build();
                transport.bytes::<()>(Call::new("download", true, CallOptions::default()), request).await
            }
        })
        .range(RANGE)
        .retry(RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO))
    };
}

#[tokio::test]
async fn ranges_arrive_in_order_and_the_end_is_found_or_known() {
    let server = Server::start(|_, request| answer(200, range(&request))).await;
    let transport = transport(&server);
    for size in [None, Some(SIZE as u64)] {
        for parallel in [1, 3, 64] {
            let mut written = Vec::new();
            let mut download = download!(transport).parallel(parallel);
            if let Some(size) = size {
                download = download.size(size);
            }
            assert_eq!(download.write_to(&mut written).await.unwrap(), SIZE as u64);
            assert!(written == file(), "{size:?} {parallel}");
        }
    }
}

#[tokio::test]
async fn no_more_is_asked_for_than_there_is_and_no_more_at_a_time_than_wanted() {
    let asked_for = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked_for);
    let server = Server::start(move |_, request| {
        seen.lock().unwrap().push(asked(&request));
        answer(200, range(&request))
    })
    .await;
    let transport = transport(&server);
    download!(transport).size(SIZE as u64).write_to(&mut Vec::new()).await.unwrap();
    let mut seen = asked_for.lock().unwrap().clone();
    seen.sort_unstable();
    let mut expected: Vec<_> = (0..10).map(|number| (number * 100_000, 100_000)).collect();
    expected.push((1_000_000, 3));
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_range_that_breaks_off_goes_on_where_it_broke() {
    let asked_for = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked_for);
    let server = Server::start(move |number, request| {
        seen.lock().unwrap().push(asked(&request));
        let bytes = range(&request);
        if number % 2 == 1 || bytes.len() < 1000 {
            return answer(200, bytes);
        }
        // The part before the break is on its way once the body has been waited for.
        let broken = async {
            tokio::task::yield_now().await;
            Err(std::io::Error::other("broken"))
        };
        let part = bytes[..1000].to_vec();
        let body = futures_util::stream::once(async { Ok(part) }).chain(futures_util::stream::once(broken));
        answer(200, Body::from_stream(body))
    })
    .await;
    let transport = transport(&server);
    let mut written = Vec::new();
    download!(transport).parallel(1).size(SIZE as u64).write_to(&mut written).await.unwrap();
    assert!(written == file());
    let seen = asked_for.lock().unwrap();
    assert_eq!(seen[..4], [(0, 100_000), (1000, 99_000), (100_000, 100_000), (101_000, 99_000)]);
}

#[tokio::test]
async fn what_failed_goes_on_later_without_fetching_anything_twice() {
    let server = Server::start(
        |number, request| {
            if number == 3 { answer(404, "") } else { answer(200, range(&request)) }
        },
    )
    .await;
    let transport = transport(&server);
    let mut written = Vec::new();
    let error = download!(transport).parallel(1).write_to(&mut written).await.unwrap_err();
    assert!(matches!(&error, DownloadError::Call { error, .. } if error.is_not_found()), "{error:?}");
    assert_eq!(error.to_string(), "the download broke off after 300000 bytes");
    assert_eq!((error.written(), written.len()), (300_000, 300_000));

    let reported = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&reported);
    let rest = download!(transport)
        .from_offset(error.written())
        .on_progress(move |offset| reports.lock().unwrap().push(offset));
    assert_eq!(rest.write_to(&mut written).await.unwrap(), SIZE as u64);
    assert!(written == file());
    let reported = reported.lock().unwrap();
    assert_eq!((reported.first(), reported.last()), (Some(&400_000), Some(&(SIZE as u64))));
}

#[tokio::test]
async fn a_file_of_another_length_is_noticed() {
    let server = Server::start(|_, request| answer(200, range(&request))).await;
    let transport = transport(&server);
    let longer = download!(transport).size(SIZE as u64 + 9).write_to(&mut Vec::new()).await.unwrap_err();
    assert!(matches!(longer, DownloadError::Length { written: 1_000_003, expected: 1_000_012 }));

    let endless = Server::start(|_, _| {
        let zeros = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0_u8; 50_000]));
        answer(200, Body::from_stream(zeros))
    })
    .await;
    let transport = self::transport(&endless);
    let too_much = download!(transport).parallel(1).write_to(&mut Vec::new()).await.unwrap_err();
    assert!(matches!(too_much, DownloadError::Length { written: 0, expected: RANGE }), "{too_much:?}");
}

#[tokio::test]
async fn a_range_that_never_comes_is_given_up() {
    let server = Server::start(|_, _| -> Response { answer(503, "") }).await;
    let mut options = ConnectionOptions::default();
    options.retry(RetryPolicy::never());
    let transport = Transport::builder(options.http_client().unwrap(), &server.url).options(&options).build();
    let error = download!(transport).parallel(1).write_to(&mut Vec::new()).await.unwrap_err();
    assert!(matches!(&error, DownloadError::Call { error, .. } if error.kind() == ErrorKind::Status));
    assert_eq!(server.count(), 4);
}

/// The future of a download is one that a task can run.
#[tokio::test]
async fn a_download_can_be_spawned() {
    let server = Server::start(|_, request| answer(200, range(&request))).await;
    let transport = transport(&server);
    let task = tokio::spawn(async move {
        let mut written = Vec::new();
        download!(transport).write_to(&mut written).await.map(|_| written)
    });
    assert!(task.await.unwrap().unwrap() == file());
}
