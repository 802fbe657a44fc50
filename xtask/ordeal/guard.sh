#!/usr/bin/env bash
# guard.sh DIR UP_OPTIONS...: keeps the WordPress in DIR up, as a service manager would: whatever of it was killed comes
# back after a few seconds. Runs until it is stopped itself, and leaves the site as it is then.
set -u
here=$(dirname -- "$(realpath -- "$0")")
dir=$1
while :; do
  run=$(cat "$dir/settings/run" 2>/dev/null)
  whole=yes
  for part in db fpm nginx; do
    pid=$(cat "$run/$part.pid" 2>/dev/null) && [[ -n $pid && -d /proc/$pid ]] || whole=no
  done
  if [[ $whole == no ]]; then
    sleep $((RANDOM % 3))
    bash "$here/../wordpress/up.sh" "$@" >/dev/null || echo "not up yet"
  fi
  sleep 0.2
done
