#!/usr/bin/env bash
# Checks the types of everything that was generated and of the stories, and tells the stories.
set -euo pipefail

rm -rf "$OUT/story" "$OUT/dist"
cp -R story tsconfig.json "$OUT"
cp ../typescript-scene/*.ts "$OUT/story"
cd "$OUT"

# Whoever takes the YAML gets the same types.
for api in IBM STORWARE; do
    yaml=SPEC_${api}_YAML
    ./node_modules/.bin/openapi-typescript "${!yaml}" --output "from-yaml/$api.ts"
    cmp "from-yaml/$api.ts" "${api,,}.d.ts"
done

./node_modules/.bin/tsc
node dist/main.js
