//! What can be found, by stable id: how much it asks, who breaks and how, and what to do.
//!
//! [`surface`] holds what concerns operations and everything around them, [`schema`] what concerns the values
//! that are sent and received, once for each direction.

pub(crate) mod schema;
pub(crate) mod surface;

use crate::{Direction, Impact};

/// One thing that the comparison can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, in kebab case.
    pub id: &'static str,
    /// How much it asks of whoever uses the API.
    pub impact: Impact,
    /// What sends the part that changed; `None` for what goes over no wire.
    pub direction: Option<Direction>,
    /// The id under which the opposite change is found; its own where the opposite is of the same sort.
    pub inverse: &'static str,
    /// Who breaks and how, or who gains what, as a sentence without a final period.
    pub consequence: &'static str,
    /// What the user of the API has to do, without a final period; empty where that is nothing.
    pub advice: &'static str,
}

/// Every rule, by id.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = surface::ALL.to_vec();
    rules.extend(schema::ALL.iter().flat_map(|both| [&both.request, &both.response]));
    rules.sort_by_key(|rule| rule.id);
    rules
}
