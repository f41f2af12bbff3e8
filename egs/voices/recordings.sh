#!/usr/bin/env bash
# Recordings that are brought become a corpus in data/NAME: recordings.sh NAME CODE DATA JOBS.
# They are a folder or tar of that name in DATA, with NAME.jsonl beside it if there is one.
set -euo pipefail
name=$1 language=$2 data_in=$3 jobs=$4

[ ! -e "data/$name/manifest.jsonl" ] || exit 0
place=$data_in/$name
[ -e "$place" ] || place=$place.tar
more=()
[ ! -e "$data_in/$name.jsonl" ] || more+=(--manifest "$data_in/$name.jsonl")
tts prepare recordings "$place" "data/$name" -l "$language" -j "$jobs" "${more[@]}"
