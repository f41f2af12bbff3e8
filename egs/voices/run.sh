#!/usr/bin/env bash
# What a finished model learns without being changed, and how well: voices tuned on recordings, mixtures,
# voices from descriptions, emotions.
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
  --engines-root DIR  folder of unpacked engine packages (stages 2 and 3)
  --espeak DIR        folder with libespeak-ng.so and espeak-ng-data
Stages:
  0 pvc   1 mixing   2 design   3 emotion
USAGE
}

stages=(pvc mixing design emotion)
options+=([model]=small [engines-root]='' [espeak]='')
read_options "$@"
engine_options=()
for name in engines-root espeak; do
    [ -z "${options[$name]}" ] || engine_options+=("--$name" "$(realpath "${options[$name]}")")
done

script() { "$here/$1.sh" "$data_in" "${options[model]}" "$jobs" "$device" "${@:2}"; }
pvc() { script pvc; }
mixing() { script mixing; }
design() { script design "${engine_options[@]}"; }
emotion() { script emotion "${engine_options[@]}"; }

run_stages
