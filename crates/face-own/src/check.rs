//! Whether what a tenant stores is whole, told line by line while it is looked through. When the caller hangs up, the
//! check ends.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::{Check, CheckDepth, CheckEvent};
use futures::stream;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Asked, answer, read};
use crate::{Door, Wish, lines};

/// What somebody asks to have checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CheckQuery {
    /// How much of the contents is read, in per cent from 1 to 100; none unless named.
    read_data: Option<u8>,
}

pub(crate) async fn check<D: Door>(
    State(door): State<Arc<D>>,
    headers: HeaderMap,
    asked: Asked<CheckQuery>,
) -> Response {
    let answered = async {
        let visitor = door.enter(&headers, Wish::Check).await?;
        let depth = read(&*door, asked)?
            .read_data
            .map_or(CheckDepth::Structure, |percent| CheckDepth::Contents { percent });
        let (check, first) = door.engine().begin_check(&visitor.tenant, depth).await?;
        Ok(told(check, first, Arc::clone(&door)))
    };
    answer(&*door, answered.await)
}

/// What a check tells.
fn told<D: Door>(check: Check, first: CheckEvent, door: Arc<D>) -> Response {
    lines::each(stream::unfold((check, Some(first), door), |(mut check, first, door)| async move {
        let event = match first {
            Some(first) => first,
            None => check.next().await?,
        };
        Some((line(event, &*door), (check, None, door)))
    }))
}

fn line<D: Door>(event: CheckEvent, door: &D) -> Value {
    match event {
        CheckEvent::Progress(stats) => json!({ "progress": stats }),
        CheckEvent::Ended(Ok(report)) => {
            let mut shown = json!(report);
            shown["isGood"] = report.is_good().into();
            for (row, harmed) in shown["harmed"].as_array_mut().into_iter().flatten().zip(&report.harmed) {
                row["id"] = door.id(&harmed.snapshot).into();
            }
            json!({ "report": shown })
        }
        CheckEvent::Ended(Err(error)) => lines::failure(&error, "a check broke off"),
    }
}
