#!/usr/bin/env bash
# Sets up an environment of its own (.venv) and passes every check. Needs only Python 3.11+ and pip.
set -euo pipefail
cd "$(dirname "$0")"

python=.venv/bin/python
[ -x "$python" ] || "${PYTHON:-python3}" -m venv .venv
export PATH="$PWD/.venv/bin:$PATH" # shellcheck and hadolint come from the dev extra
if ! "$python" -m pip install --quiet -e '.[dev,eval]'; then
    echo "test.sh: the eval extra does not build here (it needs a C compiler): its tests will skip" >&2
    "$python" -m pip install --quiet -e '.[dev]'
fi

"$python" -m ruff check .
"$python" -m ruff format --check .
"$python" -m mypy
"$python" -m pytest -n auto "$@"
