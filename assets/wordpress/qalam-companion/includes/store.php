<?php
/**
 * The plugin's own tables, and the lock. The primary key of the item table is what makes an item exist
 * once; the lock only lets a second request wait for the first.
 */

namespace Qalam;

defined('ABSPATH') || exit;

const TABLES = '1';

function table(string $name): string {
    global $wpdb;
    return "{$wpdb->prefix}qalam_$name";
}

function make_tables(): void {
    global $wpdb;
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    $charset = $wpdb->get_charset_collate();
    // `body` and `approval` are base64: no character set of any database can change a byte of them.
    dbDelta('CREATE TABLE ' . table('item') . " (
        draft varchar(36) NOT NULL,
        account bigint(20) unsigned NOT NULL,
        owner varchar(40) NOT NULL,
        type varchar(40) NOT NULL,
        primary_lang varchar(40) NOT NULL,
        revision bigint(20) unsigned NOT NULL,
        etag varchar(40) NOT NULL,
        release_hash varchar(64) NOT NULL,
        body longtext NOT NULL,
        approval longtext NOT NULL,
        fingerprint varchar(64) NOT NULL,
        written tinyint(1) NOT NULL,
        decision varchar(20) NOT NULL,
        comments longtext NOT NULL,
        received_at varchar(30) NOT NULL,
        updated_at varchar(30) NOT NULL,
        PRIMARY KEY  (draft)
    ) $charset;");
    dbDelta('CREATE TABLE ' . table('file') . " (
        sha256 varchar(64) NOT NULL,
        attachment bigint(20) unsigned NOT NULL,
        bytes bigint(20) unsigned NOT NULL,
        PRIMARY KEY  (sha256)
    ) $charset;");
    dbDelta('CREATE TABLE ' . table('upload') . " (
        id varchar(32) NOT NULL,
        account bigint(20) unsigned NOT NULL,
        kind varchar(10) NOT NULL,
        sha256 varchar(64) NOT NULL,
        name varchar(255) NOT NULL,
        mime varchar(120) NOT NULL,
        length bigint(20) unsigned NOT NULL,
        done tinyint(1) NOT NULL,
        expires bigint(20) unsigned NOT NULL,
        PRIMARY KEY  (id)
    ) $charset;");
    dbDelta('CREATE TABLE ' . table('change') . " (
        seq bigint(20) unsigned NOT NULL AUTO_INCREMENT,
        draft varchar(36) NOT NULL,
        PRIMARY KEY  (seq),
        KEY draft (draft)
    ) $charset;");
    update_option('qalam_tables', TABLES);
}

/** A folder of ours below the uploads, closed to readers where the web server honours it. */
function incoming(): string {
    $dir = wp_upload_dir(null, false)['basedir'] . '/qalam-incoming';
    if (!is_dir($dir)) {
        wp_mkdir_p($dir);
        file_put_contents("$dir/index.php", "<?php\n");
        file_put_contents("$dir/.htaccess", "Require all denied\n");
    }
    return $dir;
}

/**
 * Of two requests about one thing at once one waits; freed when the request ends, however it ends. A file
 * lock holds among the processes of one machine, the database's own among machines that share it.
 */
function lock(string $name): bool {
    static $held = [];
    global $wpdb;
    // Few files serve all names. Whoever holds one takes no other of them afterwards but that for changes.
    $name = $name === 'changes' ? $name : substr(md5($name), 0, 2);
    if (isset($held[$name])) {
        return true;
    }
    $file = fopen(incoming() . "/lock-$name.php", 'c');
    $until = microtime(true) + 20;
    while (!$file || !flock($file, LOCK_EX | LOCK_NB)) {
        if (microtime(true) > $until) {
            return false;
        }
        usleep(20000);
    }
    $held[$name] = $file;
    $quiet = $wpdb->suppress_errors(true);
    $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, 20)', "qalam-$name"));
    $wpdb->suppress_errors($quiet);
    return true;
}

function find_item(string $draft): ?object {
    global $wpdb;
    return $wpdb->get_row($wpdb->prepare('SELECT * FROM ' . table('item') . ' WHERE draft = %s', $draft));
}

/** Writes some columns of an item; answers whether the row still had the revision given. */
function update_item(string $draft, int $revision, array $values): bool {
    global $wpdb;
    return (bool) $wpdb->update(table('item'), $values + ['updated_at' => now()], ['draft' => $draft, 'revision' => $revision]);
}

/** The item moved: whoever asks for changes after this moment is told. */
function note_change(string $draft): void {
    global $wpdb;
    lock('changes');
    $wpdb->delete(table('change'), ['draft' => $draft]);
    $wpdb->insert(table('change'), ['draft' => $draft]);
}

function now(): string {
    $micro = sprintf('%.3f', microtime(true));
    [$seconds, $millis] = explode('.', $micro);
    return gmdate('Y-m-d\TH:i:s', (int) $seconds) . ".{$millis}Z";
}

/** The posts of an item by language, the trash included. */
function posts_of(string $draft): array {
    $found = get_posts([
        'post_type' => array_values(post_types()), 'post_status' => array_keys(get_post_stati()), 'numberposts' => 50,
        'meta_key' => 'qalam_draft', 'meta_value' => $draft, 'orderby' => 'ID', 'order' => 'ASC', 'suppress_filters' => true,
    ]);
    $posts = [];
    foreach ($found as $post) {
        $lang = get_post_meta($post->ID, 'qalam_lang', true);
        $posts[$lang] ??= $post;
    }
    ksort($posts);
    return $posts;
}
