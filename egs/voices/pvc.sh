#!/usr/bin/env bash
# Voices tuned on recordings against the same recordings cloned: pvc.sh DATA MODEL JOBS DEVICE.
# Makes data/ and runs/pvc/ below the folder that it is called in; run.sh calls it.
set -euo pipefail
data_in=$1 model=$2 jobs=$3 device=$4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
runs=runs/pvc
export MINIMAX_SPEECH_HOME=$PWD/$runs/home

# Of each source: its language, and how many of its speakers. Those of kathleen and kerstin are the
# model's own; what kathleen is left out with is what the others say that have few texts.
sources=(kathleen:en:1 kerstin:de:1 nemo_pl:pl:7 ravdess:en:5)
recordings=60 items=12

for source in "${sources[@]}"; do
    IFS=: read -r name language speakers <<<"$source"
    if ! compgen -G "$data_in/$name*" >/dev/null; then
        echo "no recordings of $name in $data_in: going on without"
        continue
    fi
    "$here/recordings.sh" "$name" "$language" "$data_in" "$jobs"
    python3 "$here/pvc.py" split "data/$name/manifest.jsonl" "$runs" --speakers "$speakers" \
        --recordings "$recordings" --items "$items"
done

for manifest in "$runs"/learned/*.jsonl; do
    name=$(basename "$manifest" .jsonl)
    for way in zero_shot pvc; do
        mkdir -p "$runs/voices/$way"
        voice=$runs/voices/$way/$name.safetensors
        [ ! -e "$voice" ] || continue
        echo "--- $way of $name ($(date +%T))"
        if [ "$way" = pvc ]; then
            tts finetune pvc --data "$manifest" -o "$voice" -m "$model" --device "$device" -j "$jobs"
        else
            references=()
            while read -r clip; do references+=(-r "$clip"); done < <(tts prepare clips \
                "$manifest" "$runs/clips/$name" --speaker "$name" --count "$recordings" \
                --min-seconds 1)
            tts voice add "$name" "${references[@]}" --force -m "$model" --device "$device"
            tts voice export "$name" "$voice" -m "$model"
        fi
    done
done

for way in zero_shot pvc; do
    python3 "$here/pvc.py" list "$runs" "$way" "$runs/$way.jsonl"
    tts evaluate "$runs/$way.jsonl" -o "$runs/evaluation/$way" -m "$model" --device "$device" \
        -j "$jobs"
done
python3 "$here/pvc.py" table "$runs/evaluation"
