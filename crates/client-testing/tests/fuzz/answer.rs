//! Answers as they are and as they should not be, down to the bytes on the wire.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::document::Document;
use crate::random::Random;

/// What operations and logins are sent with, and no error may print: token, key, cookie and password.
pub(crate) const SECRETS: [&str; 4] =
    ["hush-token-01", "hush-api-key-02", "hush-cookie-03", "hush-password-04"];

/// One answer, and what a client must make of it.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What goes over the wire.
    pub(crate) wire: Vec<u8>,
    pub(crate) status: u16,
    /// Whether the head can be read, so that status and request id have to be kept.
    pub(crate) head_is_sound: bool,
    pub(crate) request_id: Option<String>,
    /// What was said, if it is a success and reached the client undamaged.
    pub(crate) said: Option<Value>,
}

/// JSON that is taken for numbers, texts or objects by careless readers.
const WORDS: [&str; 14] = [
    "1e999",
    "-0",
    "99999999999999999999",
    "null",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "{}",
    "[]",
    "true",
    "\"\"",
    "1.5",
    "{\"name\":null}",
    "\"7\"",
    "-1",
];

impl Answer {
    /// Some answer to a method of the client.
    pub(crate) fn some(document: &Document, method: &str, random: &mut Random) -> Self {
        let (documented, schema) = document.success(method, random);
        let said = schema.map(|schema| document.some(schema, random, 0));
        let status = match random.below(8) {
            0..4 => documented,
            4 => random.pick(&[200, 201, 202, 203, 204, 205, 206, 207, 226, 299]),
            5 => random.pick(&[300, 302, 304, 307, 399, 600, 799, 999]),
            6 => random.pick(&[400, 401, 403, 404, 409, 418, 422, 429]),
            _ => random.pick(&[500, 502, 503, 504, 599]),
        };
        let sound = said.as_ref().map(Value::to_string).unwrap_or_default().into_bytes();
        let is_success = (200..300).contains(&status);
        let (body, is_sound) = if !is_success {
            (refusal(random), false)
        } else if random.once_in(2) {
            (damaged(&sound, random), false)
        } else {
            (sound, said.is_some())
        };
        let mut answer = Self { wire: Vec::new(), status, head_is_sound: true, request_id: None, said: None };
        let arrives = answer.write(&body, random);
        // Neither has a body, whatever follows the head.
        let has_body = ![204, 205, 304].contains(&status);
        answer.said = said.filter(|_| is_sound && arrives && has_body);
        answer
    }

    /// An answer to a login, or to a request for a token.
    pub(crate) fn of_login(random: &mut Random) -> Self {
        let status = random.pick(&[200, 200, 204, 302, 400, 401, 429, 500, 503]);
        let bodies = [
            r#"{"access_token":"hush-token-01","expires_in":18446744073709551615}"#.to_owned(),
            r#"{"access_token":"line\nbreak","expires_in":0}"#.to_owned(),
            r#"{"access_token":7}"#.to_owned(),
            format!(
                r#"{{"errorCode":"{0}","errorMessage":"{0}","message":"{0}"}}"#,
                [SECRETS[1], SECRETS[3]].join(" ")
            ),
            String::new(),
        ];
        let body = random.pick(&bodies).into_bytes();
        let mut answer = Self { wire: Vec::new(), status, head_is_sound: true, request_id: None, said: None };
        answer.write(&body, random);
        answer
    }

    /// Writes head and body. Whether the body arrives as it is.
    fn write(&mut self, body: &[u8], random: &mut Random) -> bool {
        let mut arrives = true;
        let mut head = Vec::new();
        let mut line = |name: &str, value: &[u8]| {
            head.extend_from_slice(name.as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value);
            head.extend_from_slice(b"\r\n");
        };
        let media: [&[u8]; 6] = [
            b"application/json",
            b"application/json; charset=utf-16",
            b"text/html; charset=iso-8859-1",
            b"application/octet-stream",
            b"",
            b"\xf0\x9f\x92\xa5",
        ];
        line("content-type", random.pick(&media));
        let long = "r".repeat(4000);
        if random.once_in(2) {
            let id = random.pick(&["r-1", &long, SECRETS[0], SECRETS[2]]);
            line("x-request-id", id.as_bytes());
            self.request_id = Some(id.to_owned());
        } else if random.once_in(8) {
            line("x-request-id", b"\xff\xfe");
        }
        if random.once_in(3) {
            let values: [&[u8]; 6] =
                [b"7", b"-1", b"99999999999999999999999", b"soon", b"\xff", b"Wed, 21 Oct 2015 07:28:00 GMT"];
            line("retry-after", random.pick(&values));
        }
        if random.once_in(4) {
            let values = [
                "S=hush-cookie-03; Path=/",
                "S=; Max-Age=0",
                "=;=",
                "S",
                "S=hush-cookie-03; Max-Age=-9e9",
                ";;;;",
            ];
            line("set-cookie", random.pick(&values).as_bytes());
        }
        if random.once_in(6) {
            let values = ["/elsewhere", "http://127.0.0.1:1/", "::", "javascript:x"];
            line("location", random.pick(&values).as_bytes());
        }
        let mut body = body.to_vec();
        if random.once_in(6) {
            match random.below(4) {
                0 => {
                    body = packed(&body);
                    line("content-encoding", b"gzip");
                }
                1 => {
                    body = packed(&body);
                    body.truncate(body.len() / 2);
                    arrives = false;
                    line("content-encoding", b"gzip");
                }
                2 => {
                    arrives = false;
                    line("content-encoding", b"gzip");
                }
                _ => line("content-encoding", b"br"),
            }
        }
        let length = body.len();
        match random.below(12) {
            0..7 => line("content-length", length.to_string().as_bytes()),
            7 | 8 => {}
            9 => {
                arrives = false;
                line("content-length", (length + 9).to_string().as_bytes());
            }
            10 => {
                arrives = false;
                line("content-length", (length / 2).to_string().as_bytes());
            }
            _ => {
                arrives = false;
                self.head_is_sound = false;
                let lies: [&[u8]; 4] = [b"many", b"-7", b"18446744073709551616", b"7\r\ncontent-length: 8"];
                line("content-length", random.pick(&lies));
            }
        }
        let status = self.status;
        self.wire = format!("HTTP/1.1 {status} Whatever\r\nconnection: close\r\n").into_bytes();
        if random.once_in(40) {
            let damage: [&[u8]; 4] =
                [b"HTTP/9.9 xyz\r\n", b"\0\0\0\0", b"", b"HTTP/1.1 200\r\nna\xffme: x\r\n"];
            self.wire = random.pick(&damage).to_vec();
            (arrives, self.head_is_sound) = (false, false);
        }
        self.wire.extend_from_slice(&head);
        self.wire.extend_from_slice(b"\r\n");
        self.wire.extend_from_slice(&body);
        arrives
    }
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// The body of an answer that is no success. It repeats what the request was sent with.
fn refusal(random: &mut Random) -> Vec<u8> {
    let echo = format!("Bearer {} Cookie: S={} {}", SECRETS[0], SECRETS[2], "é".repeat(random.below(4000)));
    match random.below(4) {
        0 => format!(r#"{{"errorCode":"{echo}","message":"{echo}","taskLogId":"{echo}"}}"#).into_bytes(),
        1 => format!("<html><body>{echo}</body></html>").into_bytes(),
        2 => damaged(format!(r#"{{"message":"{echo}"}}"#).as_bytes(), random),
        _ => Vec::new(),
    }
}

fn damaged(sound: &[u8], random: &mut Random) -> Vec<u8> {
    let mut body = sound.to_vec();
    match random.below(9) {
        0 => body.truncate(random.below(body.len() + 1)),
        1 => {
            for _ in 0..=random.below(4) {
                let place = random.below(body.len() + 1);
                if let Some(byte) = body.get_mut(place) {
                    *byte = u8::try_from(random.below(256)).unwrap();
                }
            }
        }
        2 | 3 => exchange_a_value(&mut body, random),
        4 => body.clear(),
        5 => body = [b"\xef\xbb\xbf", body.as_slice()].concat(),
        6 => body = String::from_utf8_lossy(&body).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        7 => {
            let bracket = random.pick(&["[", "{\"a\":", "{\"tomorrow\":["]);
            body = bracket.repeat(20_000).into_bytes();
        }
        _ => body = random.pick(&WORDS).as_bytes().to_vec(),
    }
    body
}

/// Puts a word where a value of the JSON begins.
fn exchange_a_value(body: &mut Vec<u8>, random: &mut Random) {
    let places: Vec<usize> = (0..body.len()).filter(|&place| body[place] == b':').collect();
    if places.is_empty() {
        return;
    }
    let start = random.pick(&places) + 1;
    let length = body[start..].iter().position(|byte| b",}]".contains(byte)).unwrap_or(0);
    body.splice(start..start + length, random.pick(&WORDS).bytes());
}
