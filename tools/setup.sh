#!/bin/sh
# Installs what `make` needs: Debian packages, a virtual environment, the locked Python packages.
#   tools/setup.sh run    what `make run` and `make demo` need
#   tools/setup.sh test   the tests' needs on top: PostgreSQL, Chromium, Node.js, zbar, Go, SoftHSM,
#                        NSS
# Only what is missing is installed; a run with nothing to do takes a fraction of a second.
set -eu

kind=${1:?run or test}
root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.venv
started=$(date +%s)
worked=no
PATH=$PATH:/usr/sbin:/sbin

say() {
    worked=yes
    printf 'set-up: %s\n' "$*"
}

fail() {
    printf 'set-up: %s\n' "$@" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Runs a command quietly; shows what it printed only when it failed.
quietly() {
    output=$(mktemp)
    if ! "$@" >"$output" 2>&1; then
        cat "$output" >&2
        rm -f "$output"
        return 1
    fi
    rm -f "$output"
}

# --- Debian packages --------------------------------------------------------------------------

# Prints the first Python 3.11 that really runs (a pyenv shim may exist and refuse).
find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3 /usr/bin/python3.11; do
        [ -n "$candidate" ] || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || continue
        command -v "$candidate"
        return
    done
}

missing=
needs_command() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
needs_library() { case $libraries in *"$1"*) ;; *) missing="$missing $2" ;; esac; }
needs_file() { [ -e "$1" ] || missing="$missing $2"; }

find_missing() {
    missing=
    libraries=$(ldconfig -p 2>/dev/null || true)
    if ! venv_is_sound; then
        python=$(find_python)
        if [ -z "$python" ]; then
            missing="python3 python3-venv"
        elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            missing="python3-venv"
        fi
    fi
    needs_library libpango-1.0.so.0 libpango-1.0-0
    needs_library libpangoft2-1.0.so.0 libpangoft2-1.0-0
    needs_library libharfbuzz-subset.so.0 libharfbuzz-subset0
    needs_file /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf fonts-noto-core
    needs_command pdftotext poppler-utils
    needs_command qpdf qpdf
    [ "$kind" = test ] || return 0
    # An unmatched pattern stays as it is and names no file.
    for initdb in /usr/lib/postgresql/*/bin/initdb; do :; done
    needs_file "$initdb" postgresql
    needs_command chromium-headless-shell chromium-headless-shell
    needs_command node nodejs
    needs_command npm npm
    needs_command go golang-go
    needs_file /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog golang-golang-x-mod-dev
    needs_command softhsm2-util softhsm2
    needs_command zbarimg zbar-tools
    needs_command certutil libnss3-tools
}

# The tests start a server of their own: installing PostgreSQL must not start one as well.
install_packages() {
    set -- $missing
    calm=/etc/postgresql-common/createcluster.d/ujikom-setup.conf
    case " $* " in *" postgresql "*)
        as_root mkdir -p "${calm%/*}"
        echo 'create_main_cluster = false' | as_root tee "$calm" >/dev/null
        ;;
    esac
    installed=yes
    quietly as_root apt-get -q update || say "apt-get update failed; trying with the lists at hand"
    quietly as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qy install --no-install-recommends "$@" || installed=no
    [ ! -e "$calm" ] || as_root rm -f "$calm"
    [ "$installed" = yes ]
}

debian_packages() {
    find_missing
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null 2>&1 ||
        fail "these Debian packages (or what they hold) are missing:$missing" \
            "this machine has no apt-get: install them by its own means, then run make again"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        fail "these Debian packages are missing:$missing" \
            "as root, run: apt-get install -y --no-install-recommends$missing" "then run make again"
    fi
    say "installing Debian packages:$missing"
    install_packages || fail "apt-get could not install:$missing"
    find_missing
    [ -z "$missing" ] || fail "still missing after the installation:$missing"
}

# --- virtual environment ----------------------------------------------------------------------

# The stamp changes with the locked requirements, with this script and with the folder's place.
digest() {
    { cat "$1" "$0" && echo "$root"; } | sha256sum | cut -d ' ' -f 1
}

# A virtual environment works where it was made and with the Python that made it.
venv_is_sound() {
    "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null &&
        grep -qF "$venv/bin/" "$venv/bin/pip"
}

make_venv() {
    ! venv_is_sound || return 0
    python=$(find_python)
    say "making the virtual environment .venv with $("$python" -V)"
    rm -rf "$venv"
    quietly "$python" -m venv "$venv" || fail "python -m venv failed"
}

# The project itself is not built: one .pth line puts its folder on the path, and bin/ujikom
# starts it. Nothing beyond the locked requirements is ever fetched.
link_project() {
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$root" >"$site/ujikom.pth"
    cat >"$venv/bin/ujikom" <<'SCRIPT'
#!/bin/sh
'''exec' "$(dirname "$0")/python" "$0" "$@"
' '''
import sys

from cli import main

if __name__ == "__main__":
    sys.exit(main())
SCRIPT
    chmod +x "$venv/bin/ujikom"
}

python_packages() {
    stamp=$venv/set-up-$2
    wanted=$(digest "$root/requirements/$1.txt")
    if [ -x "$venv/bin/ujikom" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    make_venv
    say "installing the locked Python packages of requirements/$1.txt"
    quietly "$venv/bin/python" -m pip --disable-pip-version-check install --no-input \
        --require-hashes --no-deps --only-binary :all: -r "$root/requirements/$1.txt" ||
        fail "pip could not install requirements/$1.txt (the network, or pip's configuration?)"
    link_project
    printf '%s\n' "$wanted" >"$stamp"
}

# Programs of others that check what we wrote, for tests; locked by npm-shrinkwrap.json.
node_packages() {
    folder=$root/tests/strangers/$1
    stamp=$folder/node_modules/.set-up
    wanted=$(sha256sum <"$folder/npm-shrinkwrap.json")
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    say "installing the locked Node packages of tests/strangers/$1"
    (cd "$folder" && quietly npm ci --ignore-scripts --no-audit --no-fund) ||
        fail "npm could not install them (the network, or npm's configuration?)"
    printf '%s\n' "$wanted" >"$stamp"
}

case $kind in
run) requirements=main ;;
test) requirements=dev ;;
*) fail "unknown kind: $kind (run or test)" ;;
esac
debian_packages
python_packages "$requirements" "$kind"
if [ "$kind" = test ]; then
    node_packages credentials
    node_packages interchange
fi
[ "$worked" = no ] || say "done in $(($(date +%s) - started)) s"
