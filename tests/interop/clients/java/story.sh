#!/usr/bin/env bash
# Compiles everything that was generated, tests included, and tells the stories.
set -euo pipefail

cp -r pom.xml story "$OUT/maven"
cd "$OUT/maven"
# Maven ends its output with an escape sequence, also where there is no terminal.
mvn --quiet --batch-mode process-test-classes | sed -e 's/\x1b\[[0-9;]*m//g' -e '/^$/d'
