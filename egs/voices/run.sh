#!/usr/bin/env bash
# What a finished model learns without being changed, and how well: voices tuned on recordings, mixtures.
# See README.md beside this file. Each stage is a script of its own, and goes on where it stopped.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/stages.sh
source "$(dirname "$0")/../shared/stages.sh"
here=$repo/egs/voices

usage() {
    cat <<'USAGE'
run.sh [options]
  --data DIR      recordings that you bring (default: downloads)
  --work DIR      where data/ and runs/ are made (default: here)
  --model MODEL   a model by name or folder (default: small)
  --stage N       first stage (default: 0)
  --stop-stage M  last stage (default: the last)
  --jobs N        processes (default: all cores)
  --device NAME   auto, cpu or cuda (default: auto)
Stages:
  0 pvc   1 mixing
USAGE
}

stages=(pvc mixing)
options+=([model]=small)
read_options "$@"

script() { "$here/$1.sh" "$data_in" "${options[model]}" "$jobs" "$device"; }
pvc() { script pvc; }
mixing() { script mixing; }

run_stages
