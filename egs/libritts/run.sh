#!/usr/bin/env bash
# LibriTTS or LibriTTS-R: read English, some 2,400 people. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=libritts
folders=(LibriTTS_R LibriTTS)
languages=(en)
options[training]=train-clean-100
testing=(test-clean)
licence=CC-BY-4.0
whence=https://www.openslr.org/141

download() {
    local parts=() part
    for part in "${training[@]}" "${testing[@]}"; do parts+=(-p "$part"); done
    lhotse download librittsr "${parts[@]}" "$data_in"
}

run "$@"
