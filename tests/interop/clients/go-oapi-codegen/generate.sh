#!/usr/bin/env bash
# Generates both clients with oapi-codegen, each as a package of our module: its models and its client.
set -euo pipefail

rm -rf "$OUT/module"
mkdir -p "$OUT/module/ibm" "$OUT/module/storware"
cp go.mod go.sum "$OUT/module"
cd "$OUT/module"
go tool oapi-codegen -generate types,client -package ibm -o ibm/ibm.go "$SPEC_IBM"
go tool oapi-codegen -generate types,client -package storware -o storware/storware.go "$SPEC_STORWARE"
go list -m -f 'oapi-codegen {{.Version}}' github.com/oapi-codegen/oapi-codegen/v2
