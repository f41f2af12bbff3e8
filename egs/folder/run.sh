#!/usr/bin/env bash
# A folder of clips of one speaker, such as yours. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=folder
data_help='your folder of clips, or a .tar of it'
options[data]=clips options[language]=en options[init-from]=small
options[speaker]='' options['manifest']='' options[licence]=''

download() { fail "there is nothing to download: record clips, and name their folder with --data"; }

take() { # CODE CORPUS
    local more=()
    [ -z "${options[speaker]}" ] || more+=(--speaker "${options[speaker]}")
    [ -z "${options[manifest]}" ] || more+=(--manifest "${options[manifest]}")
    tts prepare recordings "$data_in" "$2" -l "$1" -j "$jobs" "${more[@]}"
}

run "$@"
