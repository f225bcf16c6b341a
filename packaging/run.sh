#!/usr/bin/env bash
# Sets up what is missing, then runs PrismDesk: run.sh [--light|--full] [ARGS...]
#
# With arguments: `prismdesk ARGS`. Without: the window where there is a display, the sample film's
# whole journey on the command line where there is none. --light leaves the libraries of the model
# engines out, and later calls do too until one says --full. The exit status is PrismDesk's.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

mapfile -t extras < <(engines_wanted "$@")
if [[ ${1:-} == --light || ${1:-} == --full ]]; then shift; fi
set_up "${extras[@]}"
if (($# == 0)) && ! has_display; then set -- demo; fi
exec "$venv/bin/prismdesk" "$@"
