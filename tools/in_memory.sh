#!/bin/sh
# Runs a command whose passing files stand in memory, where the machine keeps a folder there that has room for them.
#
# usage: sh tools/in_memory.sh command [argument …]

set -eu
memory=/dev/shm
needed_kilobytes=4000000

main() {
    if ! has_room; then exec "$@"; fi
    TMPDIR=$(mktemp -d "$memory/microsite-XXXXXX")
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
    trap 'exit 130' INT TERM HUP
    "$@"
}

has_room() {
    [ -d "$memory" ] && [ -w "$memory" ] || return 1
    free=$(df -Pk "$memory" | awk 'NR == 2 { print $4 }')
    [ "${free:-0}" -ge "$needed_kilobytes" ]
}

main "$@"
