//! The engine's vault in a restic-format repository, through rustic_core.
