#!/usr/bin/env bash
# Generates both clients with openapi-generator's `rust`, each as a crate of its own.
set -euo pipefail

python3 -m venv "$OUT/venv"
PATH=$OUT/venv/bin:$PATH
pip install --quiet --disable-pip-version-check --require-hashes --requirement ../openapi-generator/requirements.txt

rm -rf "$OUT/crate"
openapi-generator-cli generate -g rust -i "$SPEC_IBM" -o "$OUT/crate/ibm" --package-name ibm
openapi-generator-cli generate -g rust -i "$SPEC_STORWARE" -o "$OUT/crate/storware" --package-name storware
echo "openapi-generator $(openapi-generator-cli version)"
