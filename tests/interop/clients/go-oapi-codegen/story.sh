#!/usr/bin/env bash
# Compiles and vets everything that was generated, and tells the stories.
set -euo pipefail

mkdir -p "$OUT/module/scene"
cp ./*.go "$OUT/module"
cp ../go-scene/*.go "$OUT/module/scene"
cd "$OUT/module"
go vet ./...
go run .
