//! Pages that stand in one file: no request leaves them.

mod console;
mod frame;
mod index;
mod json;
mod markdown;
mod reference;
mod schema;

pub use console::console;
pub use frame::Page;
pub use index::{Entry, index};
pub use reference::reference;
