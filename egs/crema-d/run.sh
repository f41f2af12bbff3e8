#!/usr/bin/env bash
# CREMA-D: six emotions in English, 91 actors, twelve sentences. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=crema-d
folders=(CREMA-D)
languages=(en)
options[init-from]=small
test_speakers=(crema-d/1090 crema-d/1091)
licence=ODbL-1.0
whence=https://github.com/CheyneyComputerScience/CREMA-D

download() { # the sound alone; there are films, too
    GIT_LFS_SKIP_SMUDGE=1 git clone --depth 1 "$whence.git" "$data_in/CREMA-D"
    git -C "$data_in/CREMA-D" lfs pull --include 'AudioWAV/*'
}

run "$@"
