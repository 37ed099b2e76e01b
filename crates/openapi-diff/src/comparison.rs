//! The state of one comparison: what was found where, and who uses it.
//!
//! A part that several operations refer to is compared once. It is a scope of its own, and what uses it is
//! known when everything has been walked: uses flow from operations along references. Only then is each
//! finding judged, in every direction in which the part goes over the wire.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use openapi_check::Bundle;

use crate::names::Names;
use crate::place::At;
use crate::rules::schema::Both;
use crate::rules::{Rule, surface};
use crate::{Change, Direction};

/// In which directions something goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) request: bool,
    pub(crate) response: bool,
}

impl Mask {
    pub(crate) const BOTH: Mask = Mask { request: true, response: true };
    pub(crate) const REQUEST: Mask = Mask { request: true, response: false };
    pub(crate) const RESPONSE: Mask = Mask { request: false, response: true };

    fn has(self, direction: Direction) -> bool {
        match direction {
            Direction::Request => self.request,
            Direction::Response => self.response,
        }
    }

    pub(crate) fn and(self, other: Mask) -> Mask {
        Mask { request: self.request && other.request, response: self.response && other.response }
    }
}

/// Where a comparison stands: the part that is being compared, and how much of what carries it still does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    scope: usize,
    pub(crate) mask: Mask,
}

impl Context {
    /// The same part, as far as `mask` carries it.
    pub(crate) fn only(self, mask: Mask) -> Self {
        Self { mask: self.mask.and(mask), ..self }
    }
}

/// What a shared part is, which says how it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shared {
    Schema,
    Parameter,
    Header,
    Body,
    Response,
}

/// A rule that is settled, or one that the direction decides.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Judge {
    Settled(&'static Rule),
    ByDirection(&'static Both),
}

impl From<&'static Rule> for Judge {
    fn from(rule: &'static Rule) -> Self {
        Judge::Settled(rule)
    }
}

impl From<&'static Both> for Judge {
    fn from(both: &'static Both) -> Self {
        Judge::ByDirection(both)
    }
}

struct Found<'b> {
    judge: Judge,
    context: Context,
    message: String,
    base: At<'b>,
    new: At<'b>,
}

/// What is compared once: an operation, or a part that others refer to.
#[derive(Default)]
struct Scope {
    /// Directions and operations, as indexes.
    uses: BTreeSet<(Direction, usize)>,
    leads_to: Vec<(usize, Mask)>,
}

pub(crate) struct Comparison<'b> {
    bundles: (&'b Bundle, &'b Bundle),
    /// The old document.
    pub(crate) base: At<'b>,
    /// The new document.
    pub(crate) new: At<'b>,
    pub(crate) names: Names<'b>,
    scopes: Vec<Scope>,
    operations: Vec<String>,
    shared: HashMap<(Shared, String, String), usize>,
    queue: VecDeque<(Shared, At<'b>, At<'b>, usize)>,
    visited: HashSet<String>,
    found: Vec<Found<'b>>,
}

impl<'b> Comparison<'b> {
    pub(crate) fn new(base: &'b Bundle, new: &'b Bundle) -> Self {
        Self {
            bundles: (base, new),
            base: At::root(base),
            new: At::root(new),
            names: Names::default(),
            // The first scope is the document, which no operation uses.
            scopes: vec![Scope::default()],
            operations: Vec::new(),
            shared: HashMap::new(),
            queue: VecDeque::new(),
            visited: HashSet::new(),
            found: Vec::new(),
        }
    }

    /// What belongs to no operation.
    pub(crate) fn document(&self) -> Context {
        Context { scope: 0, mask: Mask::BOTH }
    }

    /// The scope of an operation, titled as `GET /pets`.
    pub(crate) fn operation(&mut self, title: String) -> Context {
        self.operations(vec![title])
    }

    /// A scope of several operations.
    pub(crate) fn operations(&mut self, titles: Vec<String>) -> Context {
        let mut uses = BTreeSet::new();
        for title in titles {
            let operation = self.operations.iter().position(|known| *known == title).unwrap_or_else(|| {
                self.operations.push(title);
                self.operations.len() - 1
            });
            uses.insert((Direction::Request, operation));
            uses.insert((Direction::Response, operation));
        }
        self.scopes.push(Scope { uses, leads_to: Vec::new() });
        Context { scope: self.scopes.len() - 1, mask: Mask::BOTH }
    }

    /// Notes that the part in `context` contains or refers to a shared part, which is compared in its turn.
    /// Returns the context of the shared part.
    pub(crate) fn lead_to(&mut self, kind: Shared, base: &At<'b>, new: &At<'b>, context: Context) -> Context {
        let key = (kind, base.pointer.clone(), new.pointer.clone());
        let scope = match self.shared.get(&key) {
            Some(scope) => *scope,
            None => {
                self.scopes.push(Scope::default());
                let scope = self.scopes.len() - 1;
                self.visited.insert(base.pointer.clone());
                self.visited.insert(new.pointer.clone());
                self.shared.insert(key, scope);
                self.queue.push_back((kind, base.clone(), new.clone(), scope));
                scope
            }
        };
        self.scopes[context.scope].leads_to.push((scope, context.mask));
        Context { scope, mask: Mask::BOTH }
    }

    /// Whether a shared part with this pointer has been compared.
    pub(crate) fn has_visited(&self, pointer: &str) -> bool {
        self.visited.contains(pointer)
    }

    /// Compares the shared parts, and those that they lead to.
    pub(crate) fn work_off(&mut self) {
        while let Some((kind, base, new, scope)) = self.queue.pop_front() {
            let context = Context { scope, mask: Mask::BOTH };
            match kind {
                Shared::Schema => self.schema_content(&base, &new, context),
                Shared::Parameter => self.parameter(&base, &new, context),
                Shared::Header => self.header(&base, &new, context),
                Shared::Body => self.body(&base, &new, context),
                Shared::Response => self.response(&base, &new, context),
            }
        }
    }

    /// Notes a difference.
    pub(crate) fn report(
        &mut self,
        judge: impl Into<Judge>,
        context: Context,
        message: impl Into<String>,
        base: At<'b>,
        new: At<'b>,
    ) {
        self.found.push(Found { judge: judge.into(), context, message: message.into(), base, new });
    }

    /// Judges what was found.
    pub(crate) fn changes(mut self) -> Vec<Change> {
        self.spread();
        let mut changes: Vec<Change> = self.found.iter().map(|found| self.judge(found)).collect();
        sort(&mut changes);
        changes
    }

    /// Lets uses flow along references until nothing is new.
    fn spread(&mut self) {
        let mut queue: VecDeque<usize> = (0..self.scopes.len()).collect();
        while let Some(scope) = queue.pop_front() {
            let uses = self.scopes[scope].uses.clone();
            for (to, mask) in self.scopes[scope].leads_to.clone() {
                let before = self.scopes[to].uses.len();
                let carried = uses.iter().filter(|(direction, _)| mask.has(*direction));
                self.scopes[to].uses.extend(carried.copied());
                if self.scopes[to].uses.len() > before {
                    queue.push_back(to);
                }
            }
        }
    }

    fn judge(&self, found: &Found<'b>) -> Change {
        let uses: Vec<(Direction, usize)> = self.scopes[found.context.scope]
            .uses
            .iter()
            .filter(|(direction, _)| found.context.mask.has(*direction))
            .copied()
            .collect();
        let rule = match found.judge {
            Judge::Settled(rule) => rule,
            Judge::ByDirection(both) => {
                let used = |direction| uses.iter().any(|(of, _)| *of == direction);
                match (used(Direction::Request), used(Direction::Response)) {
                    (true, true) if both.response.impact > both.request.impact => &both.response,
                    (true, _) => &both.request,
                    (false, true) => &both.response,
                    (false, false) => surface::UNUSED_CHANGED,
                }
            }
        };
        let concerned = uses.iter().filter(|(direction, _)| match found.judge {
            Judge::Settled(_) => true,
            Judge::ByDirection(_) => rule.direction == Some(*direction),
        });
        let operations: BTreeSet<&str> =
            concerned.map(|(_, operation)| self.operations[*operation].as_str()).collect();
        Change {
            id: rule.id.to_owned(),
            impact: rule.impact,
            direction: rule.direction,
            message: found.message.clone(),
            consequence: rule.consequence.to_owned(),
            advice: (!rule.advice.is_empty()).then(|| rule.advice.to_owned()),
            base: found.base.side(self.bundles.0),
            new: found.new.side(self.bundles.1),
            operations: operations.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// What asks most first, then in the order of the files.
pub(crate) fn sort(changes: &mut Vec<Change>) {
    changes.sort_by(|a, b| {
        let key = |change: &Change| {
            let side = change.side();
            (side.file.clone(), side.line, side.column, change.id.clone(), change.message.clone())
        };
        b.impact.cmp(&a.impact).then_with(|| key(a).cmp(&key(b)))
    });
    changes.dedup();
}
