# Options, stages, and the commands that several of them give. The run scripts source this.
#
# A script names its stages, each a function of its own, in `stages`, adds what else it takes to
# `options`, defines usage(), and ends with
#
#     read_options "$@"; ...; run_stages
# A script also sets `runs`, the folder of the trainings, and `recognisers`, the judges.
# shellcheck shell=bash disable=SC2034 # the scripts use what is set here

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
declare -A options=(
    [data]=downloads [work]=. [size]=small [stage]=0 [stop-stage]='' [jobs]=$(nproc) [device]=auto
    [gpus]=1
)
stages=() recognisers=() runs=runs
overrides=() # KEY=VALUE words: settings of every training

fail() { # MESSAGE: the one line that says what is wrong
    echo "run.sh: $*" >&2
    exit 2
}

need() { # PATH WHENCE
    [ -e "$1" ] || fail "$1 is missing: $2"
}

read_options() { # WORD...
    local name
    while [ $# -gt 0 ]; do
        name=${1#--}
        case $1 in
            -h | --help) usage; exit ;;
            --?*)
                [ -n "${options[$name]+known}" ] || fail "unknown option $1; see --help"
                [ $# -gt 1 ] || fail "$1 needs a value"
                options[$name]=$2
                shift 2
                ;;
            [a-z]*=*) overrides+=("$1"); shift ;;
            *) fail "unknown option $1; see --help" ;;
        esac
    done
    for name in data manifest; do # the stages run in another folder
        [ -z "${options[$name]-}" ] || options[$name]=$(realpath -m "${options[$name]}")
    done
    data_in=${options[data]}
    size=${options[size]} jobs=${options[jobs]} device=${options[device]}
    recipes=$repo/recipes/$size
    first=${options[stage]} last=${options[stop-stage]:-$((${#stages[@]} - 1))}
}

run_stages() { # from $first to $last, in the folder --work
    local number
    for number in "$first" "$last"; do
        if ! [[ $number =~ ^[0-9]+$ ]] || ((number >= ${#stages[@]})); then
            fail "stage $number: use 0 to $((${#stages[@]} - 1))"
        fi
    done
    mkdir -p "${options[work]}"
    cd "${options[work]}" || exit
    [ "$device" != cpu ] || export CUDA_VISIBLE_DEVICES=
    for ((number = first; number <= last; number++)); do
        echo "=== stage $number: ${stages[number]} ($(date +%T))"
        "${stages[number]}"
    done
}

# --- what is given more than once ---

train() { # STAGE RECIPE [KEY=VALUE...]
    local launcher=(tts)
    [ "${options[gpus]}" = 1 ] ||
        launcher=(torchrun --nproc-per-node "${options[gpus]}" -m minimax_speech.cli)
    "${launcher[@]}" train "$1" --config "$2" "${@:3}" "${overrides[@]}"
}

make_features() { # CORPUS FEATURES AUDIO_TOKENIZER VAE_ENCODER: folders, then weights files
    tts prepare features "$1/manifest.jsonl" "$2" --device "$device" -j "$jobs" \
        --audio-tokenizer "$3" --vae-encoder "$4"
}

add_voice() { # NAME CORPUS SPEAKER [OPTION...]: a voice of $runs/model, of a speaker of a corpus
    local name=$1 clips clip references=()
    clips=$(tts prepare clips "$2/manifest.jsonl" "$runs/clips/$name" --speaker "$3" --count 8)
    while read -r clip; do references+=(-r "$clip"); done <<<"$clips"
    mkdir -p "$runs/model/voices"
    MINIMAX_SPEECH_HOME=$runs/home tts voice add "$name" "${references[@]}" --force \
        --model "$runs/model" --device "$device" "${@:4}"
    MINIMAX_SPEECH_HOME=$runs/home tts voice export "$name" --force --model "$runs/model" \
        "$runs/model/voices/$name.safetensors"
}

trained_flow() { # the export that holds flow matching: of the last stage that was run
    local stage
    for stage in flow-distillation flow-matching speech-lm; do
        [ ! -e "$runs/$stage/export" ] || break
    done
    echo "$runs/$stage/export"
}

score() { # LIST NAME [OPTION...]: a test list by its judges, into $runs/evaluation/NAME
    local judge judges=()
    for judge in "${recognisers[@]}"; do judges+=(--recogniser "$judge"); done
    tts evaluate "$1" -o "$runs/evaluation/$2" -j "$jobs" "${judges[@]}" "${@:3}"
}

score_model() { # LIST NAME [OPTION...]: what the model makes of a test list
    score "$1" "$2" --model "$runs/model" --device "$device" "${@:3}"
}

score_both() { # NAME: the recordings of a test list, and what the model makes of it against them
    local list=$runs/test_lists/$1/list.jsonl
    score "$list" "$1_originals" --targets
    score_model "$list" "$1" --against "$runs/evaluation/$1_originals"
}

score_codec() { # NAME: what the Flow-VAE makes of the clips of a test list
    tts evaluate "$runs/test_lists/$1/list.jsonl" -o "$runs/evaluation/$1_codec" --resynthesis \
        --model "$runs/model" --device "$device" -j "$jobs"
}
