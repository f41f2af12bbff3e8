#!/usr/bin/env bash
# One node's part in training a stage on several nodes. Start it on each of them, with the same
# settings, in a folder that all of them see:
#
#   NODES=2 HEAD=node1:29500 RUN=speech-lm recipes/cluster/torchrun.sh \
#       speech-lm --config recipes/large/speech-lm.yaml data.workers=12
#
# NODES  how many nodes train together (default: 1)
# GPUS   of this node (default: all)
# HEAD   name and free port of one of the nodes, where they meet (default: localhost:29500)
# RUN    name of the run, the same on all nodes (default: the stage's)
# PYTHON the interpreter that has this package (default: python3)
#
# When a worker dies, all are started again, three times at most, and go on from the last
# checkpoint.
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "usage: NODES=2 HEAD=node1:29500 $0 STAGE --config RECIPE [KEY=VALUE]..." >&2
    exit 2
fi

# Each node counts for itself how often its workers were started. With a store in common they would
# look for each other under different numbers.
export TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1
# Batches differ in shape; memory that is not bound to a size serves all of them.
export PYTORCH_ALLOC_CONF="${PYTORCH_ALLOC_CONF:-expandable_segments:True}"
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-4}"

exec "${PYTHON:-python3}" -m torch.distributed.run \
    --nnodes "${NODES:-1}" \
    --nproc-per-node "${GPUS:-gpu}" \
    --max-restarts 3 \
    --rdzv-backend c10d \
    --rdzv-endpoint "${HEAD:-localhost:29500}" \
    --rdzv-id "${RUN:-$1}" \
    -m minimax_speech.cli train "$@"
