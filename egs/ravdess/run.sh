#!/usr/bin/env bash
# RAVDESS: eight emotions in English, 24 actors, two sentences. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=ravdess
folders=(RAVDESS)
languages=(en)
options[init-from]=small
test_speakers=(ravdess/23 ravdess/24)
licence=CC-BY-NC-SA-4.0
whence=https://zenodo.org/records/1188976

download() {
    fetch https://zenodo.org/records/1188976/files/Audio_Speech_Actors_01-24.zip RAVDESS \
        md5sum:bc696df654c87fed845eb13823edef8a
}

run "$@"
