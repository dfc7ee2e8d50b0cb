#!/bin/sh
# Prints the path of a Chromium that works, after installing one where there is none; says all else on standard error.
# Sees to it that Playwright, which drives it in the tests, can start as well.
#
# usage: [CHROMIUM=/path/to/chromium] sh tools/browser.sh

set -eu
cd "$(dirname "$0")/.."
tree_folder=$PWD/.venv/browsers  # a download goes into the environment, and leaves with it
export DEBIAN_FRONTEND=noninteractive

main() {
    provide_driver
    if [ -n "${CHROMIUM:-}" ]; then
        path=$(command -v "$CHROMIUM") && works "$path" || refuse "CHROMIUM=$CHROMIUM is not a Chromium that runs."
        echo "$path"
        return
    fi
    find_chromium && return
    say "No Chromium here yet: getting one for the tests."
    if is_debian && install_with_apt chromium && find_chromium; then return; fi
    download_with_playwright && find_chromium && return
    refuse "No Chromium could be installed. Do it by hand, or name one:  make test CHROMIUM=/path/to/chromium"
}

# The driver is linked against a library that a machine without a compiler may lack.
provide_driver() {
    driver_starts && return
    install_with_apt libatomic1 && driver_starts && return
    refuse "Playwright's driver does not start: on Debian and Ubuntu it needs \`sudo apt install libatomic1\`."
}

driver_starts() {
    for node in .venv/lib/python3.*/site-packages/playwright/driver/node; do
        "$node" --version >/dev/null 2>&1 || return 1
    done
}

find_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        path=$(command -v "$name") && works "$path" && echo "$path" && return
    done
    for path in "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
                "/Applications/Chromium.app/Contents/MacOS/Chromium" \
                "$(playwrights_own)" \
                "$(PLAYWRIGHT_BROWSERS_PATH=$tree_folder playwrights_own)"; do
        works "$path" && echo "$path" && return
    done
    return 1
}

works() {
    [ -x "$1" ] && ! is_snap "$1" && "$1" --version >/dev/null 2>&1
}

# Ubuntu's package is a stub for a snap, which sees neither this folder nor the tests' temporary ones.
is_snap() {
    case $(readlink -f "$1") in
        /snap/* | */bin/snap) return 0 ;;
    esac
    head -c 4096 "$1" | LC_ALL=C grep -aq /snap/bin/
}

# Ubuntu is not, for that stub's sake.
is_debian() {
    [ -r /etc/os-release ] || return 1
    case $(. /etc/os-release && echo "$ID ${ID_LIKE:-}") in
        *ubuntu*) return 1 ;;
        *debian*) return 0 ;;
        *) return 1 ;;
    esac
}

install_with_apt() {
    can_be_root && command -v apt-get >/dev/null || return 1
    say "Installing $* with apt-get."
    as_root apt-get -qq -o Acquire::Retries=3 update >/dev/null || true
    as_root apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends "$@" >/dev/null
}

can_be_root() {
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

playwrights_own() {
    .venv/bin/python -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null || true
}

download_with_playwright() {
    say "Downloading Playwright's Chromium into .venv."
    if can_be_root && command -v apt-get >/dev/null; then
        as_root .venv/bin/python -m playwright install-deps chromium >&2 ||
            say "Not every library it may need could be installed; trying without."
    fi
    PLAYWRIGHT_BROWSERS_PATH=$tree_folder .venv/bin/python -m playwright install chromium >&2
}

say() {
    printf '%s\n' "$*" >&2
}

refuse() {
    say "$1"
    say "All the tests that need no browser:  make quick"
    exit 1
}

main
