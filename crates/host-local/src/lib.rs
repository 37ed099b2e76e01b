//! The engine's view of this machine: what it is, and writing files onto it.
