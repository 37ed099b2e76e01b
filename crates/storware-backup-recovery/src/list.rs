//! What the answer to a list says about the list as a whole.

use client_core::Response;

const TOTAL: &str = "x-total-count";

/// An answer that is a list, or a page of one.
pub trait ListResponse {
    /// How many entries there are on all pages, in the header `X-Total-Count`. `None` where the service does
    /// not say so, or not as a number.
    fn total_count(&self) -> Option<u64>;
}

impl<T> ListResponse for Response<Vec<T>> {
    fn total_count(&self) -> Option<u64> {
        self.headers().get(TOTAL)?.to_str().ok()?.trim().parse().ok()
    }
}
