#!/usr/bin/env bash
# Generates both clients with openapi-typescript and its default settings, for openapi-fetch.
set -euo pipefail
export npm_config_loglevel=error

cp package.json package-lock.json "$OUT"
cd "$OUT"
npm ci

npx --no-install openapi-typescript "$SPEC_IBM" --output ibm.d.ts
npx --no-install openapi-typescript "$SPEC_STORWARE" --output storware.d.ts
node -p '`openapi-typescript ${require("openapi-typescript/package.json").version}`'
