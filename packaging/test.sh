#!/usr/bin/env bash
# Sets up what is missing, then runs the tests: test.sh [--light] [PYTEST ARGS...]
#
# --light leaves the libraries of the model engines out. The exit status is pytest's.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

extras=(dev engines)
if [[ ${1:-} == --light ]]; then
  extras=(dev)
  shift
fi
set_up "${extras[@]}"
cd -- "$root"
export QT_QPA_PLATFORM=offscreen
# The real films that some tests read; where they can't be had, those tests are left out by name.
"$venv/bin/python" -m tests.real_media || true
exec "$venv/bin/python" -m pytest "$@"
