#!/usr/bin/env bash
# up.sh DIR [options] — run a real, private WordPress on 127.0.0.1 and print how to reach it.
#
# Everything (code copy, database, configuration, logs, passwords) lives under DIR; nothing in
# /etc or /var is touched, no service manager is used, and several DIRs can run side by side.
# Running it again is cheap: it starts what is down, changes nothing that is up, and prints the
# same JSON. All daemons run as the invoking user (root is fine) and listen on 127.0.0.1 only;
# the database listens on a unix socket only.
#
#   --port N               HTTP port (default: a free one, then remembered in DIR)
#   --db mariadb|sqlite    database (default mariadb; sqlite needs --sqlite-plugin and php-sqlite3)
#   --source PATH          WordPress tree or .zip (default /usr/share/wordpress, Debian's package)
#   --sqlite-plugin PATH   zip or folder of the "SQLite Database Integration" plugin
#   --mu-plugin FILE       PHP file to install as must-use plugin (repeatable; refreshed every run)
#   --plugin DIR           folder of a plugin to install and switch on (refreshed every run)
#   --upload-max SIZE      PHP upload_max_filesize   (default 32M)
#   --post-max SIZE        PHP post_max_size         (default 33M)
#   --body-max SIZE        nginx client_max_body_size (default 64M)
#   --stream               hand request bodies to PHP as they come (nginx's default is to keep them back)
#   --durable              a killed database keeps what it said it had stored (slower)
#   --workers N            php-fpm children (default 4)
#   --patience SECONDS     how long the web server waits for php-fpm before it answers 504 (default 120)
#   --reset                put database and uploads back to the state right after installation
#   --fresh                delete DIR's site and build it anew
#
# Standard output: one JSON object {url, rest_url, wp_version, db, dir, users:[{login, role, id,
# app_password, login_password}]}. Progress goes to standard error. Exit 0 only if every listed
# user could log in to the REST API with its application password.
# Debian packages: wordpress nginx-light php-fpm php-cli php-mysql mariadb-server curl
#                  (optional: wordpress-l10n php-gd php-intl php-mbstring php-xml php-sqlite3)
set -euo pipefail

# What the caller holds open (a lock, a pipe) must not stay open in the daemons started below.
for held in /proc/$$/fd/*; do held=${held##*/}; if ((held > 2 && held < 255)); then eval "exec $held>&-"; fi; done

say()  { printf 'wordpress: %s\n' "$*" >&2; }
die()  { say "error: $*"; exit 1; }
usage(){ sed -n '2,/^set -euo/p' "$0" | sed -n 's/^# \{0,1\}//p'; }

dir='' port='' db='' source='' sqlite_plugin='' workers=4 patience=120 reset=no fresh=no
upload_max=32M post_max=33M body_max=64M mu_plugins=() own_plugin='' buffering=on durable=0
while (($#)); do
  case $1 in
    --port) port=${2:?}; shift 2;;
    --db) db=${2:?}; shift 2;;
    --source) source=$(realpath -- "${2:?}"); shift 2;;
    --sqlite-plugin) sqlite_plugin=$(realpath -- "${2:?}"); shift 2;;
    --mu-plugin) mu_plugins+=("$(realpath -- "${2:?}")"); shift 2;;
    --plugin) own_plugin=$(realpath -- "${2:?}"); shift 2;;
    --upload-max) upload_max=${2:?}; shift 2;;
    --post-max) post_max=${2:?}; shift 2;;
    --body-max) body_max=${2:?}; shift 2;;
    --stream) buffering=off; shift;;
    --durable) durable=2; shift;;
    --workers) workers=${2:?}; shift 2;;
    --patience) patience=${2:?}; shift 2;;
    --reset) reset=yes; shift;;
    --fresh) fresh=yes; shift;;
    -h|--help) usage; exit 0;;
    -*) die "unknown option $1 (see --help)";;
    *) [[ -z $dir ]] || die "one DIR only"; dir=$1; shift;;
  esac
done
[[ -n $dir ]] || { usage >&2; exit 2; }

here=$(dirname -- "$(realpath -- "$0")")
mkdir -p -- "$dir"; dir=$(realpath -- "$dir"); chmod 700 -- "$dir"
[[ $dir != *[\ \'\"\\\;\$]* ]] || die "DIR may not contain spaces, quotes, ';' or '\$': $dir"

# One caller at a time per DIR; daemons started below get fd 9 closed so they never hold the lock.
exec 9>"$dir/.lock"; flock -w 300 9 || die "another up.sh or down.sh is busy in $dir"

if [[ $fresh == yes ]]; then
  "$here/down.sh" --locked "$dir" >&2
  rm -rf -- "${dir:?}"/{www,mysql,mysql.part,www.part,sqlite,etc,log,seed.sql,seed.sqlite,seed-uploads,site.json,users.json,settings}
fi

# Remembered choices, so that a bare `up.sh DIR` later means the same site.
remember() { # NAME VALUE-OR-EMPTY DEFAULT -> value on stdout
  local file="$dir/settings/$1"
  mkdir -p "$dir/settings"
  if [[ -n $2 ]]; then printf '%s\n' "$2" >"$file"; fi
  if [[ ! -s $file ]]; then printf '%s\n' "$3" >"$file"; fi
  cat "$file"
}
free_port() { php -r '$s=stream_socket_server("tcp://127.0.0.1:0"); echo explode(":",stream_socket_get_name($s,false))[1];'; }

has_ext() { php -r 'exit(extension_loaded($argv[1]) ? 0 : 1);' "$1"; }
command -v php >/dev/null || die "php not found: apt-get install php-cli"
command -v curl >/dev/null || die "curl not found"
db=$(remember db "$db" mariadb)
source=$(remember source "$source" /usr/share/wordpress)
port=$(remember port "$port" "$(free_port)")
url="http://127.0.0.1:$port"

find_bin() { # the first that exists; sbin is often not on a user's PATH; patterns give the newest version
  local want hit
  for want in "$@"; do
    for hit in $(compgen -G "/usr/sbin/$want" | sort -rV) $(compgen -G "/usr/bin/$want" | sort -rV) "$(command -v "$want" || true)"; do
      if [[ -x $hit ]]; then printf '%s\n' "$hit"; return 0; fi
    done
  done
  return 1
}
fpm=$(find_bin php-fpm 'php-fpm[0-9]*') || die "php-fpm not found: apt-get install php-fpm"
nginx=$(find_bin nginx) || die "nginx not found: apt-get install nginx-light"
[[ -e $source ]] || die "$source not found: apt-get install wordpress"
if [[ $db == mariadb ]]; then
  mariadbd=$(find_bin mariadbd mysqld) || die "mariadbd not found: apt-get install mariadb-server"
  has_ext mysqli || die "php has no mysqli: apt-get install php-mysql"
elif [[ $db == sqlite ]]; then
  has_ext pdo_sqlite || die "php has no pdo_sqlite: apt-get install php-sqlite3"
else die "--db is mariadb or sqlite"; fi

# Unix sockets have a 107-byte path limit, so they live in a short directory derived from DIR.
run="/tmp/wp-$(id -u)-$(printf '%s' "$dir" | sha1sum | cut -c1-12)"
mkdir -p "$run"; chmod 700 "$run"; [[ -O $run ]] || die "$run belongs to someone else"
mkdir -p "$dir"/{etc,log,tmp}
printf '%s\n' "$run" >"$dir/settings/run"

alive() { # PIDFILE WORD: is the recorded process ours and running?
  local pid; [[ -s $1 ]] && pid=$(<"$1") && [[ -r /proc/$pid/cmdline ]] \
    && grep -qaF -- "$2" "/proc/$pid/cmdline"
}
wait_for() { # SECONDS WHAT COMMAND...
  local deadline=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || die "$what did not come up; see $dir/log"
    sleep 0.05
  done
}

# ---- code -------------------------------------------------------------------------------------
if [[ ! -f $dir/www/wp-load.php ]]; then
  say "copying WordPress from $source"
  rm -rf "$dir/www.part"; mkdir "$dir/www.part"
  if [[ -d $source ]]; then cp -RL --preserve=mode,timestamps "$source/." "$dir/www.part/"
  else php -r '$z=new ZipArchive; $z->open($argv[1])===true or exit(1); $z->extractTo($argv[2]) or exit(1);' "$source" "$dir/www.part" || die "cannot unzip $source (php-zip?)"
    [[ -f $dir/www.part/wordpress/wp-load.php ]] && { mv "$dir/www.part/wordpress" "$dir/www.inner"; rm -rf "$dir/www.part"; mv "$dir/www.inner" "$dir/www.part"; }
  fi
  [[ -f $dir/www.part/wp-load.php ]] || die "$source holds no WordPress (no wp-load.php)"
  rm -f "$dir/www.part/wp-config.php" "$dir/www.part/wp-content/db.php"; rm -rf "$dir/www.part/wp-content/database"
  mkdir -p "$dir/www.part/wp-content/"{mu-plugins,uploads,plugins,themes}
  mv "$dir/www.part" "$dir/www"
fi
www=$dir/www

# ---- database ---------------------------------------------------------------------------------
sock=$run/db.sock
if [[ $db == mariadb ]]; then
  if [[ ! -d $dir/mysql ]]; then
    say "creating the database files"
    rm -rf "$dir/mysql.part"
    mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$dir/mysql.part" --skip-test-db \
      --auth-root-authentication-method=normal --innodb-log-file-size=16M >"$dir/log/db-install.log" 2>&1 9>&- \
      || die "mariadb-install-db failed, see $dir/log/db-install.log"
    mv "$dir/mysql.part" "$dir/mysql"
  fi
  if ! alive "$run/db.pid" "$dir/mysql"; then
    say "starting MariaDB"
    rm -f "$sock"
    # Unless asked for, durability is traded for speed: this database is a test fixture.
    setsid "$mariadbd" --no-defaults --user="$(id -un)" --datadir="$dir/mysql" --socket="$sock" --pid-file="$run/db.pid" \
      --skip-networking --skip-log-bin --skip-name-resolve --performance-schema=OFF --max-allowed-packet=64M \
      --innodb-buffer-pool-size=64M --innodb-log-file-size=16M --innodb-flush-log-at-trx-commit=$durable --innodb-doublewrite=0 \
      --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci --tmpdir="$dir/tmp" \
      >>"$dir/log/db.log" 2>&1 </dev/null 9>&- &
    disown
  fi
  wait_for 60 MariaDB mariadb-admin --no-defaults --user=root --socket="$sock" ping
else
  if [[ ! -f $www/wp-content/db.php ]]; then
    [[ -n $sqlite_plugin ]] || die "--db sqlite needs --sqlite-plugin"
    rm -rf "$dir/tmp/sqlite"; mkdir -p "$dir/tmp/sqlite"
    if [[ -d $sqlite_plugin ]]; then cp -R "$sqlite_plugin" "$dir/tmp/sqlite/"
    else php -r '$z=new ZipArchive; $z->open($argv[1])===true or exit(1); $z->extractTo($argv[2]);' "$sqlite_plugin" "$dir/tmp/sqlite"; fi
    plugin=$(dirname "$(find "$dir/tmp/sqlite" -name db.copy | head -1)")
    rm -rf "$www/wp-content/mu-plugins/sqlite-database-integration"
    mv "$plugin" "$www/wp-content/mu-plugins/sqlite-database-integration"
    sed -e "s#{SQLITE_IMPLEMENTATION_FOLDER_PATH}#$www/wp-content/mu-plugins/sqlite-database-integration#g" \
        -e "s#{SQLITE_PLUGIN}#sqlite-database-integration/load.php#g" \
        "$www/wp-content/mu-plugins/sqlite-database-integration/db.copy" >"$www/wp-content/db.php"
  fi
  mkdir -p "$dir/sqlite"
fi

# ---- WordPress configuration ------------------------------------------------------------------
if [[ ! -s $dir/etc/salts.php ]]; then
  php -r 'echo "<?php\n"; foreach (["AUTH_KEY","SECURE_AUTH_KEY","LOGGED_IN_KEY","NONCE_KEY","AUTH_SALT","SECURE_AUTH_SALT","LOGGED_IN_SALT","NONCE_SALT"] as $k) printf("define(\"%s\", \"%s\");\n", $k, bin2hex(random_bytes(32)));' >"$dir/etc/salts.php"
fi
cat >"$www/wp-config.php" <<PHP
<?php // Written by cargo xtask wordpress.
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:$sock'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('DB_DIR', '$dir/sqlite/'); define('DB_FILE', 'wordpress.sqlite');
\$table_prefix = 'wp_';
require '$dir/etc/salts.php';
define('WP_HOME', '$url'); define('WP_SITEURL', '$url');
define('WP_ENVIRONMENT_TYPE', 'local');      // application passwords over plain http on loopback
define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);             // call wp-cron.php yourself: keeps tests deterministic
define('WP_DEBUG', false); define('FS_METHOD', 'direct'); define('DISALLOW_FILE_EDIT', true);
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
PHP
cat >"$www/wp-content/mu-plugins/00-test-site.php" <<'PHP'
<?php // Written by cargo xtask wordpress: a test site never sends mail and never nags about updates.
add_filter('pre_wp_mail', '__return_true');
foreach (['pre_site_transient_update_core', 'pre_site_transient_update_plugins', 'pre_site_transient_update_themes'] as $hook) add_filter($hook, '__return_null');
PHP
for file in ${mu_plugins[@]+"${mu_plugins[@]}"}; do cp -- "$file" "$www/wp-content/mu-plugins/"; done
php_ini=(-d "upload_max_filesize=$upload_max" -d "post_max_size=$post_max" -d memory_limit=256M -d display_errors=0
  -d log_errors=1 -d "error_log=$dir/log/php.log" -d "upload_tmp_dir=$dir/tmp" -d "sys_temp_dir=$dir/tmp"
  -d opcache.revalidate_freq=0 -d date.timezone=UTC -d "session.save_path=$dir/tmp")

# ---- installation, users, application passwords (all steps look before they act) ----------------
if [[ -n $own_plugin ]]; then
  # A site that serves already must never meet half of its plugin: only a changed one is put in place, at once.
  plugins=$www/wp-content/plugins; own=$plugins/${own_plugin##*/}
  if ! diff -rq -- "$own_plugin" "$own" >/dev/null 2>&1; then
    rm -rf "$dir/tmp/plugin"; cp -R -- "$own_plugin" "$dir/tmp/plugin"
    rm -rf "$dir/tmp/plugin.old"; [[ ! -e $own ]] || mv "$own" "$dir/tmp/plugin.old"
    mv "$dir/tmp/plugin" "$own"; rm -rf "$dir/tmp/plugin.old"
  fi
fi
export WPUP_DIR=$dir WPUP_URL=$url WPUP_PLUGIN=${own_plugin##*/}
provision() { php "${php_ini[@]}" -d max_execution_time=0 "$here/provision.php"; }
if [[ ! -s $dir/users.json ]]; then
  say "installing WordPress"   # from an empty database: an interrupted installation leaves half of one
  if [[ $db == mariadb ]]; then mariadb --no-defaults --user=root --socket="$sock" -e 'DROP DATABASE IF EXISTS wordpress; CREATE DATABASE wordpress CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'
  else rm -f "$dir"/sqlite/wordpress.sqlite*; fi
  rm -f "$dir"/seed.sql "$dir"/seed.sqlite
fi
if [[ $reset == yes && -s $dir/seed.sql && $db == mariadb ]]; then
  say "resetting content"
  mariadb --no-defaults --user=root --socket="$sock" -e 'DROP DATABASE IF EXISTS wordpress'
  mariadb --no-defaults --user=root --socket="$sock" <"$dir/seed.sql"
  find "$www/wp-content/uploads" -mindepth 1 -delete
elif [[ $reset == yes && -s $dir/seed.sqlite && $db == sqlite ]]; then
  say "resetting content"
  rm -f "$dir"/sqlite/wordpress.sqlite*; cp "$dir/seed.sqlite" "$dir/sqlite/wordpress.sqlite"
  find "$www/wp-content/uploads" -mindepth 1 -delete
fi
provision >"$dir/users.json.part" 2>"$dir/log/provision.log" 9>&- || { tail -n 20 "$dir/log/provision.log" "$dir/log/php.log" >&2 2>/dev/null || true; die "installation failed"; }
mv "$dir/users.json.part" "$dir/users.json"; chmod 600 "$dir/users.json"

# The state right after installation, for --reset.
if [[ $db == mariadb && ! -s $dir/seed.sql ]]; then
  mariadb-dump --no-defaults --user=root --socket="$sock" --databases wordpress >"$dir/seed.sql.part" && mv "$dir/seed.sql.part" "$dir/seed.sql"
elif [[ $db == sqlite && ! -s $dir/seed.sqlite ]]; then cp "$dir/sqlite/wordpress.sqlite" "$dir/seed.sqlite"
fi

# ---- web server -------------------------------------------------------------------------------
pool=${run##*/}
cat >"$dir/etc/php-fpm.conf" <<FPM
[global]
pid = $run/fpm.pid
error_log = $dir/log/php-fpm.log
daemonize = yes
[$pool]
listen = $run/fpm.sock
listen.mode = 0600
pm = static
pm.max_children = $workers
catch_workers_output = yes
clear_env = yes
FPM
if [[ $(id -u) == 0 ]]; then fpm_user=$'user = root\ngroup = root' root_flag=-R; else fpm_user='' root_flag=''; fi
[[ -z $fpm_user ]] || printf '%s\n' "$fpm_user" >>"$dir/etc/php-fpm.conf"
cat >"$dir/etc/nginx.conf" <<NGX
pid $run/nginx.pid;
error_log $dir/log/nginx-error.log;
master_process off; # one process: nothing is left holding the port if it is killed
events { worker_connections 512; }
http {
  include /etc/nginx/mime.types; default_type application/octet-stream;
  access_log $dir/log/access.log; server_tokens off; keepalive_timeout 30; keepalive_requests 10000;
  client_max_body_size $body_max;
  client_body_temp_path $dir/tmp/body; proxy_temp_path $dir/tmp/proxy; fastcgi_temp_path $dir/tmp/fastcgi;
  uwsgi_temp_path $dir/tmp/uwsgi; scgi_temp_path $dir/tmp/scgi;
  server {
    listen 127.0.0.1:$port; server_name 127.0.0.1 localhost; root $www; index index.php;
    location / { try_files \$uri \$uri/ /index.php?\$args; }
    location ~* ^/wp-content/uploads/.*\.php\$ { return 403; }
    location ~ \.php\$ {
      try_files \$uri =404; include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
      fastcgi_param HTTP_HOST 127.0.0.1:$port;  # Debian's fastcgi_params drops the port: WordPress would redirect / to itself
      fastcgi_pass unix:$run/fpm.sock; fastcgi_request_buffering $buffering; fastcgi_read_timeout ${patience}s; fastcgi_buffers 16 32k; fastcgi_buffer_size 64k;
    }
  }
}
NGX
conf_sum=$(cat "$dir/etc/php-fpm.conf" "$dir/etc/nginx.conf" <(printf '%s\n' "${php_ini[@]}") | sha1sum)
if [[ $(cat "$dir/etc/running" 2>/dev/null) != "$conf_sum" ]]; then "$here/down.sh" --locked --web-only "$dir" >&2; fi
if ! alive "$run/fpm.pid" "$dir/etc/php-fpm.conf"; then
  say "starting php-fpm"
  # A killed master leaves its children holding the socket; the pool name tells them from anyone else's.
  for proc in /proc/[0-9]*; do if grep -qa "^php-fpm: pool $pool" "$proc/cmdline" 2>/dev/null; then kill -KILL "${proc#/proc/}" 2>/dev/null || true; fi; done
  rm -f "$run/fpm.sock"
  "$fpm" $root_flag -y "$dir/etc/php-fpm.conf" "${php_ini[@]}" >>"$dir/log/php-fpm.log" 2>&1 </dev/null 9>&- || die "php-fpm failed, see $dir/log/php-fpm.log"
fi
if ! alive "$run/nginx.pid" "$dir/etc/nginx.conf"; then
  say "starting nginx on $url"
  "$nginx" -p "$dir" -c "$dir/etc/nginx.conf" -e "$dir/log/nginx-error.log" >>"$dir/log/nginx-error.log" 2>&1 </dev/null 9>&- || { tail -3 "$dir/log/nginx-error.log" >&2; die "nginx failed (port $port taken?)"; }
fi
printf '%s\n' "$conf_sum" >"$dir/etc/running"
wait_for 30 "the REST API" curl -fsS --noproxy '*' -m 20 "$url/wp-json/"

# ---- proof: every user can log in -------------------------------------------------------------
while read -r login pass; do
  code=$(curl -s --noproxy '*' -m 20 -o /dev/null -w '%{http_code}' -u "$login:$pass" "$url/wp-json/wp/v2/users/me?context=edit")
  [[ $code == 200 ]] || die "$login cannot log in over REST (HTTP $code)"
done < <(php -r 'foreach (json_decode(file_get_contents($argv[1]), true)["users"] as $u) echo $u["login"], " ", $u["app_password"], "\n";' "$dir/users.json")

cp "$dir/users.json" "$dir/site.json"; chmod 600 "$dir/site.json"
cat "$dir/site.json"
