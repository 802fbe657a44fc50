#!/usr/bin/env bash
# down.sh DIR [--remove] — stop the WordPress that up.sh runs in DIR.
# Only processes recorded by up.sh, and still running DIR's own files, are signalled.
#   --remove   also delete DIR
set -euo pipefail
locked=no web_only=no remove=no dir=''
for arg in "$@"; do case $arg in
  --locked) locked=yes;;        # internal: the caller (up.sh) holds the lock
  --web-only) web_only=yes;;    # internal: leave the database running
  --remove) remove=yes;;
  -h|--help) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0;;
  *) dir=$arg;;
esac; done
[[ -n $dir && -d $dir ]] || { echo "wordpress: nothing at '${dir}'" >&2; exit 0; }
dir=$(realpath -- "$dir")
if [[ $locked == no ]]; then exec 9>"$dir/.lock"; flock -w 300 9; fi
run=$(cat "$dir/settings/run" 2>/dev/null || true)

stop() { # NAME PIDFILE WORD SIGNAL
  local pid; [[ -n $run && -s $2 ]] && pid=$(<"$2") || return 0
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || { rm -f "$2"; return 0; }
  grep -qaF -- "$3" "/proc/$pid/cmdline" || { rm -f "$2"; return 0; }  # pid was reused
  kill -"$4" "$pid" 2>/dev/null || true
  for ((i = 0; i < 300; i++)); do
    [[ -d /proc/$pid && $(awk '{print $3}' "/proc/$pid/stat" 2>/dev/null) != Z ]] || { rm -f "$2"; return 0; }
    sleep 0.1
  done
  echo "wordpress: $1 ($pid) ignored SIG$4 for 30 s; killing it" >&2
  kill -KILL "$pid" 2>/dev/null || true
}
stop nginx   "$run/nginx.pid" "$dir/etc/nginx.conf"   QUIT
stop php-fpm "$run/fpm.pid"   "$dir/etc/php-fpm.conf" QUIT
rm -f "$dir/etc/running"
if [[ $web_only == no ]]; then
  stop mariadb "$run/db.pid" "$dir/mysql" TERM
  [[ -z $run ]] || rm -rf -- "$run"
fi
if [[ $remove == yes ]]; then rm -rf -- "$dir"; fi
