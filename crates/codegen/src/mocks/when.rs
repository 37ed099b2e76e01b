/// Calls of an operation, narrowed down by what they carry.
///
/// A method a parameter asks for its value, `body` looks at the body, [`matching`](Self::matching) at everything. Then
/// it is said what they are answered with: one answer after the other, as [`Then`](client_mocks::Then) tells.
#[must_use = "nothing is answered until an answer is named"]
pub struct When<'m, O>(client_mocks::Expectation<'m, O>);

impl<'m, O: client_mocks::Operation> When<'m, O> {
    pub(super) fn new(service: &'m client_mocks::MockService) -> Self {
        Self(client_mocks::Expectation::new(service))
    }

    /// Only calls that fit.
    pub fn matching(self, fits: impl Fn(&O) -> bool + Send + 'static) -> Self {
        Self(self.0.matching("a call", fits))
    }

    /// A success with what the document says it carries.
    pub fn answer(self, answer: impl Into<O::Answer>) -> client_mocks::Then<'m, O> {
        self.0.then().answer(answer)
    }

    /// A success with what is made from the call.
    pub fn answer_with<A: Into<O::Answer>>(
        self,
        make: impl Fn(&O) -> A + Send + Sync + 'static,
    ) -> client_mocks::Then<'m, O> {
        self.0.then().answer_with(make)
    }

    /// Anything, whether it fits the document or not: a status, a media type and a body.
    ///
    /// # Panics
    /// When the status is not between 100 and 999.
    #[track_caller]
    pub fn answer_raw(
        self,
        status: u16,
        media_type: &str,
        body: impl Into<client_mocks::Bytes>,
    ) -> client_mocks::Then<'m, O> {
        self.0.then().answer_raw(status, media_type, body)
    }

    /// A failure with what the document says it carries.
    ///
    /// # Panics
    /// When the status is not that of a failure, 400 to 599.
    #[track_caller]
    pub fn fail(self, status: u16, error: impl Into<O::Error>) -> client_mocks::Then<'m, O> {
        self.0.then().fail(status, error)
    }

    /// No answer: the connection ends.
    pub fn drop_connection(self) -> client_mocks::Then<'m, O> {
        self.0.then().drop_connection()
    }

    /// Those that came so far, whatever they were answered with, in order.
    pub fn calls(self) -> Vec<client_mocks::Call<O>> {
        self.0.calls()
    }
}
