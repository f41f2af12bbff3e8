#!/usr/bin/env bash
# An English model from scratch: from speech engines and free recordings to a model that speaks.
# See README.md beside this file. Each stage can be run again; interrupted ones go on.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/stages.sh
source "$(dirname "$0")/../shared/stages.sh"

usage() {
    cat <<'USAGE'
run.sh [options] [KEY=VALUE...]
  --data DIR          sentences and recordings that you bring (default: downloads)
  --work DIR          where data/ and runs/ are made (default: here)
  --size small|toy    toy runs through all stages on a CPU in minutes (default: small)
  --stage N           first stage (default: 0)
  --stop-stage M      last stage (default: 12)
  --jobs N            processes (default: all cores)
  --device NAME       auto, cpu or cuda (default: auto)
  --gpus N            GPUs that train together (default: 1)
  --engines-root DIR  folder of unpacked engine packages
  --espeak DIR        folder with libespeak-ng.so and espeak-ng-data
  KEY=VALUE           settings that replace those of every recipe
Stages:
  0 engines      1 sentences         2 synthetic        3 recordings
  4 text         5 tokenizer         6 flow_vae         7 recogniser
  8 features     9 speech_lm        10 flow_matching   11 model
 12 evaluate
USAGE
}

stages=(engines sentences synthetic recordings text tokenizer flow_vae recogniser features
    speech_lm flow_matching model evaluate)
options+=([engines-root]='' [espeak]='')
read_options "$@"
engine_options=()
for name in engines-root espeak; do
    [ -z "${options[$name]}" ] || engine_options+=("--$name" "$(realpath "${options[$name]}")")
done

# The recipes name files below the folder that they are run in.
case $size in
    small)
        data=data/en synthetic=data/en/synthetic features=data/en/features
        sentences=220000 hours=60 voices=300 warps=11 pieces=1024 held_out=100 tests=600 items=100 ;;
    toy)
        data=data/toy synthetic=data/toy features=
        sentences=200 hours=0.1 voices=4 warps=1 pieces=300 held_out=3 tests=60 items=2 ;;
    *) fail "--size is $size: use small or toy" ;;
esac
runs=runs/$size
recognisers=("ctc=$runs/recogniser/export/recogniser.safetensors" pocketsphinx)
# Held-out speakers: espeak voices behind the first 300, and the two warps behind the first 11.
test_voices=300-339 test_warps=11-12
# What is played slower or faster is more speakers for what learns timbres.
speeds=(0.85 0.9 0.95 1.05 1.1 1.16)
real=(kathleen librispeech ljspeech picovoice kerstin)
for speed in "${speeds[@]}"; do real+=("librispeech_$speed" "picovoice_$speed"); done

# --- helpers ---

# Where a recording source lies: a folder or an uncompressed tar; nothing where there is none.
recordings_of() {
    local place
    for place in "$data_in/$1" "$data_in/$1.tar"; do
        [ ! -e "$place" ] || { echo "$place"; return; }
    done
}

ingest() { # NAME CORPUS [OPTION...]: recordings into $data/CORPUS, if they are there
    local name=$1 corpus=$2 place more=("${@:3}")
    place=$(recordings_of "$name")
    [ -n "$place" ] || { echo "no recordings of $name in $data_in: going on without"; return; }
    [ ! -e "$data_in/$name.jsonl" ] || more+=(--manifest "$data_in/$name.jsonl")
    tts prepare recordings "$place" "$data/$corpus" -l en -j "$jobs" "${more[@]}"
}

# The sources of a recipe whose data was made, as an override.
present_sources() {
    local entry manifest found=()
    while read -r entry; do
        manifest=${entry#*manifest: }
        manifest=${manifest%%[,\}]*}
        [ ! -e "$manifest" ] || found+=("$entry")
    done < <(grep -o '{manifest: [^}]*}' "$1")
    local IFS=,
    echo "data.sources=[${found[*]}]"
}

train_present() { # STAGE: by its recipe, on the data that is there
    local recipe=$recipes/$1.yaml
    train "$1" "$recipe" "$(present_sources "$recipe")"
}

features_of() { # CORPUS FEATURES
    make_features "$1" "$2" "$runs/tokenizer/export/audio_tokenizer.safetensors" \
        "$runs/flow-vae/export/flow_vae_encoder.safetensors"
}

# --- stages ---

engines() {
    tts prepare engines "${engine_options[@]}"
    need "$data_in/sentences.txt" "put English sentences there, one a line (README.md says whence)"
    need "$data_in/test_sentences.txt" "put sentences for evaluation there, which are not in the others"
}

sentences() {
    mkdir -p "$data"
    tts prepare held-out "$data_in/test_sentences.txt" -o "$data/test_sentences.txt"
    tts prepare sentences "$data_in/sentences.txt" -o "$data/sentences.txt" \
        --count "$sentences" --exclude "$data/test_sentences.txt"
}

synthetic() {
    tts prepare synthetic "$data/sentences.txt" "$synthetic" --hours "$hours" \
        --espeak-voices "$voices" --warps "$warps" -j "$jobs" "${engine_options[@]}"
    tts prepare synthetic "$data/test_sentences.txt" "$data/test/unseen" --count "$tests" \
        --espeak-voices "$test_voices" --warps "$test_warps" -j "$jobs" "${engine_options[@]}"
    # The recorded voices as they are: what the model says in them is compared with this.
    tts prepare synthetic "$data/test_sentences.txt" "$data/test/natural" --count "$tests" \
        --natural-share 1 --warps 1 -j "$jobs" "${engine_options[@]}"
}

recordings() {
    local chosen=("$data/test_sentences.txt") speed
    ingest kathleen kathleen --speaker kathleen
    ingest librispeech librispeech
    ingest ljspeech ljspeech --speaker ljspeech
    ingest picovoice picovoice --speaker-from clip
    ingest kerstin kerstin --speaker kerstin
    for speed in "${speeds[@]}"; do
        ingest librispeech "librispeech_$speed" --speed "$speed"
        ingest picovoice "picovoice_$speed" --speaker-from clip --speed "$speed"
    done
    ingest unseen_people unseen_people
    if [ -e "$data/kathleen/manifest.jsonl" ]; then
        chosen+=(--manifest "$data/kathleen/manifest.jsonl" --count "$held_out")
    fi
    tts prepare held-out "${chosen[@]}" -o "$data/held_out.txt"
}

text() {
    tts prepare text-tokenizer "en=$data/sentences.txt" -o "$data/tokenizer.json" \
        --vocab-size "$pieces" --lowercase
}

tokenizer() { train_present tokenizer; }

flow_vae() { train_present flow-vae; }

recogniser() { train_present recogniser; }

features() {
    local name
    if [ "$size" = toy ]; then
        features_of "$synthetic" data/toy/features
        return
    fi
    features_of "$synthetic" "$features/synthetic"
    for name in "${real[@]}"; do
        [ ! -e "$data/$name/manifest.jsonl" ] || features_of "$data/$name" "$features/$name"
    done
}

speech_lm() { train_present speech-lm; }

flow_matching() {
    train_present flow-matching
    train_present flow-distillation
}

# Voices of the model: name, corpus, speaker, gender, licence, source. The first whose corpus is there
# speaks unasked.
bundled_voices() {
    cat <<VOICES
kathleen|$data/kathleen|kathleen|f|CC0-1.0|https://github.com/rhasspy/dataset-voice-kathleen
linda|$data/ljspeech|ljspeech|f|public domain|https://keithito.com/LJ-Speech-Dataset
clb|$synthetic|rhvoice:clb:a1.00:p1.00|f|LGPL-2.1-or-later|RHVoice
slt|$synthetic|rhvoice:slt:a1.00:p1.00|f|LGPL-2.1-or-later|RHVoice
bdl|$synthetic|rhvoice:bdl:a1.00:p1.00|m|LGPL-2.1-or-later|RHVoice
alan|$synthetic|rhvoice:alan:a1.00:p1.00|m|LGPL-2.1-or-later|RHVoice
rms|$synthetic|flite:rms:a1.00:p1.00|m|BSD-like|flite
VOICES
}

model() {
    local voice name corpus speaker gender licence whence default='' voices=()
    while IFS='|' read -r name corpus speaker gender licence whence; do
        if grep -qsF "\"speaker\": \"$speaker\"" "$corpus/manifest.jsonl"; then
            voices+=("$name|$corpus|$speaker|$gender|$licence|$whence")
            default=${default:-$name}
        fi
    done < <(bundled_voices)
    [ -n "$default" ] || { echo "run.sh: no corpus has the speaker of a bundled voice" >&2; exit 1; }
    tts prepare model "$runs/model" --name "$size" --licence Apache-2.0 -l en --default-voice "$default" \
        --text-tokenizer "$data/tokenizer.json" \
        --part "speech_lm=$runs/speech-lm/export" \
        --part "speaker_encoder=$runs/speech-lm/export" \
        --part "flow_matching=$(trained_flow)" \
        --part "audio_tokenizer=$runs/tokenizer/export" \
        --part "flow_vae_encoder=$runs/flow-vae/export" \
        --part "flow_vae_decoder=$runs/flow-vae/export" \
        --part "recogniser=$runs/recogniser/export"
    for voice in "${voices[@]}"; do
        IFS='|' read -r name corpus speaker gender licence whence <<<"$voice"
        add_voice "$name" "$corpus" "$speaker" --language en --gender "$gender" \
            --licence "$licence" --source "$whence"
    done
    tts synthesize "The model is complete, and this is how it sounds." -o "$runs/hello.wav" \
        --model "$runs/model" --device "$device"
}

evaluate() {
    local list=$runs/test_lists
    # Unseen synthetic speakers, and what their own engines make of the same sentences.
    tts prepare test-list "$data/test/unseen/manifest.jsonl" "$list/unseen" --count "$items"
    score_both unseen
    # Recorded voices that were trained on, saying what they were not trained on.
    tts prepare test-list "$data/test/natural/manifest.jsonl" "$list/natural" --count "$items" \
        --speaker rhvoice:clb:a1.00:p1.00 --speaker rhvoice:bdl:a1.00:p1.00 \
        --speaker flite:rms:a1.00:p1.00
    score_both natural
    if [ -e "$data/kathleen/manifest.jsonl" ]; then
        tts prepare test-list "$data/kathleen/manifest.jsonl" "$list/kathleen" --count "$items" \
            --texts "$data/held_out.txt"
        score_both kathleen
    fi
    if [ -e "$data/unseen_people/manifest.jsonl" ]; then
        tts prepare test-list "$data/unseen_people/manifest.jsonl" "$list/people" --count "$items" \
            --say "$data/test_sentences.txt"
        score_model "$list/people/list.jsonl" people
        score_codec people
    fi
    score_codec unseen
}

run_stages
