//! Reading and writing JSON: the generated types beside hand-written ones, `serde_json::Value` and IBM's SDK for Go.
//!
//! What is timed begins with the bytes in memory and ends with the value, or the other way round. Giving the value
//! back is not timed.

use std::cell::RefCell;
use std::hint::black_box;
use std::io;
use std::time::Instant;

use ibm_backup_recovery::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::data::{Data, Sizes};
use crate::go::Decoder;
use crate::report::{Figure, Row};
use crate::samples::{Turn, alternate};
use crate::{Context, hand};

const HAND: &str = "hand-written structs";
const VALUE: &str = "serde_json::Value";
const GO: &str = "IBM's SDK for Go";

/// The most of the time of each peer that ours is to take.
const HAND_GOAL: f64 = 1.3;
const GO_GOAL: f64 = 1.0 / 5.0;

pub(crate) fn run(context: &Context) -> io::Result<Vec<Row>> {
    let (sizes, rounds) = if context.quick { (Sizes::QUICK, 3) } else { (Sizes::FULL, 25) };
    let data = Data::new(sizes)?;
    let [runs, policies] = data.write(&context.folder)?;
    let go = Decoder::start(&context.folder, &[("runs", &runs), ("policies", &policies)]);
    let (go, missing) = match go {
        Ok(decoder) => (Some(RefCell::new(decoder)), None),
        Err(reason) => (None, Some(reason)),
    };

    let named = |name: &str, text: &str| {
        #[expect(clippy::cast_precision_loss, reason = "texts are not that long")]
        let size = text.len() as f64 / 1e6;
        format!("{name} of {size:.1} MB")
    };
    let mut rows = Vec::new();
    for (number, name, text) in [(0, "read runs", &data.runs), (1, "read policies", &data.policies)] {
        let mut peers = match number {
            0 => vec![
                reading::<types::ProtectionGroupRunList>(text),
                reading::<hand::ProtectionGroupRunList>(text),
                reading::<Value>(text),
            ],
            _ => vec![
                reading::<types::ProtectionPolicyList>(text),
                reading::<hand::ProtectionPolicyList>(text),
                reading::<Value>(text),
            ],
        };
        if let Some(go) = &go {
            peers.push(Box::new(move || go.borrow_mut().decode(number)));
        }
        let goals = [(HAND, Some(HAND_GOAL)), (VALUE, None), (GO, Some(GO_GOAL))];
        let mut compared = compare(&named(name, text), rounds, &mut peers, &goals)?;
        if let (Some(row), Some(reason), 0) = (compared.last_mut(), &missing, number) {
            row.note = Some(format!("{GO}: {reason}."));
        }
        rows.append(&mut compared);
    }

    let ours: types::ProtectionGroupRequest = serde_json::from_str(&data.group)?;
    let hand: hand::ProtectionGroupRequest = serde_json::from_str(&data.group)?;
    let value: Value = serde_json::from_str(&data.group)?;
    let mut peers = [writing(&ours), writing(&hand), writing(&value)];
    let goals = [(HAND, Some(HAND_GOAL)), (VALUE, None)];
    rows.append(&mut compare(&named("write a group", &data.group), rounds, &mut peers, &goals)?);
    Ok(rows)
}

/// Lets ours, which is the first, and its peers take turns. A peer without turns gets a row without a figure.
fn compare(
    what: &str,
    rounds: usize,
    turns: &mut [Turn<'_>],
    peers: &[(&str, Option<f64>)],
) -> io::Result<Vec<Row>> {
    let figures: Vec<_> = alternate(rounds, turns)?.iter().map(Figure::median).collect();
    let row = |(number, (peer, goal)): (usize, &(&str, Option<f64>))| Row {
        what: what.to_owned(),
        ours: figures.first().copied(),
        peer: (*peer).to_owned(),
        theirs: figures.get(number + 1).copied(),
        goal: *goal,
        note: None,
    };
    Ok(peers.iter().enumerate().map(row).collect())
}

/// As the client reads the body of an answer.
///
/// It is read once before the time begins, so that the allocator is as this peer left it: the one before frees
/// hundreds of thousands of small pieces, and who comes next would pay for sweeping them up.
fn reading<T: DeserializeOwned>(text: &str) -> Turn<'_> {
    Box::new(move || {
        drop(black_box(serde_json::from_slice::<T>(text.as_bytes())?));
        let begun = Instant::now();
        let value: T = serde_json::from_slice(black_box(text.as_bytes()))?;
        let took = begun.elapsed();
        black_box(&value);
        Ok(took)
    })
}

/// As the client writes the body of a request.
fn writing<T: Serialize>(value: &T) -> Turn<'_> {
    Box::new(move || {
        drop(black_box(serde_json::to_vec(value)?));
        let begun = Instant::now();
        let text = serde_json::to_vec(black_box(value))?;
        let took = begun.elapsed();
        black_box(&text);
        Ok(took)
    })
}
