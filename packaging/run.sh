#!/usr/bin/env bash
# Sets up what is missing, then runs PrismDesk: run.sh [--light|--full] [ARGS...]
#
# With arguments: `prismdesk ARGS`. Without: the application on the sample film where there is a
# display, the same job headless where there is none. --light leaves the libraries of the model
# engines out, and later calls do too until one says --full. The exit status is PrismDesk's.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

mapfile -t extras < <(engines_wanted "$@")
if [[ ${1:-} == --light || ${1:-} == --full ]]; then shift; fi
set_up "${extras[@]}"
if (($# == 0)); then set -- demo; fi
exec "$venv/bin/prismdesk" "$@"
