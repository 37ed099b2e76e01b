//! The engine's catalog in embedded SQLite.
