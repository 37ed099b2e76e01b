//! What it costs to build a program that depends on the client: with everything, with one area, and beside it with the
//! client that openapi-generator makes of the same document.
//!
//! Everything is fetched before and built offline into folders that are empty. Crates besides the program itself
//! are built without incremental compilation, as those are that come from a registry.

mod hello;
mod variants;

use std::io;
use std::time::Duration;

use crate::Context;
use crate::measure::Cost;
use crate::report::{Figure, Row, Unit};
use crate::samples::{Samples, Turn, alternate};

use hello::Hello;

/// The most of what all areas cost that one area is to cost.
const AREA_GOAL: f64 = 1.0 / 3.0;

/// What one variant has cost.
struct Built {
    build: Cost,
    crates: usize,
    check: Cost,
    /// The client alone, its dependencies built.
    client: Cost,
    /// The program, after an edit of its own source.
    edited: Samples,
}

/// What is compared of it.
type Metric = (&'static str, fn(&Built) -> Figure);

const METRICS: [Metric; 7] = [
    ("cold build", |built| Figure::once(built.build.wall, Unit::Seconds)),
    ("cold build, CPU", |built| Figure::once(built.build.cpu, Unit::Seconds)),
    ("cold build, memory", |built| Figure::once(built.build.memory, Unit::Bytes)),
    ("cold build, crates", |built| {
        Figure::once(f64::from(u32::try_from(built.crates).unwrap_or(0)), Unit::Count)
    }),
    ("cold check", |built| Figure::once(built.check.wall, Unit::Seconds)),
    ("client anew", |built| Figure::once(built.client.wall, Unit::Seconds)),
    ("main.rs edited", |built| Figure::median(&built.edited)),
];

/// Of one area, these are to be less by [`AREA_GOAL`].
const AREA_GOALS: [&str; 2] = ["cold build", "client anew"];

pub(crate) fn run(context: &Context) -> io::Result<Vec<Row>> {
    let found = variants::find(context)?;
    let all = measure(context, &found.all)?;
    let policies = measure(context, &found.policies)?;
    let mut peers = Vec::new();
    let mut notes = found.note.into_iter();
    for (peer, hello) in
        [("openapi-generator", found.openapi_generator), ("generated at build", found.generator)]
    {
        let built = match hello {
            Ok(hello) => Ok(measure(context, &hello)?),
            Err(reason) => Err(format!("{peer}: {reason}")),
        };
        peers.push((peer, built));
    }
    let mut rows = Vec::new();
    for (name, figure) in METRICS {
        for (peer, built) in &peers {
            rows.push(Row {
                what: format!("all areas: {name}"),
                ours: Some(figure(&all)),
                peer: (*peer).to_owned(),
                theirs: built.as_ref().ok().map(figure),
                goal: None,
                note: notes.next(),
            });
        }
    }
    for (row, (_, built)) in rows.iter_mut().zip(&peers) {
        row.note = row.note.take().or_else(|| built.as_ref().err().cloned());
    }
    rows.extend(METRICS.map(|(name, figure)| Row {
        what: format!("policies: {name}"),
        ours: Some(figure(&policies)),
        peer: "all areas".to_owned(),
        theirs: Some(figure(&all)),
        goal: AREA_GOALS.contains(&name).then_some(AREA_GOAL),
        note: None,
    }));
    Ok(rows)
}

fn measure(context: &Context, hello: &Hello) -> io::Result<Built> {
    eprintln!("  {}", hello.name());
    hello.fetch()?;
    hello.forget()?;
    let (check, _) = hello.cargo(context, "check")?;
    hello.forget()?;
    let (build, crates) = hello.cargo(context, "build")?;
    hello.forget_client()?;
    let (client, _) = hello.cargo(context, "build")?;
    let mut edit = 0;
    let turn: Turn<'_> = Box::new(|| {
        edit += 1;
        hello.edit(edit)?;
        hello.cargo(context, "build").map(|(cost, _)| Duration::from_secs_f64(cost.wall))
    });
    let edited = alternate(if context.quick { 1 } else { 7 }, &mut [turn])?.remove(0);
    hello.forget()?;
    Ok(Built { build, crates, check, client, edited })
}
