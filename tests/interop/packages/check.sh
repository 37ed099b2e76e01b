#!/usr/bin/env bash
# Installs the packages of the published documents, as their users would, but from the files in $PAGES and not from a
# registry, and reads the document through each. Nothing is uploaded. Works in $OUT.
set -euo pipefail

version_of() { # the version in the middle of an archive's name
    basename "$1" | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1
}

npm_package() {
    local archive=$1 name=$2 version=$3 folder=$OUT/npm-$2
    mkdir -p "$folder" && cd "$folder"
    echo '{"private": true}' >package.json
    npm install --silent --ignore-scripts --no-audit --no-fund --offline "$archive"
    cat >check.mjs <<JS
import { createRequire } from "node:module";
import spec from "$name";
const required = createRequire(import.meta.url)("$name");
if (spec !== required || spec.info.version !== "$version") throw new Error("not the document");
import.meta.resolve("$name/openapi.yaml");
JS
    node check.mjs
}

python_package() {
    local archive=$1 module=$2 version=$3 folder=$OUT/pypi-$2
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-index "$archive"
    "$folder/bin/python" -c "
from $module import OPENAPI_YAML, document
assert document()['info']['version'] == '$version'
assert OPENAPI_YAML.startswith('openapi: ')
"
}

rust_package() {
    local archive=$1 name=$2 version=$3 folder=$OUT/crate-$2
    mkdir -p "$folder/src"
    tar -xzf "$archive" -C "$folder"
    cat >"$folder/Cargo.toml" <<TOML
[package]
name = "uses-it"
version = "0.0.0"
edition = "2021"
[dependencies]
$name = { path = "$name-$version" }
[workspace]
TOML
    echo "fn main() { assert!(${name//-/_}::OPENAPI_JSON.contains(\"\\\"version\\\": \\\"$version\\\"\")); }" >"$folder/src/main.rs"
    CARGO_TARGET_DIR=$folder/target cargo run --quiet --offline --manifest-path "$folder/Cargo.toml"
}

for archive in "$PAGES"/*/*/npm/*.tgz; do
    version=$(version_of "$archive")
    npm_package "$archive" "$(basename "$archive" "-$version.tgz")" "$version"
    echo "$(basename "$archive"): installed and read"
done
for archive in "$PAGES"/*/*/pypi/*.whl; do
    version=$(version_of "$archive")
    python_package "$archive" "$(basename "$archive" "-$version-py3-none-any.whl")" "$version"
    echo "$(basename "$archive"): installed and read"
done
for archive in "$PAGES"/*/*/crates.io/*.crate; do
    version=$(version_of "$archive")
    rust_package "$archive" "$(basename "$archive" "-$version.crate")" "$version"
    echo "$(basename "$archive"): built and read"
done
