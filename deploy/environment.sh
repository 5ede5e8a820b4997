#!/usr/bin/env bash
# Makes a Python environment and installs a hashed lock into it, unless that is done:
#   deploy/environment.sh FOLDER PYTHON-VERSION LOCK…
# The engine's lock is installed without resolving: Rasa 3.6.21 says Python < 3.11 (docs/decisions/0002).
set -euo pipefail
folder=$1 version=$2
shift 2
stamp=$(cat "$@" <(echo "$version") | sha256sum | cut -d' ' -f1)
[ -f "$folder/lock" ] && [ "$(cat "$folder/lock")" = "$stamp" ] && exit 0

python=""
for candidate in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python "$(command -v "python$version" || true)"; do
  if [ -x "$candidate" ] && "$candidate" -c "import sys; sys.exit(sys.version_info[:2] != tuple(map(int, '$version'.split('.'))))" 2>/dev/null; then
    python=$candidate
  fi
done
if [ -z "$python" ]; then
  echo "Python $version is not on this machine. Install it, for example with: pyenv install $version" >&2
  exit 1
fi
echo "Installing $folder (Python $version); this takes a minute or two the first time …" >&2
[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
"$folder/bin/python" -m pip --version >/dev/null 2>&1 || "$folder/bin/python" -m ensurepip >/dev/null
requirements=()
for lock in "$@"; do requirements+=(-r "$lock"); done
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python \
  --require-hashes "${requirements[@]}" 2> >(grep -v -e WARNING -e '^$' >&2)
echo "$stamp" > "$folder/lock"
