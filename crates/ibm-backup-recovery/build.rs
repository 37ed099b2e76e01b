//! Generates the client from the authored document.

fn main() {
    client_build::generate(&client_build::IBM, strongroom_spec::FILES);
}
