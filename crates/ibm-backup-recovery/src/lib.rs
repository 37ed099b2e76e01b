//! Client for the IBM Cloud Backup and Recovery API, generated from the spec at build time.
