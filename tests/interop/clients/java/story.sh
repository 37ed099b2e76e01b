#!/usr/bin/env bash
# Compiles everything that was generated, tests included, and tells the stories.
set -euo pipefail

cp -r pom.xml story "$OUT/maven"
cd "$OUT/maven"
mvn --quiet --batch-mode -Dstyle.color=never process-test-classes
