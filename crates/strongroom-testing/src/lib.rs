#![doc = include_str!("../README.md")]
#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

#[cfg(feature = "server")]
mod accounts;
#[cfg(feature = "server")]
mod builder;
#[cfg(feature = "server")]
mod clock;
#[cfg(feature = "server")]
mod host;
#[cfg(feature = "server")]
mod server;

#[cfg(feature = "server")]
pub use ::server::{Clock, Config, Role};
#[cfg(feature = "server")]
pub use accounts::{TestTenant, TestUser};
#[cfg(feature = "server")]
pub use builder::TestServerBuilder;
#[cfg(feature = "server")]
pub use clock::TestClock;
#[cfg(feature = "mocks")]
pub use ibm_backup_recovery::mocks::MockServer as IbmMock;
#[cfg(feature = "server")]
pub use server::TestServer;
#[cfg(feature = "mocks")]
pub use storware_backup_recovery::mocks::MockServer as StorwareMock;

// What a test names beside them, in the version that they go with.
pub use ibm_backup_recovery;
pub use storware_backup_recovery;
