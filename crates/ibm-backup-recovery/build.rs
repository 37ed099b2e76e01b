//! Generates the client from the authored document.

use client_build::Options;

fn main() {
    // Both belong to whoever uses the client, and not to a call.
    let options = Options::default().with_client_headers(["X-IBM-Tenant-ID", "requestInitiatorType"]);
    client_build::generate(strongroom_spec::IBM, &options);
}
