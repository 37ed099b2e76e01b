#!/usr/bin/env bash
# Generates both clients with openapi-python-client and its default settings.
set -euo pipefail

python3 -m venv "$OUT/venv"
PATH=$OUT/venv/bin:$PATH
pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt

openapi-python-client generate --path "$SPEC_IBM" --output-path "$OUT/ibm" --overwrite
openapi-python-client generate --path "$SPEC_STORWARE" --output-path "$OUT/storware" --overwrite
pip freeze | sed -n 's/^openapi-python-client==/openapi-python-client /p'
