# The stages of a run on a corpus of recordings. A run script sources this, says what is its own, and
# ends with `run "$@"`:
#
#     corpus         the layout that `tts prepare recordings` reads; names data/ and runs/
#     folders        what its folder is called below --data; patterns, the first one that is there
#     languages      their codes; or options[language], for the user to say
#     training       its parts for training; none if it is not divided
#     testing        its parts for evaluation,
#     test_speakers  or people who are left out of training,
#     or neither     texts are left out of training
#     licence, whence  of the recordings, for the voices made of them
#     download       a function: the corpus into $data_in
# shellcheck shell=bash disable=SC2034,SC2154 # the scripts set and use what is here
# shellcheck source-path=SCRIPTDIR source=stages.sh
source "${BASH_SOURCE[0]%/*}/stages.sh"

stages=(download prepare text tokenizer flow_vae recogniser features speech_lm flow_matching model
    evaluate)
options+=([stage]=1 [init-from]=nothing [recogniser]='')
folders=() languages=() training=() testing=() test_speakers=() licence='' whence=''
most_held_out=100 most_items=100

usage() {
    local name
    local -A own=(
        [language]="  --language CODE     or several, as in de,fr (default: ${options[language]:-none})"
        [training]="  --training PART     or several, as in A,B (default: ${options[training]-})"
        [speaker]='  --speaker NAME      whose clips they are'
        [manifest]='  --manifest FILE     JSONL manifest of the clips, if there is one'
        [licence]='  --licence TEXT      of the clips; the voice will tell'
    )
    sed -n '2s/^# //p' "$0"
    cat <<USAGE
run.sh [options] [KEY=VALUE...]
  --data DIR          ${data_help:-folder that holds the corpus} (default: ${options[data]})
  --work DIR          where data/ and runs/ are made (default: here)
USAGE
    for name in language training speaker manifest licence; do
        [ -z "${options[$name]+known}" ] || echo "${own[$name]}"
    done
    cat <<USAGE
  --init-from MODEL   fine-tune this model, a folder or a name, or "nothing" (default:
                      ${options[init-from]})
  --size NAME         toy, small or base: of a model from nothing (default: small)
  --stage N           first stage (default: 1)
  --stop-stage M      last stage (default: 10)
  --recogniser NAME   judge of stage 10, or NAME=WEIGHTS, or several with commas (default: the
                      run's own, and pocketsphinx for English)
  --jobs N            processes (default: all cores)
  --device NAME       auto, cpu or cuda (default: auto)
  --gpus N            GPUs that train together (default: 1)
  KEY=VALUE           settings that replace those of every recipe
Stages:
  0 download     1 prepare           2 text             3 tokenizer
  4 flow_vae     5 recogniser        6 features         7 speech_lm
  8 flow_matching                    9 model           10 evaluate
USAGE
}

run() { # WORD...
    read_options "$@"
    case $size in
        toy) pieces=300 most_held_out=2 most_items=2 ;;
        small | base) ;;
        *) fail "--size is $size: use toy, small or base" ;;
    esac
    [ -z "${options[training]-}" ] || IFS=, read -ra training <<<"${options[training]}"
    if [ -n "${options[language]+known}" ]; then
        IFS=, read -ra languages <<<"${options[language]}"
        ((${#languages[@]})) || fail "the language is not said: give --language CODE, as in de"
    fi
    licence=${options[licence]-$licence}
    data=data/$corpus runs=runs/$corpus/$size start=
    [ "${options[init-from]}" = nothing ] || start_from "${options[init-from]}"
    run_stages
}

start_from() { # MODEL: its folder becomes $start
    [ "$size" = small ] || fail "--size $size is of a model from nothing: give --init-from nothing"
    start=$(tts info --model "$1" | sed -n '1s/^[^:]*: //p')
    recipes=$repo/recipes/finetune runs=runs/$corpus/finetune
    start=$(realpath "$start")
}

# --- helpers ---

take() { # CODE CORPUS [PART...]: recordings into a corpus
    local pattern place='' parts=() part
    for part in "${@:3}"; do parts+=(--part "$part"); done
    for pattern in "${folders[@]}"; do
        place=${place:-$(compgen -G "$data_in/$pattern" | tail -n 1 || true)} # the newest release
    done
    place=${place:-$data_in/${folders[0]}}
    tts prepare recordings "$place" "$2" --layout "$corpus" -l "$1" -j "$jobs" "${parts[@]}"
}

fetch() { # URL FOLDER [SUM:DIGEST]: a file into $data_in, unpacked; interrupted downloads go on
    local file=$data_in/${1##*/}
    mkdir -p "$data_in"
    if [ ! -e "$file" ]; then
        curl --fail --location --continue-at - --output "$file.part" "$1"
        [ -z "${3-}" ] || echo "${3#*:}  $file.part" | "${3%%:*}" --check --status ||
            fail "$file.part is not what $1 should hold: remove it and try again"
        mv "$file.part" "$file"
    fi
    mkdir -p "$data_in/$2"
    case $file in
        *.zip) unzip -qo "$file" -d "$data_in/$2" ;;
        *) tar -xf "$file" -C "$data_in/$2" ;;
    esac
}

joined() { # WORD...: with commas
    local IFS=,
    echo "$*"
}

train_on() { # STAGE [KEY=VALUE...]: on what is not left for evaluation
    local code sources=()
    for code in "${languages[@]}"; do
        sources+=("{manifest: $data/$code/manifest.jsonl, features: $runs/features/$code}")
    done
    train "$1" "$recipes/$1.yaml" "data.sources=[$(joined "${sources[@]}")]" "out=$runs/$1" \
        "data.exclude_texts=$data/held_out.txt" \
        "data.exclude_speakers=[$(joined "${test_speakers[@]}")]" "${@:2}"
}

train_unless_there() { # STAGE: a part that fine-tuning leaves as it is
    if [ -n "$start" ]; then
        echo "as in $start"
    else
        train_on "$1"
    fi
}

part() { # NAME STAGE: the weights of a part: the model's to start from, or trained here
    echo "${start:-$runs/$2/export}/$1.safetensors"
}

hold_out() { # texts for evaluation, a tenth at most, where neither parts nor people are left for it
    local code count
    : >"$data/held_out.txt"
    ((${#testing[@]} + ${#test_speakers[@]} == 0)) || return 0
    for code in "${languages[@]}"; do
        count=$(($(wc -l <"$data/$code/manifest.jsonl") / 10))
        count=$((count > most_held_out ? most_held_out : count > 0 ? count : 1))
        tts prepare held-out --manifest "$data/$code/manifest.jsonl" --count "$count" \
            -o "$data/$code/held_out.txt"
        cat "$data/$code/held_out.txt" >>"$data/held_out.txt"
    done
}

most_heard() { # CODE: the speaker with the most speech, not one of evaluation, and their gender
    awk -F '\t' -v tested=" ${test_speakers[*]} " '
        NR > 1 && $5 > most && !index(tested, " " $1 " ") { most = $5; who = $1 "|" substr($2, 1, 1) }
        END { print who }' "$data/$1/speakers.tsv"
}

# --- stages ---

prepare() {
    local code
    mkdir -p "$data"
    for code in "${languages[@]}"; do
        take "$code" "$data/$code" "${training[@]}"
        ((${#testing[@]} == 0)) || take "$code" "$data/${code}_test" "${testing[@]}"
    done
    hold_out
}

text() {
    local code texts=() how
    for code in "${languages[@]}"; do texts+=("$code=$data/$code/manifest.jsonl"); done
    mkdir -p "$runs"
    if [ -n "$start" ]; then
        how=(--extend "$start/tokenizer.json" --vocab-size 65536)
    else
        how=(--lowercase --vocab-size "${pieces:-$(usual_pieces)}")
    fi
    tts prepare text-tokenizer "${texts[@]}" -o "$runs/tokenizer.json" "${how[@]}"
}

usual_pieces() { # room for the characters of languages that have thousands, and for bytes
    local code pieces=300
    for code in "${languages[@]}"; do
        case $code in
            zh | yue | ja | ko) pieces=$((pieces + 7000)) ;;
            *) pieces=$((pieces + 800)) ;;
        esac
    done
    echo "$pieces"
}

tokenizer() { train_unless_there tokenizer; }

flow_vae() { train_unless_there flow-vae; }

recogniser() { train_unless_there recogniser; }

features() {
    local code
    for code in "${languages[@]}"; do
        make_features "$data/$code" "$runs/features/$code" "$(part audio_tokenizer tokenizer)" \
            "$(part flow_vae_encoder flow-vae)"
    done
}

speech_lm() {
    train_on speech-lm "data.tokenizer=$runs/tokenizer.json" ${start:+"init_from=$start"}
}

flow_matching() {
    train_on flow-matching "init_from=$runs/speech-lm/export"
    [ -n "$start" ] || train_on flow-distillation "init_from=$runs/flow-matching/export"
}

model() {
    local code speaker gender spoken=() named=''
    for code in "${languages[@]}"; do
        spoken+=(-l "$code")
        named=${named:-$(voice_of "$code")}
    done
    tts prepare model "$runs/model" --name "$corpus" "${spoken[@]}" --default-voice "$named" \
        --max-mib 4096 --text-tokenizer "$runs/tokenizer.json" \
        --part "speech_lm=$runs/speech-lm/export" \
        --part "speaker_encoder=$(part speaker_encoder speech-lm)" \
        --part "flow_matching=$(trained_flow)" \
        --part "audio_tokenizer=$(part audio_tokenizer tokenizer)" \
        --part "flow_vae_encoder=$(part flow_vae_encoder flow-vae)" \
        --part "flow_vae_decoder=$(part flow_vae_decoder flow-vae)" \
        --part "recogniser=$(part recogniser recogniser)"
    if compgen -G "$start/voices/*.safetensors" >/dev/null; then
        mkdir -p "$runs/model/voices" # of the same speaker encoder, so that they stay valid
        cp "$start/voices/"*.safetensors "$runs/model/voices"
    fi
    for code in "${languages[@]}"; do
        IFS='|' read -r speaker gender < <(most_heard "$code")
        add_voice "$(voice_of "$code")" "$data/$code" "$speaker" --language "$code" \
            ${gender:+--gender "$gender"} ${licence:+--licence "$licence"} \
            ${whence:+--source "$whence"}
    done
}

voice_of() { # CODE: what the voice of a language is called: as its speaker is, shortened
    local speaker
    speaker=$(most_heard "$1")
    speaker=${speaker%|*}
    speaker=${speaker##*/}
    echo "${speaker:0:12}"
}

evaluate() {
    local code from speaker chosen=()
    for code in "${languages[@]}"; do
        from=$data/$code chosen=()
        if ((${#testing[@]})); then
            from=$data/${code}_test
        elif ((${#test_speakers[@]})); then
            for speaker in "${test_speakers[@]}"; do chosen+=(--speaker "$speaker"); done
        else
            chosen=(--texts "$data/$code/held_out.txt")
        fi
        tts prepare test-list "$from/manifest.jsonl" "$runs/test_lists/$code" \
            --count "$most_items" "${chosen[@]}"
        judges_of "$code"
        score_both "$code"
        score_codec "$code"
    done
}

judges_of() { # CODE: sets $recognisers
    if [ -n "${options[recogniser]}" ]; then
        IFS=, read -ra recognisers <<<"${options[recogniser]}"
    else
        recognisers=("ctc=$(part recogniser recogniser)")
        [ "$1" != en ] || recognisers+=(pocketsphinx)
    fi
}
