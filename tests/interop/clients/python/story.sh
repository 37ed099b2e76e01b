#!/usr/bin/env bash
# Checks the types of everything that was generated and of the stories, imports every module, and tells the stories.
set -euo pipefail

export PATH=$OUT/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=$OUT/ibm:$OUT/storware MYPYPATH=$OUT/ibm:$OUT/storware

mypy --strict --cache-dir "$OUT/mypy" -p ibm_cloud_backup_and_recovery_api_client -p storware_backup_recovery_api_client \
    -p story
python -m story
