//! The APIs that there are clients of.

use codegen::Options;

/// An API: its document, the crate of its client, and what a document cannot say about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Api {
    /// The folder below `spec/`, `ibm`.
    pub name: &'static str,
    /// The entry file of the document, relative to `spec/`.
    pub entry: &'static str,
    /// The package of the client.
    pub client: &'static str,
    /// Header parameters that belong to whoever uses the client, and not to a call.
    pub client_headers: &'static [&'static str],
}

/// IBM Cloud Backup and Recovery.
pub const IBM: Api = Api {
    name: "ibm",
    entry: "ibm/openapi.yaml",
    client: "ibm-backup-recovery",
    client_headers: &["X-IBM-Tenant-ID", "requestInitiatorType"],
};

/// Storware Backup & Recovery.
pub const STORWARE: Api = Api {
    name: "storware",
    entry: "storware/openapi.yaml",
    client: "storware-backup-recovery",
    client_headers: &[],
};

/// Every API.
pub const APIS: [Api; 2] = [IBM, STORWARE];

impl Api {
    /// What the generator has to be told.
    #[must_use]
    pub fn options(&self) -> Options {
        Options::default().with_client_headers(self.client_headers.iter().copied())
    }
}
