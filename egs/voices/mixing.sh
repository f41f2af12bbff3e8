#!/usr/bin/env bash
# Whether mixtures of voices speak as well as their parts: mixing.sh DATA MODEL JOBS DEVICE.
# Says texts of kathleen's recordings in the model's English voices and in mixtures of them.
set -euo pipefail
data_in=$1 model=$2 jobs=$3 device=$4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
runs=runs/mixing
export MINIMAX_SPEECH_HOME=$PWD/$runs/home

parts=(kathleen clb slt alan bdl rms linda)
mixtures=(
    "kathleen:0.5 clb:0.5" "kathleen:0.7 bdl:0.3" "slt:0.5 rms:0.5" "alan:0.5 linda:0.5"
    "clb:0.3 alan:0.7" "bdl:1 rms:1 slt:1" "kathleen:1 alan:1 clb:1 rms:1"
)

"$here/recordings.sh" kathleen en "$data_in" "$jobs"
mkdir -p "$runs/voices"
tts prepare held-out --manifest data/kathleen/manifest.jsonl --count 12 -o "$runs/texts.txt"
for mixture in "${mixtures[@]}"; do
    voices=()
    for part in $mixture; do voices+=(-v "$part"); done
    name=${mixture//[ :]/_}
    tts voice mix "$name" "${voices[@]}" --force -m "$model"
    tts voice export "$name" "$runs/voices/$name.safetensors" --force -m "$model"
done
python3 "$here/mixing.py" list "$runs/texts.txt" "$runs/voices" "$runs/list.jsonl" "${parts[@]}"
tts evaluate "$runs/list.jsonl" -o "$runs/evaluation" --recogniser ctc --recogniser pocketsphinx \
    -m "$model" --device "$device" -j "$jobs"
python3 "$here/mixing.py" table "$runs/evaluation/report.json"
python3 "$here/many.py" --model "$model"
