//! Generates the client from the authored document.

use client_build::Options;

fn main() {
    client_build::generate(strongroom_spec::STORWARE, &Options::default());
}
