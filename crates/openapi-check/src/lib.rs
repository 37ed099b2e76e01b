//! Reads an authored OpenAPI tree with line and column, bundles it and checks it.
