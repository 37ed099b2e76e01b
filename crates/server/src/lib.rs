//! The server: puts catalog, vault, host and engine together, opens the door, and closes everything in
//! order at the end.
//!
//! Nothing is decided here about backups or about any API: this crate only wires. It knows every adapter and
//! every face, and nothing knows it but the binary and the tests.

mod accounts;
mod config;
mod data_dir;
mod docs;
mod door;
mod error;
mod faces;
mod first_key;
mod first_user;
mod origin;
mod password;
mod server;
mod tls;
mod users;

pub use accounts::Accounts;
pub use config::{Config, TlsFiles};
pub use data_dir::DataDir;
pub use engine::{Clock, NewApiKey, SystemClock, TenantId};
pub use engine::{Role, Secret, User};
pub use error::Error;
pub use face_ibm::handled_operations as handled_ibm_operations;
pub use face_storware::handled_operations as handled_storware_operations;
pub use origin::{NoOrigin, Origin};
pub use password::NewPassword;
pub use server::{Server, create_api_key};
pub use users::{NewLogin, add_user, remove_user, set_user_password, users};
