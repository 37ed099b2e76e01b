//! What a call gave, without its type.

use std::fmt::Debug;

use client_core::{ByteStream, Error, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a call gave.
pub(crate) enum Outcome {
    Value { status: u16, request_id: Option<String>, json: Value, printed: String },
    Bytes { status: u16, request_id: Option<String>, end: Result<usize, Error> },
    Failed(Error),
}

/// A typed result. What was read is written, read and written again, and stays what it is.
pub(crate) async fn value<T>(result: Result<Response<T>, Error>) -> Outcome
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let response = match result {
        Ok(response) => response,
        Err(error) => return Outcome::Failed(error),
    };
    let json = serde_json::to_value(&*response).unwrap();
    let again: T = serde_json::from_value(json.clone()).unwrap();
    assert!(*response == again, "reading what was written gives another value: {json}");
    assert_eq!(serde_json::to_value(&again).unwrap(), json);
    let text = serde_json::to_string(&again).unwrap();
    assert!(serde_json::from_str::<T>(&text).unwrap() == again, "text and value differ: {text}");
    Outcome::Value {
        status: response.status().as_u16(),
        request_id: response.request_id().map(str::to_owned),
        json,
        printed: format!("{response:?}"),
    }
}

/// A download, read to its end.
pub(crate) async fn bytes(result: Result<Response<ByteStream>, Error>) -> Outcome {
    match result {
        Ok(response) => {
            let (status, request_id) = (response.status().as_u16(), response.request_id().map(str::to_owned));
            let end = response.into_inner().collect().await.map(|whole| whole.len());
            Outcome::Bytes { status, request_id, end }
        }
        Err(error) => Outcome::Failed(error),
    }
}
