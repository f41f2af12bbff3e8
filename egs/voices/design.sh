#!/usr/bin/env bash
# A designer of voices for a model, and how well voices are what is asked for:
# design.sh DATA MODEL JOBS DEVICE [OPTION...]; the options, such as --engines-root DIR, are for
# `tts prepare synthetic`. Makes data/design/ and runs/design/ below the folder that it is called in.
set -euo pipefail
data_in=$1 model=$2 jobs=$3 device=$4 engine_options=("${@:5}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
data=data/design runs=runs/design

# Texts of the data folder, and hours of them: most in the language with the most engines.
texts=()
for code in en de fr es it ru uk; do
    file=$data_in/$code.txt
    [ -e "$file" ] || continue
    mkdir -p "$data/texts"
    tail -n 40 "$file" >"$data/texts/$code.measured.txt"
    head -n -40 "$file" >"$data/texts/$code.txt"
    hours=0.2
    [ "$code" != en ] || hours=1.2
    texts+=("$code=$data/texts/$code.txt:$hours")
    done
[ ${#texts[@]} -gt 0 ] || { echo "design.sh: no texts in $data_in, such as en.txt" >&2; exit 2; }

tts prepare synthetic "${texts[@]}" "$data/synthetic" --warps 11 --natural-share 0.4 -j "$jobs" \
    "${engine_options[@]}"
corpora=(synthetic)
for name in librispeech picovoice; do # recordings of many people, if they are there
    place=$data_in/$name
    [ -e "$place" ] || place=$place.tar
    [ -e "$place" ] || { echo "no recordings of $name in $data_in: going on without"; continue; }
    more=()
    [ ! -e "$data_in/$name.jsonl" ] || more+=(--manifest "$data_in/$name.jsonl")
    [ "$name" != picovoice ] || more+=(--speaker-from clip)
    tts prepare recordings "$place" "$data/$name" -l en -j "$jobs" "${more[@]}"
    corpora+=("$name")
done

sources='' repeat=1
for name in "${corpora[@]}"; do
    [ -e "$data/$name/features/traits.json" ] ||
        tts prepare voices "$data/$name/manifest.jsonl" "$data/$name/features" -m "$model" -j "$jobs"
    sources+="{manifest: $data/$name/manifest.jsonl, features: $data/$name/features, repeat: $repeat}, "
    repeat=2
done
tts train voice-designer --config "$repo/recipes/small/voice-designer.yaml" \
    "out=$runs/designer" "model.base=$model" "data.sources=[${sources%, }]"

# A copy of the model with its new designer.
rm -rf "$runs/model"
python3 - "$model" "$runs/model" <<'PYTHON'
import shutil, sys
from minimax_speech.inference.bundle import find_model
shutil.copytree(find_model(sys.argv[1]), sys.argv[2])
PYTHON
cp "$runs/designer/export/voice_designer.safetensors" "$runs/model/"

# What a judge of genders is fitted on: the languages that have male voices and female ones.
heldout=()
for count in en:240 ru:60 uk:40; do
    code=${count%:*}
    [ -e "$data/texts/$code.measured.txt" ] || continue
    engines=(--engine rhvoice)
    [ "$code" != en ] || engines+=(--engine flite --engine pico)
    tts prepare synthetic "$code=$data/texts/$code.measured.txt" "$data/heldout/$code" \
        --count "${count#*:}" --warps 3-5 --seed 77 -j "$jobs" "${engines[@]}" "${engine_options[@]}"
    heldout+=(--heldout "$data/heldout/$code/manifest.jsonl")
done
python3 "$here/design.py" make "$runs/model" "$runs/made.jsonl" --device "$device"
people=()
[[ " ${corpora[*]} " != *" librispeech "* ]] || people=(--people "$data/librispeech/manifest.jsonl")
python3 "$here/design.py" report "$runs/model" "$runs/made.jsonl" "${heldout[@]}" \
    "${people[@]}" "${corpora[@]/#/$data/}"
