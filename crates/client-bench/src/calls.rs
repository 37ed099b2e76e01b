//! Calls over loopback: ours beside what somebody would write with reqwest who has no client.
//!
//! Both use the same version and features of reqwest with the same settings, send the same headers, and get the same
//! policy from the same server; ours reads it into the generated type, the other into a hand-written one.

use std::error::Error;
use std::future::Future;
use std::io;
use std::time::{Duration, Instant};

use ibm_backup_recovery::Client;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::data::Data;
use crate::report::{Figure, Row, Unit};
use crate::samples::{Samples, Turn, alternate};
use crate::server::{self, Content};
use crate::{Context, hand};

const PEER: &str = "hand-written reqwest";
/// The most of the time of the peer that ours is to take.
const GOAL: f64 = 1.1;
const TOKEN: &str = "a token that nobody checks";
const TENANT: &str = "bench/";
const POLICY: &str = "3524800407225868:1758305184241232:41";
const USER_AGENT: &str = "client-bench";

type Failure = Box<dyn Error + Send + Sync>;

pub(crate) fn run(context: &Context) -> io::Result<Vec<Row>> {
    let url = server::start(Content::new(Data::policy()?, 0))?;
    let ours = client(&url)?;
    let theirs = Hand::new(&url).map_err(io::Error::other)?;
    let mut rows = one_by_one(context, &ours, &theirs)?;
    for many in [1, 16, 256] {
        rows.push(at_once(context, &ours, &theirs, many)?);
    }
    Ok(rows)
}

/// A client that sends what [`Hand`] sends.
pub(crate) fn client(url: &str) -> io::Result<Client> {
    let builder = Client::builder(url).tenant(TENANT).bearer_token(TOKEN);
    builder.user_agent(USER_AGENT).no_proxy().build().map_err(io::Error::other)
}

async fn call(client: Client) -> Result<(), Failure> {
    let policy = client.get_protection_policy_by_id().id(POLICY).send().await?;
    std::hint::black_box(&policy);
    Ok(())
}

/// What somebody would write with reqwest.
#[derive(Clone)]
pub(crate) struct Hand {
    http: reqwest::Client,
    base_url: String,
}

impl Hand {
    pub(crate) fn new(url: &str) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .gzip(true)
            .user_agent(USER_AGENT)
            .no_proxy()
            .build()?;
        Ok(Self { http, base_url: format!("{url}/v2") })
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.get(format!("{}{path}", self.base_url));
        request.bearer_auth(TOKEN).header("X-IBM-Tenant-ID", TENANT)
    }

    async fn call(self) -> Result<(), Failure> {
        let request =
            self.get(&format!("/data-protect/policies/{POLICY}")).header("Accept", "application/json");
        let answer = request.send().await?.error_for_status()?;
        let policy: hand::ProtectionPolicy = answer.json().await?;
        std::hint::black_box(&policy);
        Ok(())
    }
}

/// One call after the other, all on the thread that asks.
fn one_by_one(context: &Context, ours: &Client, theirs: &Hand) -> io::Result<Vec<Row>> {
    let (before, rounds) = if context.quick { (20, 200) } else { (500, 5000) };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut peers = [turn(&runtime, || call(ours.clone())), turn(&runtime, || theirs.clone().call())];
    alternate(before, &mut peers)?;
    let samples = alternate(rounds, &mut peers)?;
    let row = |what: &str, figure: fn(&Samples) -> Figure, goal| Row {
        what: what.to_owned(),
        ours: samples.first().map(figure),
        peer: PEER.to_owned(),
        theirs: samples.get(1).map(figure),
        goal,
        note: None,
    };
    let slow = |samples: &Samples| Figure::once(samples.at(0.95), Unit::Seconds);
    Ok(vec![
        row("one call, median", Figure::median, Some(GOAL)),
        row("one call, 95th percentile", slow, None),
    ])
}

fn turn<'a, F>(runtime: &'a Runtime, call: impl Fn() -> F + 'a) -> Turn<'a>
where
    F: Future<Output = Result<(), Failure>> + 'a,
{
    Box::new(move || {
        let begun = Instant::now();
        runtime.block_on(call()).map_err(io::Error::other)?;
        Ok(begun.elapsed())
    })
}

/// So many calls under way at any time, on as many threads as there are cores.
fn at_once(context: &Context, ours: &Client, theirs: &Hand, many: usize) -> io::Result<Row> {
    let (rounds, calls) = if context.quick { (2, 512) } else { (15, 4096) };
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let each = (calls / many).max(1);
    let round = |calls: JoinSet<Result<(), Failure>>| {
        runtime.block_on(calls.join_all()).into_iter().collect::<Result<(), _>>().map_err(io::Error::other)
    };
    let mut peers: [Turn<'_>; 2] = [
        Box::new(|| {
            let begun = Instant::now();
            let mut tasks = JoinSet::new();
            for _ in 0..many {
                let client = ours.clone();
                tasks.spawn_on(again(each, move || call(client.clone())), runtime.handle());
            }
            round(tasks)?;
            Ok(begun.elapsed())
        }),
        Box::new(|| {
            let begun = Instant::now();
            let mut tasks = JoinSet::new();
            for _ in 0..many {
                let client = theirs.clone();
                tasks.spawn_on(again(each, move || client.clone().call()), runtime.handle());
            }
            round(tasks)?;
            Ok(begun.elapsed())
        }),
    ];
    let samples = alternate(rounds, &mut peers)?;
    #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
    let rate = |samples: &Samples| {
        let seconds = Figure::median(samples);
        Figure { value: (each * many) as f64 / seconds.value, unit: Unit::PerSecond, spread: seconds.spread }
    };
    Ok(Row {
        what: format!("calls, {many} at a time"),
        ours: samples.first().map(rate),
        peer: PEER.to_owned(),
        theirs: samples.get(1).map(rate),
        goal: Some(GOAL),
        note: None,
    })
}

async fn again<F: Future<Output = Result<(), Failure>>>(
    times: usize,
    call: impl Fn() -> F,
) -> Result<(), Failure> {
    for _ in 0..times {
        call().await?;
    }
    Ok(())
}
