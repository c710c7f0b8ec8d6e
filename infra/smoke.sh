#!/usr/bin/env bash
# Shows that a deployment works: it is healthy, takes a DAG, runs it to its end, and says so. Needs bash and curl, and for the DAG the program
# `updraft`. What it publishes is the DAG smoke, in infra/smoke; its runs are removed by retention as all others are.
#
#   infra/smoke.sh [--health-only] URL
#
#   UPDRAFT_KEY     a key with the role author (not with --health-only)
#   UPDRAFT_CLI     how updraft is started; default: dotnet run --project src/Cli --
#   SMOKE_SECONDS   how long to wait for health, and again for the run; default 300
set -euo pipefail

fail() { printf 'smoke: %s\n' "$*" >&2; exit 1; }
say() { printf 'smoke: %s\n' "$*"; }

health_only=
if [ "${1:-}" = --health-only ]; then health_only=1; shift; fi
[ $# -eq 1 ] || fail "usage: infra/smoke.sh [--health-only] URL"
url=${1%/}
here=$(cd "$(dirname "$0")" && pwd)
read -ra cli <<< "${UPDRAFT_CLI:-dotnet run --project $here/../src/Cli --}"
patience=${SMOKE_SECONDS:-300}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# A new app starts cold, so that its first answers may be errors.
deadline=$((SECONDS + patience))
until status=$(curl -s -o "$answer" -w '%{http_code}' --max-time 30 "$url/health") && [ "$status" = 200 ]; do
  [ $SECONDS -lt $deadline ] || fail "$url/health answers ${status:-nothing} after $patience seconds: $(head -c 1000 "$answer")"
  sleep 2
done
say "healthy: $(head -c 300 "$answer")"
[ -z "$health_only" ] || exit 0

[ -n "${UPDRAFT_KEY:-}" ] || fail "UPDRAFT_KEY is not set: give a key with the role author"

# Prints the body; fails with it where the status is no success. The key stays out of the list of processes.
ask() {
  local method=$1 path=$2 status
  shift 2
  status=$(curl -s -o "$answer" -w '%{http_code}' --max-time 120 -X "$method" -H @- -H 'Content-Type: application/json' "$@" "$url$path" <<< "Authorization: Bearer $UPDRAFT_KEY") || fail "$method $path: no answer"
  case $status in 2*) cat "$answer" ;; *) fail "$method $path: $status: $(head -c 1000 "$answer")" ;; esac
}
field() { sed -n "s/^.*\"$1\": *\"\([^\"]*\)\".*$/\1/p" | head -n 1; }

# Each answer is taken into a variable first: what fails within another command's arguments would not end the script.
version=$(ask GET /api/v1/version)
say "version: $version"
UPDRAFT_SERVER=$url "${cli[@]}" publish "$here/smoke" || fail "the DAG cannot be published"

triggered=$(ask POST /api/v1/dags/smoke/runs -d "{\"run\": {\"conf\": {\"url\": \"$url\"}, \"note\": \"after a deployment\"}}")
run=$(field runId <<< "$triggered")
[ -n "$run" ] || fail "the trigger names no run: $triggered"
say "run $run is triggered"

deadline=$((SECONDS + patience))
while :; do
  waited=$(ask GET "/api/v1/runs/$run/wait?timeout=30s")
  status=$(field status <<< "$waited")
  case $status in
    success) break ;;
    queued | running) [ $SECONDS -lt $deadline ] || fail "run $run is $status after $patience seconds: $(ask GET "/api/v1/runs/$run")" ;;
    *) fail "run $run is '$status': $(ask GET "/api/v1/runs/$run")" ;;
  esac
done

health=$(ask GET /api/v1/health)
say "health: ${health:0:600}"
say "run $run has succeeded: the deployment works"
