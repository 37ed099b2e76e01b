//! What a backup product does; knows no HTTP, no SQL, no vendor.
