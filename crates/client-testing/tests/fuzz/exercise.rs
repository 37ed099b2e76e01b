//! One call with one answer, and what must hold of it.

use std::future::Future;
use std::pin::Pin;

use client_core::{Error, ErrorKind};
use serde_json::Value;

use crate::answer::{Answer, SECRETS};
use crate::document::Document;
use crate::outcome::Outcome;
use crate::random::Random;
use crate::server::Server;

/// The names in front of a line are the method, which also names the operation, and how its result is read.
macro_rules! calls {
    ($client:ident; $($kind:ident $method:ident $(.$setter:ident($value:expr))*;)*) => {
        vec![$((stringify!($method), {
            let client = $client.clone();
            $crate::exercise::boxed(move || {
                let client = client.clone();
                async move { $crate::outcome::$kind(client.$method()$(.$setter($value))*.send().await).await }
            })
        })),*]
    };
}
pub(crate) use calls;

pub(crate) type Call = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome>>>>;

/// A call without its type.
pub(crate) fn boxed<F, A>(call: F) -> Call
where
    F: Fn() -> A + 'static,
    A: Future<Output = Outcome> + 'static,
{
    Box::new(move || Box::pin(call()))
}

/// A server, and a call of every operation of its API.
pub(crate) struct Api {
    pub(crate) server: Server,
    pub(crate) document: &'static Document,
    /// Whether the API gives its requests an id.
    pub(crate) has_request_ids: bool,
    pub(crate) calls: Vec<(&'static str, Call)>,
}

/// A login that succeeds, for the one API and for the other.
const LOGIN: &[u8] =
    b"HTTP/1.1 200 OK\r\nconnection: close\r\nset-cookie: S=hush-cookie-03\r\ncontent-length: 54\r\n\r\n\
    {\"access_token\":\"hush-token-01\", \"expires_in\": 100000}";

/// However much a service writes, an error does not fill a screen many times over.
const MOST_PRINTED: usize = 16_000;

impl Api {
    /// Calls every operation once. `seed` says what comes back. How many were answered, and how many as documented.
    pub(crate) async fn exercise(&self, seed: u64) -> (usize, usize) {
        let (mut answered, mut sound) = (0, 0);
        for (index, (method, call)) in self.calls.iter().enumerate() {
            let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(index as u64));
            if random.once_in(12) {
                self.refused_login(call, &mut random).await;
                continue;
            }
            let answer = Answer::some(self.document, method, &mut random);
            if *method == "login" {
                // The operation is where the client logs in by itself, too: which of the two failed is not told.
                self.server.play(&answer.wire, &answer.wire);
                if let Outcome::Failed(error) = call().await {
                    self.check_printed(&error);
                }
                continue;
            }
            self.server.play(&answer.wire, LOGIN);
            sound += usize::from(answer.said.is_some());
            answered += usize::from(self.check(call().await, &answer));
        }
        (answered, sound)
    }

    /// Has a call be refused, so that it logs in anew, with an answer that is not what it should be.
    async fn refused_login(&self, call: &Call, random: &mut Random) {
        let login = Answer::of_login(random);
        let refusal = b"HTTP/1.1 401 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        self.server.play(refusal, &login.wire);
        if let Outcome::Failed(error) = call().await {
            self.check_printed(&error);
        }
    }

    /// Whether there was a result.
    fn check(&self, outcome: Outcome, answer: &Answer) -> bool {
        let is_success = (200..300).contains(&answer.status);
        match outcome {
            Outcome::Value { status, request_id, json, printed } => {
                assert_eq!(status, answer.status);
                self.check_request_id(request_id.as_deref(), answer);
                assert!(!self.gives_away(&printed), "{printed}");
                if let Some(said) = &answer.said {
                    assert_eq!(json, without_nulls(said), "something was lost or added");
                }
                true
            }
            Outcome::Bytes { status, request_id, end } => {
                assert_eq!(status, answer.status);
                self.check_request_id(request_id.as_deref(), answer);
                if let Err(error) = end {
                    self.check_printed(&error);
                }
                true
            }
            Outcome::Failed(error) => {
                self.check_printed(&error);
                if let (Some(said), true) = (&answer.said, is_success) {
                    panic!("{error}, though this was said: {said}");
                }
                if answer.head_is_sound {
                    assert_eq!(
                        error.status().map(|status| status.as_u16()),
                        Some(answer.status),
                        "{error:?}"
                    );
                    self.check_request_id(error.request_id(), answer);
                    assert_eq!(error.kind() == ErrorKind::Status, !is_success, "{error:?}");
                }
                assert_eq!(error.answer().is_some(), error.kind() == ErrorKind::Decode, "{error:?}");
                false
            }
        }
    }

    fn check_request_id(&self, found: Option<&str>, answer: &Answer) {
        let sent = answer.request_id.as_deref().filter(|id| self.has_request_ids && !SECRETS.contains(id));
        if sent.is_some() {
            assert_eq!(found, sent);
        }
    }

    fn check_printed(&self, error: &Error) {
        let mut printed = format!("{error} {error:?} {error:#?}");
        assert!(printed.len() < MOST_PRINTED, "{} bytes", printed.len());
        let texts =
            [error.message(), error.code(), error.reference(), error.request_id(), error.body_excerpt()];
        printed.extend(texts.into_iter().flatten());
        let source = std::error::Error::source(error).map(ToString::to_string);
        printed.extend(source);
        assert!(!self.gives_away(&printed), "{printed}");
    }

    /// Whether something is in the text that one of the requests was sent with.
    fn gives_away(&self, text: &str) -> bool {
        let asked = self.server.asked();
        SECRETS.iter().any(|secret| text.contains(secret) && asked.contains(secret))
    }
}

/// Absence and `null` are the same.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
