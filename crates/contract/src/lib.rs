//! Holds HTTP requests and answers against an OpenAPI document.
