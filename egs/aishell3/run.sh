#!/usr/bin/env bash
# AISHELL-3: Mandarin Chinese, 218 people, 85 hours. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=aishell3
folders=(data_aishell3)
languages=(zh)
training=(train)
testing=(test)
licence=Apache-2.0
whence=https://www.openslr.org/93

download() { lhotse download aishell3 "$data_in/data_aishell3"; }

run "$@"
