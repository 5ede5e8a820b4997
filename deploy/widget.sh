#!/usr/bin/env bash
# Installs what the widget is built with and builds it, each unless that is done:
#   deploy/widget.sh
# Node is needed to build, never to run: the gateway serves widget/dist/.
set -euo pipefail
cd "$(dirname "$0")/../widget"

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "Node.js is not on this machine. The widget is built with Node 20.19 or newer and its npm: https://nodejs.org" >&2
  exit 1
fi
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
  echo "Node $(node --version) is too old to build the widget. It needs 20.19 or newer." >&2
  exit 1
fi

digest() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

lock=$(digest package.json package-lock.json .npmrc)
if [ "$(cat node_modules/.stamp 2>/dev/null)" != "$lock" ]; then
  echo "Installing what the widget is built with …" >&2
  npm ci --loglevel=error --no-progress >&2
  echo "$lock" > node_modules/.stamp
fi

sources=$(digest src tooling build.mjs package.json package-lock.json ../texts/*/launcher.yml)
if [ ! -f dist/current.json ] || [ "$(cat dist/.stamp 2>/dev/null)" != "$sources" ]; then
  node build.mjs
  echo "$sources" > dist/.stamp
fi
