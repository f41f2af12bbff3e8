#!/usr/bin/env bash
# Common Voice: read by volunteers, in nearly all of the 32 languages. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=commonvoice
folders=('cv-corpus-*')
options[language]=''
options[training]=validated
testing=(test)
licence=CC0-1.0
whence=https://commonvoice.mozilla.org

download() {
    fail "Common Voice asks for an address first: get it from https://commonvoice.mozilla.org/datasets" \
        "and unpack it in $data_in (README.md)"
}

run "$@"
