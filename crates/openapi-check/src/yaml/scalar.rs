//! The YAML 1.2 core schema: which unquoted characters are null, a boolean or a number.

use serde_json::{Number, Value};

/// Why a scalar has no JSON form.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Infinity or not-a-number.
    NotFinite,
    /// An octal or hexadecimal integer beyond 64 bits.
    TooLarge,
}

/// The value of an unquoted scalar.
pub(super) fn plain(text: &str) -> Result<Value, Unreadable> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Err(Unreadable::NotFinite),
        _ => {}
    }
    if let Some(number) = number(text)? {
        return Ok(Value::Number(number));
    }
    Ok(Value::String(text.to_owned()))
}

fn number(text: &str) -> Result<Option<Number>, Unreadable> {
    let radix = [("0o", 8), ("0x", 16)];
    for (prefix, radix) in radix {
        if let Some(digits) = text.strip_prefix(prefix).filter(|digits| !digits.is_empty())
            && digits.chars().all(|c| c.is_digit(radix))
        {
            return u64::from_str_radix(digits, radix)
                .map(|n| Some(n.into()))
                .map_err(|_| Unreadable::TooLarge);
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Err(Unreadable::NotFinite);
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()) {
        let text = text.strip_prefix('+').unwrap_or(text);
        if let Ok(n) = text.parse::<i64>() {
            return Ok(Some(n.into()));
        }
        if let Ok(n) = text.parse::<u64>() {
            return Ok(Some(n.into()));
        }
        // As JSON readers do: a number that is not exact.
    } else if !is_float(unsigned) {
        return Ok(None);
    }
    let parsed = text.parse::<f64>().ok().and_then(Number::from_f64);
    parsed.map(Some).ok_or(Unreadable::NotFinite)
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, then perhaps an exponent.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.map(|e| e.strip_prefix(['-', '+']).unwrap_or(e));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn core_schema() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("Null", json!(null)),
            ("true", json!(true)),
            ("FALSE", json!(false)),
            ("0", json!(0)),
            ("-12", json!(-12)),
            ("+12", json!(12)),
            ("007", json!(7)),
            ("0o17", json!(15)),
            ("0xff", json!(255)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.0", json!(1.0)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            ("1e3", json!(1000.0)),
            ("-1.5E-1", json!(-0.15)),
        ] {
            assert_eq!(plain(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn strings_that_look_like_something_else() {
        let strings = [
            "no",
            "yes",
            "on",
            "0b1",
            "1_000",
            "12:30",
            "2024-01-01",
            "e1",
            "1e",
            ".",
            "-",
            "+",
            "0x",
            "1.2.3",
        ];
        for text in strings {
            assert_eq!(plain(text), Ok(json!(text)), "{text}");
        }
    }

    #[test]
    fn no_json_form() {
        for text in [".inf", "-.INF", ".nan", "1e999"] {
            assert_eq!(plain(text), Err(Unreadable::NotFinite), "{text}");
        }
        // No 64 bits, and a number in JSON all the same.
        assert_eq!(plain("18446744073709552000"), Ok(json!(1.8446744073709552e19)));
        assert_eq!(plain("0xfffffffffffffffff"), Err(Unreadable::TooLarge));
    }
}
