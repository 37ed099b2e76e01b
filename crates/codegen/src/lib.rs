//! Turns an authored OpenAPI tree into Rust client code.
