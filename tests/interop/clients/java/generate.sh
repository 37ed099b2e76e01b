#!/usr/bin/env bash
# Generates both clients with openapi-generator's `java`, for the HTTP client of the JDK, each in packages of its own.
set -euo pipefail

python3 -m venv "$OUT/venv"
PATH=$OUT/venv/bin:$PATH
pip install --quiet --disable-pip-version-check --require-hashes --requirement ../openapi-generator/requirements.txt

rm -rf "$OUT/maven"
openapi-generator-cli generate -g java --library native -i "$SPEC_IBM" -o "$OUT/maven/ibm" \
    --group-id com.example --artifact-id ibm --invoker-package com.example.ibm \
    --api-package com.example.ibm.api --model-package com.example.ibm.model
openapi-generator-cli generate -g java --library native -i "$SPEC_STORWARE" -o "$OUT/maven/storware" \
    --group-id com.example --artifact-id storware --invoker-package com.example.storware \
    --api-package com.example.storware.api --model-package com.example.storware.model
echo "openapi-generator $(openapi-generator-cli version)"
