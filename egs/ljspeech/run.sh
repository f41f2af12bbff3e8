#!/usr/bin/env bash
# LJ Speech: one reader of English, 24 hours. See README.md beside this file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/corpus.sh
source "$(dirname "$0")/../shared/corpus.sh"

corpus=ljspeech
folders=(LJSpeech-1.1)
languages=(en)
licence='public domain'
whence=https://keithito.com/LJ-Speech-Dataset

download() { lhotse download ljspeech "$data_in"; }

run "$@"
