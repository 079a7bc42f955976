#!/usr/bin/env bash
# Speaks to a running gateway with curl alone: compat/curl.sh [origin]
set -euo pipefail
origin=${1:-http://127.0.0.1:8080}

check() {
  local name=$1 wanted=$2 got=$3
  if ! grep -qF -- "$wanted" <<<"$got"; then
    printf 'FAILED %s: expected %s in %s\n' "$name" "$wanted" "$got" >&2
    exit 1
  fi
  printf 'ok %s\n' "$name"
}

chat() {
  curl -sS -N "$@" "$origin/v1/chat/completions" -H 'content-type: application/json'
}

message='"messages":[{"role":"user","content":"Hello, curl!"}]'
check "whole answer" '"content":"Hello, curl!"' "$(chat -d "{\"model\":\"demo/echo\",$message}")"
check "streamed answer" 'data: [DONE]' "$(chat -d "{\"model\":\"demo/echo\",\"stream\":true,$message}")"
check "status of a bad request" 400 "$(chat -o /dev/null -w '%{http_code}' -d '{}')"
check "status of a wrong method" 405 "$(curl -sS -o /dev/null -w '%{http_code}' "$origin/v1/chat/completions")"
check "list of models" '"id":"demo/echo"' "$(curl -sS "$origin/v1/models")"
check "HTTP/2" 2 "$(curl -sS --http2-prior-knowledge -o /dev/null -w '%{http_version}' "$origin/livez")"
check "a stream over HTTP/2" 'data: [DONE]' "$(chat --http2-prior-knowledge -d "{\"model\":\"demo/echo\",\"stream\":true,$message}")"
