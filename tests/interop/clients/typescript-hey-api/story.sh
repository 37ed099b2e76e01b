#!/usr/bin/env bash
# Checks the types of everything that was generated and of the stories, and tells the stories.
set -euo pipefail

rm -rf "$OUT/story" "$OUT/dist"
cp -R story "$OUT"
cp ../typescript-scene/*.ts "$OUT/story"
cd "$OUT"
./node_modules/.bin/tsc
node dist/story/main.js
