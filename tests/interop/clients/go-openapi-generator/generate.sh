#!/usr/bin/env bash
# Generates both clients with openapi-generator's `go` and its default settings, each as a module of its own.
set -euo pipefail

python3 -m venv "$OUT/venv"
PATH=$OUT/venv/bin:$PATH
pip install --quiet --disable-pip-version-check --require-hashes --requirement ../openapi-generator/requirements.txt

rm -rf "$OUT/module"
openapi-generator-cli generate -g go -i "$SPEC_IBM" -o "$OUT/module/ibm" \
    --git-user-id example --git-repo-id ibm
openapi-generator-cli generate -g go -i "$SPEC_STORWARE" -o "$OUT/module/storware" \
    --git-user-id example --git-repo-id storware
echo "openapi-generator $(openapi-generator-cli version)"
