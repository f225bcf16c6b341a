#!/usr/bin/env bash
# Sets up what is missing, then runs the tests: test.sh [--light|--full] [PYTEST ARGS...]
#
# --light leaves the libraries of the model engines out, and later calls do too until one says
# --full. The exit status is pytest's.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

mapfile -t extras < <(engines_wanted "$@")
if [[ ${1:-} == --light || ${1:-} == --full ]]; then shift; fi
set_up dev "${extras[@]}"
cd -- "$root"
export QT_QPA_PLATFORM=offscreen
# The real films that some tests read; where they can't be had, those tests are left out by name.
"$venv/bin/python" -m tests.real_media || true
# Each process takes a stretch of the tests, so that neighbours share what a module sets up, and
# helps the others in the end. Three keep two cores busy: tests of windows and of engine processes
# wait for one another's threads a good part of the time. Each takes 1 to 2 GB of memory; a later
# -n among the arguments is the one that counts.
exec "$venv/bin/python" -m pytest -n 3 --dist worksteal "$@"
