#!/usr/bin/env bash
# Multilingual LibriSpeech: eight languages, 50,000 hours of books. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=mls
folders=(.)
options[language]=''
training=(train)
testing=(test)
licence=CC-BY-4.0
whence=https://www.openslr.org/94
declare -A names=(
    [en]=english [de]=german [nl]=dutch [fr]=french [es]=spanish [it]=italian [pt]=portuguese
    [pl]=polish
)

download() {
    local code
    for code in "${languages[@]}"; do
        [ -n "${names[$code]-}" ] || fail "MLS has no $code: use one of ${!names[*]}"
        fetch "https://dl.fbaipublicfiles.com/mls/mls_${names[$code]}_opus.tar.gz" .
    done
}

run "$@"
