//! Our own documents, wronged at one place: the finding has to be at that place.
//!
//! Places are chosen at random among all that a mutation fits, from a fixed seed. `MUTATIONS=20 cargo test -p
//! openapi-check mutations` makes twenty of each kind for each document instead of one.
//!
//! What no check can see is left out where the places are chosen, with the reason.

use std::collections::{HashMap, HashSet};
use std::env;

use crate::bundle::{Bundle, assemble};
use crate::excerpt::Excerpts;
use crate::kind::{Kind, METHODS, visit};
use crate::node::{Member, Node};
use crate::{Location, Report, RuleSet, Sources};

/// A place of the authored text and what to write there.
struct Mutation {
    /// The line as it was.
    at: Location,
    change: Change,
    /// Where the finding has to be.
    expected: Location,
}

enum Change {
    /// The word at the place becomes this.
    Word(String),
    /// This line comes after the line of the place.
    LineAfter(String),
    /// The line of the place goes.
    NoLine,
    /// The line of the place becomes this.
    Line(String),
}

/// Everything that a mutation can look at to find its places.
struct Document<'s> {
    sources: &'s Sources,
    bundle: Bundle,
}

type Places = fn(&Document<'_>) -> Vec<Mutation>;

/// Every kind of mutation, with the rules of which one has to report it.
const KINDS: &[(&str, &[&str], Places)] = &[
    ("a misspelt keyword", &["unknown-keyword"], misspelt_keywords),
    ("a keyword of OpenAPI 3.1", &["unknown-keyword"], newer_keywords),
    ("a dangling reference", &["unresolved-reference"], |document| {
        references(document, |text| format!("{text}Gone"))
    }),
    ("a reference to no file", &["unresolved-file"], |document| {
        references(document, |text| format!("gone/{text}"))
    }),
    ("a type that does not exist", &["metaschema"], |document| types(document, "strnig")),
    ("a list of types", &["metaschema"], |document| types(document, "[string, 'null']")),
    ("an array without items", &["array-items"], |document| types(document, "array")),
    ("a duplicate key", &["duplicate-key"], duplicate_keys),
    ("an undeclared path parameter", &["path-parameters"], path_parameters),
    ("an optional path parameter", &["metaschema"], optional_path_parameters),
    ("a value listed twice", &["enum-value"], values_twice),
    ("a value of another type", &["enum-value"], |document| enum_values(document, "17")),
    ("an implicit boolean", &["implicit-scalar"], |document| enum_values(document, "no")),
    ("an unquoted status", &["implicit-scalar"], unquoted_statuses),
    ("a broken example", &["example"], broken_examples),
    ("a default of another type", &["default"], broken_defaults),
    ("a broken pattern", &["pattern"], |document| scalars(document, Kind::Schema, "pattern", "'(['")),
    ("bounds the wrong way round", &["bounds"], bounds),
    ("an operationId of another operation", &["operation-id"], operation_ids),
    ("an operation without a name", &["missing-operation-id"], missing_operation_ids),
    ("an undeclared tag", &["undeclared-tag"], tags),
    ("a required property that does not exist", &["required-property"], required),
    ("a sibling of a reference", &["ref-siblings"], siblings),
    ("a place that does not exist", &["metaschema"], |document| {
        scalars(document, Kind::Parameter, "in", "querry")
    }),
    ("a response without description", &["metaschema"], descriptions),
    ("a trailing slash", &["trailing-slash"], slashes),
    ("a body of a GET", &["body"], bodies),
    ("a list that does not say how it is sent", &["query-list"], lists),
    ("a tab", &["yaml-syntax"], tabs),
    ("two values in a line", &["yaml-syntax"], two_values),
    ("an unused component", &["unused"], unused),
];

#[test]
fn every_mutation_is_found_where_it_is() {
    let times = env::var("MUTATIONS").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    let mut missed = Vec::new();
    for (entry, seed) in [(strongroom_spec::IBM, 7_usize), (strongroom_spec::STORWARE, 11)] {
        let folder = entry.split_once('/').map_or(entry, |(folder, _)| folder);
        let files = strongroom_spec::FILES.iter().filter(|(key, _)| key.starts_with(folder));
        let files: HashMap<&str, &str> = files.copied().collect();
        let sources: Sources = files.iter().map(|(key, text)| ((*key).to_owned(), *text)).collect();
        let document = Document { sources: &sources, bundle: assemble(&sources, entry).0.unwrap() };
        for (index, (name, rules, places)) in KINDS.iter().enumerate() {
            let places = places(&document);
            if places.is_empty() {
                println!("{entry} has no place for {name}");
            }
            // Steps that have nothing in common with the number of places reach all of them.
            for turn in 0..times.min(places.len()) {
                let mutation = &places[(seed * 7919 + index * 104_729 + turn * 15_485_863) % places.len()];
                missed.extend(
                    miss(&files, &sources, entry, mutation, rules).map(|miss| format!("{name}: {miss}")),
                );
            }
        }
    }
    assert!(missed.is_empty(), "{} missed\n{}", missed.len(), missed.join("\n"));
}

/// Every kind has a place in one of the documents, or it proves nothing.
#[test]
fn every_mutation_has_a_place() {
    let mut idle: HashSet<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
    for entry in [strongroom_spec::IBM, strongroom_spec::STORWARE] {
        let sources = Sources::embedded(strongroom_spec::FILES);
        let document = Document { sources: &sources, bundle: assemble(&sources, entry).0.unwrap() };
        idle.retain(|idle| {
            KINDS.iter().any(|(name, _, places)| name == idle && places(&document).is_empty())
        });
    }
    assert!(idle.is_empty(), "{idle:?}");
}

/// What was found instead of the mutation.
fn miss(
    files: &HashMap<&str, &str>,
    sources: &Sources,
    entry: &str,
    mutation: &Mutation,
    rules: &[&str],
) -> Option<String> {
    let Mutation { at, expected, .. } = mutation;
    let text = mutated(files[&*at.file], sources, mutation);
    let changed = files.iter().map(|(key, old)| {
        let text = if *key == &*at.file { text.clone() } else { (*old).to_owned() };
        ((*key).to_owned(), text)
    });
    let sources: Sources = changed.collect();
    let today = crate::Date::parse("2026-01-01").expect("a day");
    let found = Report::new(&sources, entry, &RuleSet::house(), today).findings;
    // The parser of YAML knows the line, and not always the column.
    let is_there =
        |place: &Location| place == expected || (rules == ["yaml-syntax"] && place.line == expected.line);
    if found.iter().any(|found| rules.contains(&found.rule) && is_there(&found.location)) {
        return None;
    }
    let line = text.lines().nth(at.line - 1).unwrap_or_default();
    let found: Vec<_> =
        found.iter().map(|f| format!("{} {}: {}", f.location, f.rule, f.message)).take(4).collect();
    Some(format!("not found at {expected}: `{line}`; instead {found:?}"))
}

fn mutated(text: &str, sources: &Sources, mutation: &Mutation) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let index = mutation.at.line - 1;
    match &mutation.change {
        Change::Word(word) => {
            let end = Excerpts::new(sources).end_column(&mutation.at);
            let letters: Vec<char> = lines[index].chars().collect();
            let before: String = letters[..mutation.at.column - 1].iter().collect();
            let after: String = letters[end - 1..].iter().collect();
            lines[index] = format!("{before}{word}{after}");
        }
        Change::LineAfter(line) => lines.insert(index + 1, line.clone()),
        Change::NoLine => drop(lines.remove(index)),
        Change::Line(line) => lines[index].clone_from(line),
    }
    lines.join("\n") + "\n"
}

impl Document<'_> {
    /// Every object of a kind that is no reference.
    fn all(&self, kind: Kind) -> Vec<(Option<&Member>, &Node)> {
        let mut all = Vec::new();
        visit(self.bundle.root(), Kind::Document, &mut |of, member, node| {
            if of == kind && node.is_mapping() && node.reference().is_none() {
                all.push((member, node));
            }
        });
        all
    }

    /// The authored line of a place.
    fn line(&self, place: &Location) -> &str {
        self.sources.text(&place.file).and_then(|text| text.lines().nth(place.line - 1)).unwrap_or_default()
    }

    /// Whether a key has its line for itself and its scalar, so that whole lines can be moved.
    fn has_line(&self, member: &Member) -> bool {
        let line = self.line(&member.key_location);
        let alone = line.chars().take(member.key_location.column - 1).all(|c| c == ' ');
        let quoted = line.trim_end().ends_with(['|', '>', '-']);
        alone && !quoted && member.value.is_scalar() && member.value.location.line == member.key_location.line
            // A plain scalar may go on in the next line.
            && member.value.scalar().is_some_and(|scalar| line.trim_end().trim_end_matches(['\'', '"']).ends_with(&*scalar.text))
    }

    fn operations(&self) -> Vec<(&Member, &Member)> {
        let paths = self.bundle.root().get("paths").map(Node::members).unwrap_or_default();
        let methods =
            paths.iter().flat_map(|path| path.value.members().iter().map(move |method| (path, method)));
        methods.filter(|(_, method)| METHODS.contains(&method.key.as_str())).collect()
    }
}

fn word(at: &Location, word: impl Into<String>) -> Mutation {
    Mutation { at: at.clone(), change: Change::Word(word.into()), expected: at.clone() }
}

fn below(at: &Location, lines: usize) -> Location {
    Location { line: at.line + lines, ..at.clone() }
}

fn misspelt_keywords(document: &Document<'_>) -> Vec<Mutation> {
    let mut places = Vec::new();
    for kind in
        [Kind::Schema, Kind::Operation, Kind::Parameter, Kind::Response, Kind::MediaType, Kind::RequestBody]
    {
        for (_, node) in document.all(kind) {
            for member in node.members().iter().filter(|member| !member.key.starts_with("x-")) {
                let (first, rest) = member.key.split_at(1);
                places.push(word(&member.key_location, format!("{first}q{rest}")));
            }
        }
    }
    places
}

fn newer_keywords(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Schema);
    let types = all.iter().filter_map(|(_, node)| node.member("type"));
    types
        .filter(|member| document.has_line(member))
        .map(|member| {
            let after = " ".repeat(member.key_location.column - 1) + "const: 1";
            Mutation {
                at: member.key_location.clone(),
                change: Change::LineAfter(after),
                expected: below(&member.key_location, 1),
            }
        })
        .collect()
}

fn references(document: &Document<'_>, change: fn(&str) -> String) -> Vec<Mutation> {
    let mut places = Vec::new();
    visit(document.bundle.root(), Kind::Document, &mut |_, _, node| {
        if let Some(reference) = node.get("$ref").filter(|reference| reference.as_str().is_some()) {
            let authored = document.line(&reference.location);
            let authored: String = authored.chars().skip(reference.location.column - 1).collect();
            let text = authored.trim_end_matches(['}', ' ']).trim_matches(['\'', '"']);
            if text.contains('#') && !text.contains(' ') {
                places.push(word(&reference.location, format!("'{}'", change(text))));
            }
        }
    });
    places
}

fn types(document: &Document<'_>, name: &str) -> Vec<Mutation> {
    let all = document.all(Kind::Schema);
    // A schema with items is an array rightly.
    let nodes = all.iter().filter(|(_, node)| node.get("items").is_none());
    let types = nodes.filter_map(|(_, node)| node.member("type"));
    // A list is reported at its key.
    let place = |member: &Member| {
        if name.starts_with('[') { member.key_location.clone() } else { member.value.location.clone() }
    };
    types.map(|member| Mutation { expected: place(member), ..word(&member.value.location, name) }).collect()
}

fn duplicate_keys(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Schema);
    let members = all.iter().flat_map(|(_, node)| node.members()).filter(|member| document.has_line(member));
    members
        .map(|member| {
            let line = document.line(&member.key_location).to_owned();
            Mutation {
                at: member.key_location.clone(),
                change: Change::LineAfter(line),
                expected: below(&member.key_location, 1),
            }
        })
        .collect()
}

fn path_parameters(document: &Document<'_>) -> Vec<Mutation> {
    document
        .operations()
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| path.key.contains('}'))
        // Reported at the method, which has to stand in the same file to be the nearest place.
        .filter_map(|path| {
            let method = path.value.members().iter().find(|member| METHODS.contains(&member.key.as_str()))?;
            let key = path.key.replacen('}', "Gone}", 1);
            Some(Mutation { expected: method.key_location.clone(), ..word(&path.key_location, key) })
        })
        .filter(|mutation| document.line(&mutation.at).trim_start().starts_with(['/', '\'', '"']))
        .collect()
}

fn optional_path_parameters(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Parameter);
    let of_path = all.iter().filter(|(_, node)| node.str_at("in") == Some("path"));
    of_path.filter_map(|(_, node)| Some(word(&node.get("required")?.location, "false"))).collect()
}

/// The values of enumerations of strings that stand one a line.
fn values<'d>(document: &'d Document<'_>) -> impl Iterator<Item = &'d Node> {
    let all =
        document.all(Kind::Schema).into_iter().filter(|(_, node)| node.str_at("type") == Some("string"));
    let values = all.flat_map(|(_, node)| node.get("enum").map(Node::items).unwrap_or_default());
    values.filter(|value| document.line(&value.location).trim_start().starts_with("- "))
}

fn values_twice(document: &Document<'_>) -> Vec<Mutation> {
    values(document)
        .map(|value| {
            let line = document.line(&value.location).to_owned();
            Mutation {
                at: value.location.clone(),
                change: Change::LineAfter(line),
                expected: below(&value.location, 1),
            }
        })
        .collect()
}

fn enum_values(document: &Document<'_>, value: &str) -> Vec<Mutation> {
    values(document).map(|node| word(&node.location, value)).collect()
}

fn unquoted_statuses(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Responses);
    let members = all.iter().flat_map(|(_, node)| node.members());
    let numbers = members.filter(|member| member.key.bytes().all(|b| b.is_ascii_digit()));
    numbers.map(|member| word(&member.key_location, &*member.key)).collect()
}

/// Numbers and booleans in examples of bodies. Left out is what stands where the schema says nothing of the type:
/// in maps of anything, in composed schemas of which another part may take the value, and in free-form objects.
fn broken_examples(document: &Document<'_>) -> Vec<Mutation> {
    let mut places = Vec::new();
    for (_, media_type) in document.all(Kind::MediaType) {
        let Some(schema) = media_type.get("schema") else { continue };
        for example in media_type.get("examples").map(Node::members).unwrap_or_default() {
            let example = resolve(document, &example.value);
            if let Some(value) = example.and_then(|example| example.get("value")) {
                typed(document, schema, value, &mut places);
            }
        }
    }
    places
}

fn resolve<'d>(document: &'d Document<'_>, node: &'d Node) -> Option<&'d Node> {
    match node.reference() {
        None => Some(node),
        Some(reference) => {
            let walk = document.bundle.root().walk(reference.trim_start_matches('#'));
            walk.rest.is_none().then_some(walk.node)
        }
    }
}

fn typed<'d>(document: &'d Document<'_>, schema: &'d Node, value: &'d Node, places: &mut Vec<Mutation>) {
    let Some(schema) = resolve(document, schema) else { return };
    if ["allOf", "oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some()) {
        return;
    }
    match schema.str_at("type") {
        Some("integer" | "number" | "boolean") => places.push(word(&value.location, "'x'")),
        Some("array") => {
            for item in value.items() {
                schema.get("items").into_iter().for_each(|items| typed(document, items, item, places));
            }
        }
        _ => {
            for member in value.members() {
                let property = schema.get("properties").and_then(|properties| properties.get(&member.key));
                property.into_iter().for_each(|property| typed(document, property, &member.value, places));
            }
        }
    }
}

fn broken_defaults(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Schema).into_iter().filter(|(_, node)| {
        node.str_at("type").is_some_and(|kind| ["integer", "number", "boolean"].contains(&kind))
    });
    all.filter_map(|(_, node)| Some(word(&node.get("default")?.location, "'x'"))).collect()
}

fn scalars(document: &Document<'_>, kind: Kind, key: &str, text: &str) -> Vec<Mutation> {
    document.all(kind).iter().filter_map(|(_, node)| Some(word(&node.get(key)?.location, text))).collect()
}

fn bounds(document: &Document<'_>) -> Vec<Mutation> {
    let mut places = Vec::new();
    for (_, node) in document.all(Kind::Schema) {
        for (low, high) in [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")] {
            if let (Some(low), Some(_)) = (node.get(low), node.get(high)) {
                places.push(word(&low.location, "9999999999"));
            }
        }
    }
    places
}

fn operation_ids(document: &Document<'_>) -> Vec<Mutation> {
    let operations = document.operations();
    let ids: Vec<&Node> =
        operations.iter().filter_map(|(_, method)| method.value.get("operationId")).collect();
    // The second of two is reported.
    ids.iter().skip(1).map(|id| word(&id.location, ids[0].as_str().unwrap_or_default())).collect()
}

fn missing_operation_ids(document: &Document<'_>) -> Vec<Mutation> {
    let operations = document.operations();
    let ids = operations.iter().filter_map(|(_, method)| Some((method, method.value.member("operationId")?)));
    // Where it is the first member, nothing else tells the operation's place in its line.
    ids.filter(|(_, id)| document.has_line(id))
        .map(|(method, id)| Mutation {
            at: id.key_location.clone(),
            change: Change::NoLine,
            expected: method.key_location.clone(),
        })
        .collect()
}

fn tags(document: &Document<'_>) -> Vec<Mutation> {
    let operations = document.operations();
    let tags = operations
        .iter()
        .flat_map(|(_, method)| method.value.get("tags").map(Node::items).unwrap_or_default());
    tags.map(|tag| word(&tag.location, "Gone")).collect()
}

fn required(document: &Document<'_>) -> Vec<Mutation> {
    let mut places = Vec::new();
    // A map has properties of any name; parts of a composition may rely on one another.
    for (_, node) in document.all(Kind::Schema).into_iter().filter(|(_, node)| {
        ["additionalProperties", "allOf", "oneOf", "anyOf"].iter().all(|key| node.get(key).is_none())
    }) {
        for name in node.get("required").map(Node::items).unwrap_or_default() {
            places.push(word(&name.location, "goneForGood"));
        }
    }
    places
}

fn siblings(document: &Document<'_>) -> Vec<Mutation> {
    let mut places = Vec::new();
    visit(document.bundle.root(), Kind::Document, &mut |kind, _, node| {
        if kind == Kind::Schema
            && let Some(member) = node.member("$ref")
            && member.key_location.file == member.value.location.file
        {
            let line = document.line(&member.key_location);
            if line.trim_start().starts_with("$ref") {
                let after = " ".repeat(member.key_location.column - 1) + "nullable: true";
                places.push(Mutation {
                    at: member.key_location.clone(),
                    change: Change::LineAfter(after),
                    expected: below(&member.key_location, 1),
                });
            }
        }
    });
    places
}

fn descriptions(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Response);
    let members = all
        .iter()
        .filter_map(|(member, node)| Some(((*member)?, node.member("description")?, node.members().len())));
    // Without any member it would be no object.
    members
        .filter(|(_, description, count)| *count > 1 && document.has_line(description))
        .map(|(response, description, _)| Mutation {
            at: description.key_location.clone(),
            change: Change::NoLine,
            // What comes below moves up, what comes above stays.
            expected: response.key_location.clone(),
        })
        .collect()
}

fn slashes(document: &Document<'_>) -> Vec<Mutation> {
    let paths = document.bundle.root().get("paths").map(Node::members).unwrap_or_default();
    paths.iter().map(|path| word(&path.key_location, format!("{}/", path.key))).collect()
}

fn bodies(document: &Document<'_>) -> Vec<Mutation> {
    let operations = document.operations();
    let ids = operations
        .iter()
        .filter(|(_, method)| method.key == "get" && method.value.get("requestBody").is_none());
    ids.filter_map(|(_, method)| method.value.member("operationId"))
        .filter(|id| document.has_line(id))
        .map(|id| {
            let after = " ".repeat(id.key_location.column - 1) + "requestBody: {content: {text/plain: {}}}";
            Mutation {
                at: id.key_location.clone(),
                change: Change::LineAfter(after),
                expected: below(&id.key_location, 1),
            }
        })
        .collect()
}

fn lists(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Parameter);
    let lists = all.iter().filter(|(_, node)| {
        node.str_at("in") == Some("query")
            && node.get("schema").is_some_and(|schema| schema.str_at("type") == Some("array"))
    });
    lists
        .filter_map(|(_, node)| Some((node, node.member("explode")?)))
        .filter(|(_, explode)| document.has_line(explode))
        .map(|(node, explode)| Mutation {
            at: explode.key_location.clone(),
            change: Change::NoLine,
            expected: node.location.clone(),
        })
        .collect()
}

fn tabs(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Schema);
    let members = all.iter().flat_map(|(_, node)| node.members()).filter(|member| document.has_line(member));
    members
        .filter(|member| member.key_location.column > 1)
        .map(|member| {
            let line = format!("\t{}", document.line(&member.key_location).trim_start());
            Mutation {
                at: member.key_location.clone(),
                change: Change::Line(line),
                expected: member.key_location.clone(),
            }
        })
        .collect()
}

fn two_values(document: &Document<'_>) -> Vec<Mutation> {
    let all = document.all(Kind::Schema);
    let members =
        all.iter().filter_map(|(_, node)| node.member("type")).filter(|member| document.has_line(member));
    members.map(|member| word(&member.value.location, "string: string: string")).collect()
}

fn unused(document: &Document<'_>) -> Vec<Mutation> {
    // Files with several schemas: what stands beside them at the top is a component too.
    let schemas = document.bundle.root().get("components").and_then(|components| components.get("schemas"));
    let members = schemas.map(Node::members).unwrap_or_default().iter();
    members
        .filter(|member| member.key_location.column == 1)
        .map(|member| Mutation {
            at: member.key_location.clone(),
            change: Change::Line(format!(
                "Orphan: {{type: string}}\n{}",
                document.line(&member.key_location)
            )),
            expected: member.key_location.clone(),
        })
        .collect()
}
