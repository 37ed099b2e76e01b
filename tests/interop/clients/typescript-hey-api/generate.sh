#!/usr/bin/env bash
# Generates both clients with @hey-api/openapi-ts and its default plugins. It reads tsconfig.json to see how modules
# are named here.
set -euo pipefail
export npm_config_loglevel=error

cp package.json package-lock.json tsconfig.json "$OUT"
cd "$OUT"
npm ci

rm -rf ibm storware
npx --no-install openapi-ts --input "$SPEC_IBM" --output ibm
npx --no-install openapi-ts --input "$SPEC_STORWARE" --output storware
node -p '`@hey-api/openapi-ts ${require("./node_modules/@hey-api/openapi-ts/package.json").version}`'
