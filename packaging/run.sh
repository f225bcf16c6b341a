#!/usr/bin/env bash
# Sets up what is missing, then runs PrismDesk: run.sh [--light] [ARGS...]
#
# With arguments: `prismdesk ARGS`. Without: the application on the sample film where there is a
# display, the same job headless where there is none. --light leaves the libraries of the model
# engines out. The exit status is PrismDesk's.
set -euo pipefail
# shellcheck source=packaging/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/setup.sh"

extras=(engines)
if [[ ${1:-} == --light ]]; then
  extras=()
  shift
fi
set_up "${extras[@]}"
if (($# == 0)); then set -- demo; fi
exec "$venv/bin/prismdesk" "$@"
