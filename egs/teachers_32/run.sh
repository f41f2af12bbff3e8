#!/usr/bin/env bash
# A model of up to 32 languages from scratch: from speech engines to a model that speaks.
# See README.md beside this file. Each stage can be run again; interrupted ones go on.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../shared/stages.sh
source "$(dirname "$0")/../shared/stages.sh"

usage() {
    cat <<'USAGE'
run.sh [options] [KEY=VALUE...]: the words set what the recipes say, as data.batch_seconds=80
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
  --gpus N            of this machine, to train on (default: 1)
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
options+=([languages]='' [hours]='' [main-hours]='' [engines-root]='' [espeak]='')
read_options "$@"
engine_options=()
for name in engines-root espeak; do
    [ -z "${options[$name]}" ] || engine_options+=("--$name" "$(realpath "${options[$name]}")")
done

case $size in
    small)
        sentences=40000 voices=300 warps=11 pieces=4096 held_out=20 tests=80 items=10
        hours=5 main_hours=20 ;;
    toy)
        sentences=60 voices=4 warps=1 pieces=600 held_out=3 tests=80 items=2
        hours=0.02 main_hours=0.02 ;;
    *) fail "--size is $size: use small or toy" ;;
esac
hours=${options[hours]:-$hours} main_hours=${options[main-hours]:-$main_hours}
data=data/teachers_32 runs=runs/teachers_32_$size
recognisers=("ctc=$runs/recogniser/export/recogniser.safetensors")
# Held-out speakers: espeak voices behind the first 300.
test_voices=300-339

languages=${options[languages]//,/ }
if [ -z "$languages" ]; then # all but Hebrew, which no engine reads without its vowels
    for file in "$data_in"/en.txt "$data_in"/??.txt "$data_in"/???.txt; do
        code=$(basename "$file" .txt)
        [[ ! -e $file || $code = he || " $languages " = *" $code "* ]] || languages+="$code "
    done
fi
read -ra codes <<<"$languages"
[ ${#codes[@]} -gt 0 ] || fail "no texts in $data_in: put sentences there, as de.txt"
main=${codes[0]}

# --- helpers ---

train_on_all() { # STAGE [KEY=VALUE...]: by its recipe, on the synthetic corpus
    local about="manifest: $data/synthetic/manifest.jsonl, features: $data/features"
    train "$1" "$recipes/$1.yaml" "out=$runs/$1" "data.sources=[{$about}]" \
        "data.exclude_texts=$data/held_out.txt" data.language_power=0.7 "${@:2}"
}

# --- stages ---

engines() {
    local code
    tts prepare engines "${engine_options[@]}"
    for code in "${codes[@]}"; do
        need "$data_in/$code.txt" "put sentences there, one a line (README.md says whence)"
    done
}

sentences() {
    local code
    mkdir -p "$data/sentences" "$data/test"
    for code in "${codes[@]}"; do
        tail -n "$held_out" "$data_in/$code.txt" >"$data/test/$code.raw"
        tts prepare held-out "$data/test/$code.raw" -o "$data/test/$code.txt" -l "$code"
        tts prepare sentences "$data_in/$code.txt" -o "$data/sentences/$code.txt" -l "$code" \
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

tokenizer() { train_on_all tokenizer model.tokenizer.form=read; }

flow_vae() { train_on_all flow-vae; }

recogniser() {
    train_on_all recogniser model.recogniser.form=read model.tell_languages=true
}

features() {
    make_features "$data/synthetic" "$data/features" \
        "$runs/tokenizer/export/audio_tokenizer.safetensors" \
        "$runs/flow-vae/export/flow_vae_encoder.safetensors"
}

speech_lm() { train_on_all speech-lm "data.tokenizer=$data/tokenizer.json"; }

flow_matching() {
    train_on_all flow-matching "init_from=$runs/speech-lm/export"
    train_on_all flow-distillation "init_from=$runs/flow-matching/export"
}

model() {
    local code speaker languages_of=()
    for code in "${codes[@]}"; do languages_of+=(-l "$code"); done
    tts prepare model "$runs/model" --name teachers_32 --licence Apache-2.0 "${languages_of[@]}" \
        --text-tokenizer "$data/tokenizer.json" \
        --part "speech_lm=$runs/speech-lm/export" \
        --part "speaker_encoder=$runs/speech-lm/export" \
        --part "flow_matching=$(trained_flow)" \
        --part "audio_tokenizer=$runs/tokenizer/export" \
        --part "flow_vae_encoder=$runs/flow-vae/export" \
        --part "flow_vae_decoder=$runs/flow-vae/export" \
        --part "recogniser=$runs/recogniser/export"
    # A recorded voice of the main language, if an engine had one.
    speaker=$(sed -nE '/"speaker": "[^"]*:a1\.00:p1\.00", "language": "'"$main"'"/{
        s/.*"speaker": "([^"]*)".*/\1/p; q}' "$data/synthetic/manifest.jsonl")
    add_voice default "$data/synthetic" "${speaker:-espeak:v000}"
}

evaluate() {
    local code list=$runs/test_lists
    for code in "${codes[@]}"; do
        tts prepare test-list "$data/test/unseen/manifest.jsonl" "$list/$code" --count "$items" \
            --texts "$data/test/$code.txt"
        score_model "$list/$code/list.jsonl" "$code"
    done
}

run_stages
