//! Black-box tests: the binary and the client against the real server.
