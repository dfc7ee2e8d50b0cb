#!/bin/sh
# Makes the environment in .venv and installs what a requirements file pins; says and does nothing where that is done.
#
# usage: [PYTHON=python3.12] sh tools/setup.sh requirements.txt

set -eu
cd "$(dirname "$0")/.."
requirements=$1
done_mark=.venv/installed-$requirements
export DEBIAN_FRONTEND=noninteractive

main() {
    if is_current; then return; fi
    if ! has_working_environment; then make_environment; fi
    install_requirements
}

# By content, not by time: a checkout that touches the file installs nothing again.
is_current() {
    [ -f "$done_mark" ] && state 2>/dev/null | cmp -s - "$done_mark"
}

state() {
    .venv/bin/python -V && cat "$requirements"
}

# False too where the system's Python has moved on to another version beneath the environment.
has_working_environment() {
    [ -x .venv/bin/python ] && is_new_enough .venv/bin/python && .venv/bin/python -c 'import pip' 2>/dev/null
}

make_environment() {
    python=$(find_python) || {
        [ -z "${PYTHON:-}" ] && install_with_apt python3 python3-venv && python=$(find_python) || refuse_without_python
    }
    if ! can_make_environments "$python"; then
        package=$(venv_package "$python")
        install_with_apt "$package" && can_make_environments "$python" || refuse_without_venv "$package"
    fi
    say "Making the environment in .venv with $("$python" -V)."
    "$python" -m venv --clear .venv
}

# PYTHON where it is given, and nothing else then. Linux's own comes first: distributions build it for speed, and one
# that a version manager has compiled may take a fifth longer (benchmarks/README.md). Any that can make environments
# comes before one that cannot.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" && echo "$PYTHON"
        return
    fi
    incomplete=
    for name in $(own_python) python3 python3.14 python3.13 python3.12 python3.11 python; do
        is_new_enough "$name" || continue
        can_make_environments "$name" && echo "$name" && return
        incomplete=${incomplete:-$name}
    done
    [ -n "$incomplete" ] && echo "$incomplete"
}

own_python() {
    if [ "$(uname)" = Linux ]; then echo /usr/bin/python3; fi
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Debian and Ubuntu ship Python in parts, and this one apart.
can_make_environments() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

venv_package() {
    case ${1##*/} in
        python3.*) echo "${1##*/}-venv" ;;
        *) echo python3-venv ;;
    esac
}

# Only root on Debian, Ubuntu and their like: anybody else is told what to install.
install_with_apt() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    say "Installing $* with apt-get."
    apt-get -qq -o Acquire::Retries=3 update >/dev/null || true
    apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends "$@" >/dev/null
}

install_requirements() {
    say "Installing what $requirements pins (a minute the first time)."
    # The pins are whole, so nothing is looked for besides them: an override in tools/lock.sh holds here too.
    # Mirrors can be slow, and a user-wide setting must not lead out of the environment.
    PIP_RETRIES=${PIP_RETRIES:-8} PIP_DEFAULT_TIMEOUT=${PIP_DEFAULT_TIMEOUT:-60} PIP_USER=0 \
        .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --no-deps --require-hashes -r "$requirements" >&2 || refuse_without_packages
    state >"$done_mark"
}

say() {
    printf '%s\n' "$*" >&2
}

refuse_without_python() {
    if [ -n "${PYTHON:-}" ]; then
        say "PYTHON=$PYTHON does not run, or is older than Python 3.11."
    else
        say "Microsite needs Python 3.11 or newer, and found none."
    fi
    say "On Debian 12 and Ubuntu 24.04 or later:  sudo apt install python3 python3-venv"
    say "On Ubuntu 22.04:                         sudo apt install python3.11 python3.11-venv"
    say "Elsewhere, install one, and name it if it is not found:  make PYTHON=/path/to/python3"
    exit 1
}

refuse_without_venv() {
    say "This Python has no venv module. Install it, then run make again:"
    say "    sudo apt install $1"
    exit 1
}

refuse_without_packages() {
    say "The packages could not be installed; the reason stands above. Where it was the network, run make again:"
    say "what has been fetched is kept."
    exit 1
}

main
