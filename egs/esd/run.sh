#!/usr/bin/env bash
# ESD: five emotions in English and Mandarin, 20 people, 29 hours. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=esd
folders=('ESD' 'Emotion Speech Dataset' 'Emotional Speech Dataset (ESD)')
options[language]=en
options[init-from]=small
test_speakers=(esd/0010 esd/0020)
licence='research only'
whence=https://hltsingapore.github.io/ESD

download() {
    fail "ESD asks for a signed agreement first: get it from $whence" \
        "and unpack it in $data_in (README.md)"
}

run "$@"
