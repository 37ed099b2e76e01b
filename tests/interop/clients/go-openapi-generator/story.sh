#!/usr/bin/env bash
# Compiles and vets everything that was generated, tests included, and tells the stories.
set -euo pipefail

mkdir -p "$OUT/module/scene"
cp go.mod go.sum ./*.go "$OUT/module"
cp ../go-scene/*.go "$OUT/module/scene"
cd "$OUT/module"
# The generated tests want testify, which our go.mod pins.
go vet ./... github.com/example/ibm/... github.com/example/storware/...
go run .
