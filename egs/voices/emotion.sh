#!/usr/bin/env bash
# Emotions of a model, learnt from engines that are driven to speak them, and how they are heard:
# emotion.sh DATA MODEL JOBS DEVICE [ENGINE OPTION...]
# DATA holds sentences.txt (English, one a line) and, if there is one, ravdess, a folder or an
# uncompressed tar with ravdess.jsonl beside it: acted emotions, which judge and teach nothing that
# is kept. Makes data/ and runs/emotion/ below the folder that it is called in; an interrupted run
# goes on. What is learnt lies in runs/emotion/adapters: a model's own go into its folder adapters/.
# UTTERANCES and STEPS in the environment make a smaller or a larger run.
set -euo pipefail
data_in=$(realpath "$1") model=$2 jobs=$3 device=$4
engines=("${@:5}")
runs=runs/emotion
export MINIMAX_SPEECH_HOME=$PWD/$runs/home

emotions=(happy sad angry fearful surprised calm whisper)
voices=(bdl clb slt kathleen)
utterances=${UTTERANCES:-600} steps=${STEPS:-100}
tests=80 said=12 # texts of the judge's recordings, and texts that the model says
seconds=32 rate=2e-3 rank=3 # of speech in a step; learning rate; of the adapters

styled() { # TEXTS CORPUS COUNT WARPS: texts in a neutral reading and in every emotion
    local emotion options=()
    for emotion in "${emotions[@]}"; do options+=(--emotion "$emotion"); done
    tts prepare synthetic "$1" "$2" --count "$3" --natural-share 1 --warps "$4" -j "$jobs" \
        "${options[@]}" "${engines[@]}"
}

judge() { # RECORDINGS NAME: every emotion, by a judge that is fitted on recordings
    tts evaluate-emotions "$1" --texts data/emotion/said.txt "${voices[@]/#/-v}" -m "$model" \
        --device "$device" | tee "$runs/$2.md"
}

mkdir -p data/emotion "$runs"
# Of moderate length; those that are said in the end are neither learnt from nor listened to.
tts prepare sentences "$data_in/sentences.txt" -o data/emotion/sentences.txt --count 20000
awk 'NF >= 5 && NF <= 14' data/emotion/sentences.txt >data/emotion/usable.txt
sed -n "1,${said}p" data/emotion/usable.txt >data/emotion/said.txt
sed -n "$((said + 1)),$((said + tests))p" data/emotion/usable.txt >data/emotion/heard.txt
sed -n "$((said + tests + 1)),\$p" data/emotion/usable.txt >data/emotion/learnt.txt

styled data/emotion/learnt.txt data/emotion/corpus "$utterances" 5
styled data/emotion/heard.txt data/emotion/test "$tests" 5-6 # other speakers, other sentences

mkdir -p "$MINIMAX_SPEECH_HOME/adapters" "$runs/adapters"
for emotion in "${emotions[@]}"; do
    learnt=$runs/adapters/$emotion.safetensors
    [ -e "$learnt" ] || tts finetune emotion --name "$emotion" \
        --data data/emotion/corpus/manifest.jsonl -o "$learnt" --work "$runs/work" \
        --steps "$steps" --batch-seconds "$seconds" --lr "$rate" --rank "$rank" \
        -m "$model" --device "$device"
    cp "$learnt" "$MINIMAX_SPEECH_HOME/adapters/"
done

judge data/emotion/test/manifest.jsonl teachers
place=$data_in/ravdess
[ -e "$place" ] || place=$place.tar
if [ -e "$place" ]; then
    tts prepare recordings "$place" data/emotion/ravdess --manifest "$data_in/ravdess.jsonl" \
        -l en -j "$jobs"
    judge data/emotion/ravdess/manifest.jsonl ravdess
fi
