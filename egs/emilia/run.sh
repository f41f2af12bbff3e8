#!/usr/bin/env bash
# Emilia: talk from the web in six languages, 100,000 hours. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=emilia
folders=(Emilia Emilia-YODAS)
options[language]=''
licence=CC-BY-NC-4.0
whence=https://huggingface.co/datasets/amphion/Emilia-Dataset

download() {
    fail "Emilia asks for an account first: get some of its .tar files from $whence" \
        "and put them in $data_in/Emilia/DE and so on (README.md)"
}

run "$@"
