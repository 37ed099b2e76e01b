//! The IBM Cloud Backup and Recovery API over the engine: wire in, engine call, wire out.
