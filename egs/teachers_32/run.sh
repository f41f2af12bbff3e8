#!/usr/bin/env bash
# A model of up to 32 languages from scratch: from speech engines to a model that speaks.
# See README.md beside this file. Each stage can be run again; interrupted ones go on.
set -euo pipefail

usage() {
    cat <<'USAGE'
run.sh [options]
  --data DIR          texts that you bring, as DIR/de.txt (default: downloads)
  --work DIR          where data/ and runs/ are made (default: here)
  --languages LIST    codes, the main one first (default: those of the texts, English first)
  --hours H           of a language (default: 5)
  --main-hours H      of the main one (default: 20)
  --size small|toy    toy runs through all stages on a CPU in minutes (default: small)
  --stage N           first stage (default: 0)
  --stop-stage M      last stage (default: 11)
  --jobs N            processes (default: all cores)
  --device NAME       auto, cpu or cuda (default: auto)
  --engines-root DIR  folder of unpacked engine packages
  --espeak DIR        folder with libespeak-ng.so and espeak-ng-data
Stages:
  0 engines      1 sentences         2 synthetic        3 text
  4 tokenizer    5 flow_vae          6 recogniser       7 features
  8 speech_lm    9 flow_matching    10 model           11 evaluate
USAGE
}

stages=(engines sentences synthetic text tokenizer flow_vae recogniser features speech_lm
    flow_matching model evaluate)
repo=$(cd "$(dirname "$0")/../.." && pwd)
source=downloads work=. languages='' hours=5 main_hours=20 size=small first=0 last=11 jobs=$(nproc)
device=auto engine_options=()

while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit ;;
        --data | --work | --languages | --hours | --main-hours | --size | --stage | --stop-stage | \
            --jobs | --device | --engines-root | --espeak)
            [ $# -gt 1 ] || { echo "run.sh: $1 needs a value" >&2; exit 2; } ;;
        *) echo "run.sh: unknown option $1; see --help" >&2; exit 2 ;;
    esac
    case $1 in
        --data) source=$2 ;;
        --work) work=$2 ;;
        --languages) languages=$2 ;;
        --hours) hours=$2 ;;
        --main-hours) main_hours=$2 ;;
        --size) size=$2 ;;
        --stage) first=$2 ;;
        --stop-stage) last=$2 ;;
        --jobs) jobs=$2 ;;
        --device) device=$2 ;;
        --engines-root | --espeak) engine_options+=("$1" "$(realpath "$2")") ;;
    esac
    shift 2
done

case $size in
    small) sentences=40000 voices=300 warps=11 pieces=4096 held_out=20 tests=80 items=10 ;;
    toy)
        sentences=60 voices=4 warps=1 pieces=600 held_out=3 tests=80 items=2
        hours=0.02 main_hours=0.02 ;;
    *) echo "run.sh: --size is $size: use small or toy" >&2; exit 2 ;;
esac
recipes=$repo/recipes/$size
data=data/teachers_32 runs=runs/teachers_32_$size
# Held-out speakers: espeak voices behind the first 300.
test_voices=300-339

for number in "$first" "$last"; do
    if ! [[ $number =~ ^[0-9]+$ ]] || ((number >= ${#stages[@]})); then
        echo "run.sh: stage $number: use 0 to $((${#stages[@]} - 1))" >&2
        exit 2
    fi
done

source=$(realpath -m "$source")
if [ -z "$languages" ]; then # all but Hebrew, which no engine reads without its vowels
    for file in "$source"/en.txt "$source"/??.txt "$source"/???.txt; do
        code=$(basename "$file" .txt)
        [[ ! -e $file || $code = he || " $languages " = *" $code "* ]] || languages+="$code "
    done
fi
read -ra codes <<<"${languages//,/ }"
[ ${#codes[@]} -gt 0 ] || { echo "run.sh: no texts in $source: put some there, as de.txt" >&2; exit 2; }
main=${codes[0]}
mkdir -p "$work" && cd "$work"
[ "$device" != cpu ] || export CUDA_VISIBLE_DEVICES=

# --- helpers ---

train() { # STAGE [KEY=VALUE...]: by its recipe, on the synthetic corpus
    local stage=$1 about="manifest: $data/synthetic/manifest.jsonl, features: $data/features"
    tts train "$stage" --config "$recipes/$stage.yaml" "out=$runs/$stage" \
        "data.sources=[{$about}]" "data.exclude_texts=$data/held_out.txt" \
        data.language_power=0.7 "${@:2}"
}

# --- stages ---

engines() {
    local code
    tts prepare engines "${engine_options[@]}"
    for code in "${codes[@]}"; do
        [ -e "$source/$code.txt" ] || { echo "run.sh: $source/$code.txt is missing" >&2; exit 2; }
    done
}

sentences() {
    local code
    mkdir -p "$data/sentences" "$data/test"
    for code in "${codes[@]}"; do
        tail -n "$held_out" "$source/$code.txt" >"$data/test/$code.raw"
        tts prepare held-out "$data/test/$code.raw" -o "$data/test/$code.txt" -l "$code"
        tts prepare sentences "$source/$code.txt" -o "$data/sentences/$code.txt" -l "$code" \
            --count "$sentences" --exclude "$data/test/$code.txt"
    done
    for code in "${codes[@]}"; do cat "$data/test/$code.txt"; done >"$data/held_out.txt"
}

synthetic() {
    local code texts=("$main=$data/sentences/$main.txt:$main_hours") tests_of=()
    for code in "${codes[@]:1}"; do texts+=("$code=$data/sentences/$code.txt:$hours"); done
    tts prepare synthetic "${texts[@]}" "$data/synthetic" --espeak-voices "$voices" \
        --warps "$warps" -j "$jobs" "${engine_options[@]}"
    for code in "${codes[@]}"; do tests_of+=("$code=$data/test/$code.txt"); done
    tts prepare synthetic "${tests_of[@]}" "$data/test/unseen" --count "$tests" \
        --espeak-voices "$test_voices" --natural-share 0 -j "$jobs" "${engine_options[@]}"
}

text() {
    local code texts=()
    for code in "${codes[@]}"; do texts+=("$code=$data/sentences/$code.txt"); done
    tts prepare text-tokenizer "${texts[@]}" -o "$data/tokenizer.json" --vocab-size "$pieces" \
        --lowercase --read
}

tokenizer() { train tokenizer model.tokenizer.form=read; }

flow_vae() { train flow-vae; }

recogniser() { train recogniser model.recogniser.form=read; }

features() {
    tts prepare features "$data/synthetic/manifest.jsonl" "$data/features" --device "$device" \
        -j "$jobs" --audio-tokenizer "$runs/tokenizer/export/audio_tokenizer.safetensors" \
        --vae-encoder "$runs/flow-vae/export/flow_vae_encoder.safetensors"
}

speech_lm() { train speech-lm "data.tokenizer=$data/tokenizer.json"; }

flow_matching() { train flow-matching "init_from=$runs/speech-lm/export"; }

model() {
    local code speaker clips clip languages_of=() references=()
    for code in "${codes[@]}"; do languages_of+=(-l "$code"); done
    tts prepare model "$runs/model" --name teachers_32 "${languages_of[@]}" \
        --text-tokenizer "$data/tokenizer.json" \
        --part "speech_lm=$runs/speech-lm/export" \
        --part "speaker_encoder=$runs/speech-lm/export" \
        --part "flow_matching=$runs/flow-matching/export" \
        --part "audio_tokenizer=$runs/tokenizer/export" \
        --part "flow_vae_encoder=$runs/flow-vae/export" \
        --part "flow_vae_decoder=$runs/flow-vae/export" \
        --part "recogniser=$runs/recogniser/export"
    mkdir -p "$runs/model/voices"
    # A recorded voice of the main language, if an engine had one.
    speaker=$(sed -nE '/"speaker": "[^"]*:a1\.00:p1\.00", "language": "'"$main"'"/{
        s/.*"speaker": "([^"]*)".*/\1/p; q}' "$data/synthetic/manifest.jsonl")
    clips=$(tts prepare clips "$data/synthetic/manifest.jsonl" "$runs/clips" \
        --speaker "${speaker:-espeak:v000}" --count 8)
    while read -r clip; do references+=(-r "$clip"); done <<<"$clips"
    MINIMAX_SPEECH_HOME=$runs/home tts voice add default "${references[@]}" --force \
        --model "$runs/model" --device "$device"
    MINIMAX_SPEECH_HOME=$runs/home tts voice export default --force --model "$runs/model" \
        "$runs/model/voices/default.safetensors"
}

evaluate() {
    local code list=$runs/test_lists
    for code in "${codes[@]}"; do
        tts prepare test-list "$data/test/unseen/manifest.jsonl" "$list/$code" --count "$items" \
            --texts "$data/test/$code.txt"
        tts evaluate "$list/$code/list.jsonl" -o "$runs/evaluation/$code" -j "$jobs" \
            --recogniser "ctc=$runs/recogniser/export/recogniser.safetensors" \
            --model "$runs/model" --device "$device"
    done
}

for ((number = first; number <= last; number++)); do
    echo "=== stage $number: ${stages[number]} ($(date +%T))"
    "${stages[number]}"
done
