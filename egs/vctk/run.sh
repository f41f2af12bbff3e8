#!/usr/bin/env bash
# VCTK 0.92: English in many accents, 110 people, 44 hours. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=vctk
folders=(VCTK-Corpus-0.92)
languages=(en)
test_speakers=(vctk/p360 vctk/p361 vctk/p362 vctk/p363 vctk/p364 vctk/p374 vctk/p376 vctk/s5)
licence=CC-BY-4.0
whence=https://datashare.ed.ac.uk/handle/10283/3443

download() {
    fetch https://datashare.ed.ac.uk/bitstream/handle/10283/3443/VCTK-Corpus-0.92.zip \
        VCTK-Corpus-0.92 \
        sha256sum:f96258be9fdc2cbff6559541aae7ea4f59df3fcaf5cf963aae5ca647357e359c
}

run "$@"
