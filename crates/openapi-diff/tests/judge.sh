#!/usr/bin/env bash
# Compares what this crate says of its own cases with what two other programs say: oasdiff (Go 1.25 or later)
# and redocly diff (Node). Neither is needed for anything else. Run it from anywhere:
#
#     crates/openapi-diff/tests/judge.sh [FOLDER [CASES]]
#
# FOLDER (a temporary one by default) keeps the documents and the answers; CASES is a pattern such as
# `request-enum-*`. The table lists, for each case,
# whether each of the three calls it breaking; the numbers at its end are those of the README.
set -euo pipefail
OASDIFF=github.com/oasdiff/oasdiff@v1.31.0
REDOCLY=@redocly/cli@2.77.0

root=$(cd "$(dirname "$0")/../../.." && pwd)
work=${1:-$(mktemp -d)}
mkdir -p "$work/bin" "$work/cases"
[ -x "$work/bin/oasdiff" ] || GOBIN="$work/bin" go install "$OASDIFF"
[ -x "$work/node_modules/.bin/redocly" ] || (cd "$work" && npm install --silent --no-save "$REDOCLY")

# The cases as documents, and our own answers: <id>.yaml and <id>.ours beside base.yaml.
(cd "$root" && JUDGE="$work/cases" cargo test --quiet -p openapi-diff --test it -- --ignored cases::documents_for_the_judge)

cd "$work/cases"
# Prints whether a program that ended with this code calls the change breaking.
breaks() { if [ "$1" -eq 0 ]; then echo -; else echo breaking; fi; }
{
    echo "case ours oasdiff redocly"
    for document in ${2:-*}.yaml; do
        id=${document%.yaml}
        [ "$id" = base ] && continue
        code=0
        "$work/bin/oasdiff" breaking --fail-on ERR base.yaml "$document" >"$id.oasdiff" 2>&1 || code=$?
        oasdiff=$(breaks "$code")
        code=0
        "$work/node_modules/.bin/redocly" diff --fail-on major base.yaml "$document" >"$id.redocly" 2>&1 || code=$?
        echo "$id $(cat "$id.ours") $oasdiff $(breaks "$code")"
    done
} | tee "$work/table" | awk '
    NR > 1 && $2 == "major" { major++; if ($3 == "breaking") oasdiff++; if ($4 == "breaking") redocly++ }
    NR > 1 && $2 != "major" {
        other++
        if ($3 == "breaking") print "only oasdiff: " $1 " (" $2 ")"
        if ($4 == "breaking") print "only redocly: " $1 " (" $2 ")"
    }
    END {
        printf "%d cases break on the wire as we see it: oasdiff says so of %d, redocly of %d\n", major, oasdiff, redocly
        printf "%d do not\n", other
    }'
echo "table: $work/table"
