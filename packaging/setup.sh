# shellcheck shell=bash
# Shared by run.sh, test.sh and .ci/run: brings this machine to the point where PrismDesk runs.
#
# set_up EXTRA... installs missing system libraries, makes .venv in the checkout and installs
# PrismDesk into it with the extras named. When nothing has changed since, it returns at once
# without calling pip. The stamp that says so is written last, so an interrupted set-up never
# looks like a finished one.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly root
readonly venv=$root/.venv
readonly stamp=$venv/prismdesk-setup-done
readonly unfinished=$venv/prismdesk-setup-unfinished
readonly setup_log=$root/.venv-setup.log
readonly torch_version=2.13.0

# What Qt needs even without a display, and sound: "file that the loader looks for|Debian and Ubuntu package".
readonly libraries=(
  'libglib-2.0.so.0|libglib2.0-0'
  'libGL.so.1|libgl1'
  'libEGL.so.1|libegl1'
  'libfontconfig.so.1|libfontconfig1'
  'libxkbcommon.so.0|libxkbcommon0'
  'libdbus-1.so.3|libdbus-1-3'
  'libportaudio.so.2|libportaudio2'
)
# What a window on a display needs besides.
readonly display_libraries=(
  'libxcb-cursor.so.0|libxcb-cursor0'
  'libxcb-icccm.so.4|libxcb-icccm4'
  'libxcb-keysyms.so.1|libxcb-keysyms1'
  'libxcb-shape.so.0|libxcb-shape0'
  'libxkbcommon-x11.so.0|libxkbcommon-x11-0'
)

say() { printf 'prismdesk: %s\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

has_display() { [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; }

# Sets `python` to the newest-enough interpreter, python3 first.
find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      python=$candidate
      return
    fi
  done
  stop "Python 3.11 or later is needed and python3 is $(python3 --version 2>/dev/null || echo 'not installed');" \
    "install it (Debian 12, Ubuntu 24.04 and later have it) and run this again."
}

# Prints the packages that are missing, one a line.
missing_packages() {
  local known entry
  local -a wanted=("${libraries[@]}")
  if has_display; then wanted+=("${display_libraries[@]}"); fi
  known=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p)
  for entry in "${wanted[@]}"; do
    if [[ $known != *"${entry%%|*} "* ]]; then printf '%s\n' "${entry##*|}"; fi
  done
  if [[ ! -x $venv/bin/python ]] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    printf '%s-venv\n' "$python"
  fi
}

# Runs a command as root, asking for a password only where somebody can type one.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif [[ -t 0 ]]; then
    sudo -- "$@"
  else
    sudo -n -- "$@"
  fi
}

# Its output goes to the log; the end of it to the screen if it fails.
run_apt() {
  local -a options=(-q -o 'DPkg::Lock::Timeout=120' -o 'Acquire::Retries=2')
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" "$@" >>"$setup_log" 2>&1
}

stop_because_apt_failed() { # COMMAND
  tail -n 5 -- "$setup_log" >&2
  if grep -q 'Could not get lock' -- "$setup_log"; then
    stop "Another program is installing packages (apt is locked); wait until it is done and run this again."
  elif grep -qE 'No space left|enough free space' -- "$setup_log"; then
    stop "The disk is full, so system libraries could not be installed; free some space and run this again."
  elif grep -qE 'password is required|not in the sudoers|may not run sudo' -- "$setup_log"; then
    stop "System libraries are missing and sudo wants a password; run '$1' yourself, then this again."
  fi
  stop "System libraries could not be installed, see above and $setup_log;" \
    "check the network, or run '$1' yourself, then this again."
}

install_system_libraries() {
  local -a packages
  local advice
  mapfile -t packages < <(missing_packages)
  if ((${#packages[@]} == 0)); then return; fi
  advice="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
  if ! command -v apt-get >/dev/null 2>&1; then
    stop "This system lacks what Debian calls ${packages[*]}, and there is no apt-get;" \
      "install them with your system's package manager and run this again."
  fi
  if ((EUID != 0)) && ! command -v sudo >/dev/null 2>&1; then
    stop "System libraries are missing and there is neither root nor sudo; as root run '$advice', then this again."
  fi
  say "installing system packages: ${packages[*]}"
  run_apt update || stop_because_apt_failed "$advice"
  run_apt install -y --no-install-recommends "${packages[@]}" || stop_because_apt_failed "$advice"
}

make_environment() {
  if [[ -e $unfinished ]]; then
    say "the last set-up was interrupted; starting over"
    rm -f -- "$stamp"
  elif [[ -x $venv/bin/python ]] && [[ $(python_version "$venv/bin/python") == "$(python_version "$python")" ]] &&
    "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    return
  fi
  say "making a virtual environment in $venv"
  { mkdir -p -- "$venv" && : >"$unfinished"; } ||
    stop "$venv can't be written; check the folder's permissions and free space, then run this again."
  # Every entry goes but the mark, which has to outlive an interruption of this very step.
  find "$venv" -mindepth 1 -maxdepth 1 ! -path "$unfinished" -exec rm -rf -- {} +
  "$python" -m venv "$venv" >>"$setup_log" 2>&1 || {
    tail -n 5 -- "$setup_log" >&2
    stop "The virtual environment could not be made in $venv, see above; check free space and permissions, then run this again."
  }
}

python_version() { "$1" -c 'import sys; print(sys.version)' 2>/dev/null; }

install_with_pip() { # WHAT_IS_SAID PIP_ARGUMENT...
  local said=$1
  shift
  say "$said"
  # Shown: what is fetched, what is installed, what went wrong. All of it is in the log.
  if "$venv/bin/python" -m pip install --progress-bar off --no-input --disable-pip-version-check "$@" \
    2>&1 | tee -a -- "$setup_log" |
    sed -un -E '/^ *(Downloading|Processing|Installing collected|Successfully installed)/p; /^ *ERROR/p' >&2; then
    return
  fi
  rm -f -- "$unfinished" # pip undid its own work: no need to start over
  if grep -q 'No space left on device' -- "$setup_log"; then
    stop "The disk is full: PrismDesk needs about 3 GB here (1 GB with --light); free some space and run this again."
  elif grep -qE 'Temporary failure in name resolution|Failed to establish a new connection|Network is unreachable|timed out|ConnectionError|ProxyError|SSLError|from versions: none' -- "$setup_log"; then
    stop "The package index can't be reached; check the network (and proxy settings), then run this again."
  fi
  stop "Installing Python packages failed, see above and $setup_log; nothing outside $venv was changed."
}

# What an installation depends on: change any of it, and set-up runs again.
installation_key() {
  { cat -- "$root/pyproject.toml" "$root/packaging/setup.sh"; python_version "$python"; printf '%s\n' "$root"; } |
    sha256sum | cut -d ' ' -f 1
}

# Whether the stamp carries the key and each extra asked for.
is_installed() { # KEY EXTRA...
  local key=$1 extra
  local -a stamped=()
  shift
  [[ -r $stamp && ! -e $unfinished && -x $venv/bin/python ]] || return 1
  read -r -a stamped <"$stamp"
  [[ ${stamped[0]:-} == "$key" ]] || return 1
  for extra in "$@"; do
    [[ " ${stamped[*]:1} " == *" $extra "* ]] || return 1
  done
}

# Prints "engines" unless the first argument is --light, or an earlier set-up was made with it:
# the choice is remembered until --full is given.
engines_wanted() { # [--light|--full]
  local -a stamped=()
  case ${1:-} in
    --light) return ;;
    --full) ;;
    *)
      if [[ -r $stamp ]]; then
        read -r -a stamped <"$stamp" || true
        if [[ " ${stamped[*]:1} " != *' engines '* ]]; then return; fi
      fi
      ;;
  esac
  printf 'engines\n'
}

# Prints the extras asked for and those an earlier call installed, sorted, once each.
extras_to_install() {
  local -a stamped=()
  if [[ -r $stamp ]]; then read -r -a stamped <"$stamp" || true; fi
  printf '%s\n' "${stamped[@]:1}" "$@" | sed '/^$/d' | sort -u
}

install_prismdesk() { # KEY EXTRA...
  local key=$1 joined
  local -a extras
  shift
  mapfile -t extras < <(extras_to_install "$@")
  joined=$(IFS=, && printf '%s' "${extras[*]}")
  : >"$unfinished"
  rm -f -- "$stamp"
  if [[ " ${extras[*]} " == *' engines '* ]]; then
    # First and by exact version: later packages then keep it instead of choosing a bigger build.
    install_with_pip "installing torch $torch_version (the largest part; minutes on a slow line)" \
      "torch==$torch_version"
  fi
  install_with_pip "installing PrismDesk${joined:+ with $joined}" --editable "$root${joined:+[$joined]}"
  printf '%s\n' "$key ${extras[*]}" >"$stamp.new"
  rm -f -- "$unfinished"
  mv -f -- "$stamp.new" "$stamp"
}

# One set-up at a time in a checkout; a second waits for the first.
take_lock() {
  if ! command -v flock >/dev/null 2>&1; then return; fi
  exec {lock_fd}>"$root/.venv-setup.lock" ||
    stop "$root can't be written; check the folder's permissions and free space, then run this again."
  if ! flock -n "$lock_fd"; then
    say "another set-up is running in this checkout; waiting for it"
    flock "$lock_fd"
  fi
}

release_lock() {
  if [[ -n $lock_fd ]]; then exec {lock_fd}>&-; fi
}

set_up() { # EXTRA...
  local python='' lock_fd='' key
  find_python
  key=$(installation_key)
  if is_installed "$key" "$@" && [[ -z $(missing_packages) ]]; then return; fi
  take_lock
  : >"$setup_log"
  install_system_libraries
  if ! is_installed "$key" "$@"; then
    make_environment
    install_prismdesk "$key" "$@"
  fi
  release_lock
}
