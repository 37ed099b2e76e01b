//! What people set out to do, each over several commands: the binary against the real server, with exit code and both
//! outputs as they see them.

mod first_policy;
