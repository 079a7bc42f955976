#!/usr/bin/env bash
# Throws generated requests at every front door, right and wrong ones, and holds the answers against
# the OpenAPI description that the door publishes: no 500, no status, content type or body that the
# description does not have, no wrong body that is taken.
#
#   compat/schemathesis.sh [DIALECT ...]      all dialects where none is named
#
# Schemathesis is installed below target/ on first use. Exit code 0 where all is well, 1 where not,
# 3 where it cannot run: without Python 3.10 with venv, or without a package index.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

VERSION=4.32.5
EXAMPLES=${SCHEMATHESIS_EXAMPLES:-450}
SECONDS_MAX=${SCHEMATHESIS_SECONDS:-120}
CASES_MIN=1000
CHECKS=not_a_server_error,status_code_conformance,content_type_conformance
CHECKS+=,response_schema_conformance,unsupported_method,negative_data_rejection
START_SECONDS_MAX=120
HOME_DIR=$ROOT/target/schemathesis
VENV=$HOME_DIR/venv-$VERSION

cannot() {
  echo "Schemathesis is left out: $1." >&2
  exit 3
}

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    if command -v "$name" >/dev/null &&
      "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

install() {
  [ -x "$VENV/bin/schemathesis" ] && return 0
  local python
  python=$(find_python) || cannot "there is no Python 3.10 or later with venv"
  mkdir -p "$HOME_DIR"
  rm -rf "$VENV"
  "$python" -m venv "$VENV" >"$HOME_DIR/install.log" 2>&1 || cannot "a virtual environment cannot be made"
  if ! "$VENV/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 15 \
    "schemathesis==$VERSION" >>"$HOME_DIR/install.log" 2>&1; then
    rm -rf "$VENV"
    cannot "its package cannot be installed from the package index"
  fi
}

gateway=
# shellcheck disable=SC2317 # Called when the script ends.
stop() {
  if [ -n "$gateway" ]; then
    kill "$gateway" 2>/dev/null || true
    wait "$gateway" 2>/dev/null || true
  fi
}
trap stop EXIT

start() {
  # Builds where that is needed, which takes as long as it takes.
  "$ROOT/sluice" --version >"$HOME_DIR/build.log" 2>&1 || {
    cat "$HOME_DIR/build.log" >&2
    exit 1
  }
  cat >"$HOME_DIR/sluice.yaml" <<'YAML'
server: { host: 127.0.0.1, port: 0, heartbeat: 10s }
admin: { host: 127.0.0.1, port: 0 }
dialects: { yomo: { default_model: demo/echo } }
models: { echo: { targets: [ demo/echo ], id: 11111111-1111-4111-8111-111111111111 } }
access: { mode: keys, keys: { tester: { key: schemathesis-1 } } }
YAML
  # It is looked at before the gateway's own shell may have come to make it.
  : >"$HOME_DIR/gateway.log"
  "$ROOT/sluice" serve --config "$HOME_DIR/sluice.yaml" >"$HOME_DIR/gateway.log" 2>&1 &
  gateway=$!
  local i
  for ((i = 0; i < START_SECONDS_MAX * 5; i++)); do
    url=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9][0-9]*\).*|\1|p' "$HOME_DIR/gateway.log" | head -1)
    if [ -n "$url" ] && curl --silent --fail "$url/readyz" >/dev/null; then
      return 0
    fi
    kill -0 "$gateway" 2>/dev/null || break
    sleep 0.2
  done
  cat "$HOME_DIR/gateway.log" >&2
  echo "The gateway did not start." >&2
  exit 1
}

# Where a dialect's description is.
description() {
  case $1 in
    poolside) printf '%s/poolside/openai/openapi.json' "$url" ;;
    *) printf '%s/%s/openapi.json' "$url" "$1" ;;
  esac
}

run() {
  local dialect=$1 log=$HOME_DIR/$1.log status=0 cases checks=$CHECKS examples=$EXAMPLES
  if [ "$dialect" = poolside ]; then
    examples=$((EXAMPLES * 5 / 2)) # Its table is small, so that more must be left to chance.
  fi
  if [ "$dialect" = jylo ]; then
    checks=${checks%,negative_data_rejection} # It takes names in any case, and numbers as strings.
  fi
  (cd "$HOME_DIR" && SCHEMATHESIS_HOOKS=schemathesis_hooks PYTHONPATH=$ROOT/compat \
    timeout "$SECONDS_MAX" "$VENV/bin/schemathesis" --no-color run "$(description "$dialect")" \
    --header 'authorization: Bearer schemathesis-1' --checks "$checks" \
    --phases examples,coverage,fuzzing --max-examples "$examples" \
    --workers 1 --seed 1 --no-shrink --generation-database none \
    --request-timeout 10 --warnings off --continue-on-failure) >"$log" 2>&1 || status=$?
  cases=$(sed -n 's/^ *\([0-9][0-9,]*\) generated.*/\1/p' "$log" | tr -d , | tail -1)
  if [ "$status" -eq 124 ] && ! grep -q '❌' "$log"; then
    echo "$dialect: cut short after $SECONDS_MAX s on a slow machine; what was asked is as described"
    return 0
  fi
  if [ "$status" -eq 0 ] && [ "${cases:-0}" -lt "$CASES_MIN" ]; then
    echo "$dialect: only ${cases:-no} cases" >&2
    status=1
  fi
  if [ "$status" -eq 0 ]; then
    echo "$dialect: $cases cases, all as described"
  else
    tail -150 "$log" >&2
    echo "$dialect: not as described; see $log" >&2
  fi
  return "$status"
}

install
url=
start
failed=0
dialects=("$@")
if [ ${#dialects[@]} -eq 0 ]; then
  dialects=(bifrost yomo assemblyai poolside jylo)
fi
for dialect in "${dialects[@]}"; do
  run "$dialect" || failed=1
done
exit "$failed"
