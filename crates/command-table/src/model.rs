//! The table.

/// The commands of one API.
#[derive(Clone, Copy, Debug)]
pub struct Api {
    /// What the API is called on the command line: `ibm`.
    pub name: &'static str,
    /// The resources, in the order of the document's tags.
    pub resources: &'static [Resource],
}

/// What commands are about.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// In kebab case: `policies`.
    pub name: &'static str,
    /// One line, without a final period.
    pub about: &'static str,
    /// The commands, in the order of the document.
    pub commands: &'static [Command],
}

/// A command: an operation of the document, or what it does with one value of a member.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// In kebab case: `list`.
    pub verb: &'static str,
    /// One line, without a final period.
    pub about: &'static str,
    /// What there is to know besides, in sentences; may be empty.
    pub description: &'static str,
    /// The `operationId`.
    pub operation: &'static str,
    /// The method, in upper case.
    pub method: &'static str,
    /// The path template below the base of the API: `/tasks/{guid}`.
    pub path: &'static str,
    /// Whether the service may get the request twice without harm.
    pub repeatable: bool,
    /// Whether the document advises against it.
    pub deprecated: bool,
    /// The server of the operation, where it is not that of the API.
    pub server: Option<&'static str>,
    /// Arguments and flags: of the path, the query, the headers and the body.
    pub parameters: &'static [Parameter],
    /// What the request carries.
    pub body: Option<Body>,
    /// Members of the body that the command stands for, with their texts, where an operation is several commands.
    pub fixed: &'static [(&'static str, &'static str)],
    /// What comes back.
    pub answer: Answer,
    /// How a list goes on.
    pub paging: Option<Paging>,
    /// How the command is used, as one types it behind the name of the program.
    pub example: &'static str,
}

/// Something that can be given to a command.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name on the wire. Of a member of the body its path: `backupPolicy.regular.retention.unit`; empty for a body
    /// that is no object.
    pub name: &'static str,
    /// The name on the command line, in kebab case and without hyphens in front.
    pub flag: &'static str,
    /// What stands for the value in help: `POLICY_ID`.
    pub value_name: &'static str,
    /// Where it is sent.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// Whether it may be given several times, and how it is sent then.
    pub repeat: Repeat,
    /// The member that carries the value, where an object is sent for it.
    pub wrap: Option<&'static str>,
    /// Whether there is no request without it. A member of the body may come from a file as well.
    pub required: bool,
    /// The values that the document lists; a service may know more.
    pub values: &'static [&'static str],
    /// What it is for, in sentences.
    pub help: &'static str,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// As a header.
    Header,
    /// As a member of the body.
    Body,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A text that nobody should see.
    Secret,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// Whether a parameter has several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// One value.
    Never,
    /// Several, each sent by itself; in a body an array.
    Each,
    /// Several, joined by commas.
    Joined,
}

/// The body of a request.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// Whether there is no request without it.
    pub required: bool,
    /// Whether it is sent as a form instead of JSON.
    pub form: bool,
    /// JSON pointer to its media type object in the document, which has `schema` and `examples`.
    pub pointer: &'static str,
}

/// What comes back.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Nothing.
    Empty,
    /// Bytes, for a file.
    Bytes,
    /// JSON.
    Json {
        /// JSON pointer to its schema in the document.
        pointer: &'static str,
        /// The member that holds the entries of a list; empty where the answer itself is one, `None` where it is none.
        list: Option<&'static str>,
        /// What a table of the entries shows, the most telling first.
        columns: &'static [Column],
    },
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// In upper case.
    pub title: &'static str,
    /// The member that is shown, behind dots where it lies deeper.
    pub path: &'static str,
    /// How it is shown.
    pub form: Form,
}

/// How a value is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// A moment in microseconds since 1970.
    Micros,
    /// A moment in milliseconds since 1970.
    Millis,
    /// A moment in seconds since 1970.
    Seconds,
    /// A size in bytes.
    Bytes,
    /// A span of time in milliseconds.
    Span,
}

impl Form {
    /// How a member of this name is shown whose `x-unit` is this: the unit says it, and where it is a moment the name.
    #[must_use]
    pub fn of(name: &str, unit: Option<&str>) -> Self {
        let is_moment = ["Time", "Timestamp", "Window", "From", "To"].iter().any(|word| name.contains(word))
            || name.starts_with("time");
        match unit {
            Some("unix-milliseconds") => Self::Millis,
            Some("bytes") => Self::Bytes,
            Some("microseconds") if is_moment => Self::Micros,
            Some("milliseconds") if is_moment && name.ends_with("Msecs") => Self::Millis,
            Some("milliseconds") => Self::Span,
            Some("seconds") if is_moment && name.ends_with("Secs") => Self::Seconds,
            _ => Self::Plain,
        }
    }
}

/// How a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// By the number of the page, from 0, in the query parameters `page` and `size`; `X-Total-Count` tells how many
    /// entries there are.
    Numbered,
    /// The answer has a cookie for the next page, which goes into the query parameter of this name.
    Cookie(&'static str),
    /// The same, in the body.
    BodyCookie(&'static str),
}

impl Api {
    /// The resource of this name.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&'static Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// All commands, each with its resource.
    pub fn commands(&self) -> impl Iterator<Item = (&'static Resource, &'static Command)> + use<> {
        self.resources
            .iter()
            .flat_map(|resource| resource.commands.iter().map(move |command| (resource, command)))
    }
}

impl Resource {
    /// The command of this verb.
    #[must_use]
    pub fn command(&self, verb: &str) -> Option<&'static Command> {
        self.commands.iter().find(|command| command.verb == verb)
    }
}
