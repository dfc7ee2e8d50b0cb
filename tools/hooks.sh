#!/bin/sh
# Installs a hook that runs `build.py check` before every push, so that what must not leave this computer does not.
#
# usage: sh tools/hooks.sh

set -eu
cd "$(dirname "$0")/.."
mark="Installed by \`make hooks\`."

main() {
    top=$(git rev-parse --show-toplevel 2>/dev/null) || refuse "This folder is in no git repository."
    folder=$(git rev-parse --git-path hooks)
    hook=$folder/pre-push
    if [ -e "$hook" ] && ! grep -qF "$mark" "$hook"; then
        refuse "There is a hook already, $hook: add \`.venv/bin/python build.py check\` to it by hand."
    fi
    mkdir -p "$folder"
    new=$folder/pre-push.new
    write_hook "$(realpath --relative-to="$top" . 2>/dev/null || echo .)" >"$new"
    chmod +x "$new"
    mv "$new" "$hook"
    echo "Every push now waits for \`check\`. To leave it out once: git push --no-verify"
}

write_hook() {
    cat <<END
#!/bin/sh
# $mark Runs \`check\` before anything leaves this computer; a mistake stops the push.
cd "\$(git rev-parse --show-toplevel)/$1" || exit 1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
python=.venv/bin/python
[ -x "\$python" ] || python=.venv/Scripts/python.exe
if ! [ -x "\$python" ]; then
    echo "check cannot run: there is no environment yet. Run make, then push again." >&2
    exit 1
fi
"\$python" build.py check || {
    echo "Nothing was pushed: see above." >&2
    exit 1
}
END
}

refuse() {
    echo "$1" >&2
    exit 1
}

main
