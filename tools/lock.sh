#!/bin/sh
# Pins the dependencies: writes requirements.txt and requirements-dev.txt from pyproject.toml.
#
# usage: sh tools/lock.sh [--upgrade]
#
# The pins hold on every platform and Python we support, with the hash of every file a registry has for them, so that
# one file serves Linux, macOS and Windows. Without --upgrade, what is pinned already stays as it is.

set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

main() {
    .venv/bin/python -m venv "$scratch/venv"
    "$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
    # The validator of IIIF manifests asks for an older Pillow than ours, of which it uses nothing that we do.
    echo "pillow>=13" >"$scratch/overrides"
    pin requirements.txt "$@"
    pin requirements-dev.txt --group dev --constraint requirements.txt "$@"
}

pin() {
    pins=$1
    shift
    if [ -f "$pins" ]; then cp "$pins" "$scratch/$pins"; fi
    # No addresses in the result: the pins must serve behind any mirror.
    "$scratch/venv/bin/python" -m uv --no-config pip compile pyproject.toml --quiet --no-cache \
        --universal --python-version 3.11 --generate-hashes \
        --override "$scratch/overrides" --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --output-file "$scratch/$pins" "$@"
    {
        echo "# Made by \`make lock\` from pyproject.toml: change it there."
        cat "$scratch/$pins"
    } >"$scratch/whole"
    mv "$scratch/whole" "$pins"
}

main "$@"
