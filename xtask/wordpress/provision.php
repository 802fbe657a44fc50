<?php
// Called by up.sh: install WordPress if needed, make sure the users and their application
// passwords exist, and print the site description as JSON. Safe to run any number of times.
$dir = getenv('WPUP_DIR');
$url = getenv('WPUP_URL');
$parts = parse_url($url);
$_SERVER['HTTP_HOST'] = $parts['host'] . ':' . $parts['port'];
$_SERVER['SERVER_NAME'] = $parts['host'];
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
ob_start();
function wp_new_blog_notification() {} // no e-mail
// WordPress dies with an HTML page when it is not installed; this constant lets it load.
$known = @json_decode((string) @file_get_contents("$dir/users.json"), true);
if (!$known) define('WP_INSTALLING', true);
require "$dir/www/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
if (!is_blog_installed()) {
    // A database that is only just recovering must not be taken for an empty one.
    if ($known) { fwrite(STDERR, "the database does not answer for the site that was installed\n"); exit(1); }
    $made = wp_install('Sample Health Portal', 'admin', 'admin@example.test', false, '', wp_generate_password(20, false));
    if (is_wp_error($made)) { fwrite(STDERR, $made->get_error_message() . "\n"); exit(1); }
    foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1]) as $sample) wp_delete_post($sample->ID, true);
}
foreach (['permalink_structure' => '/%postname%/', 'timezone_string' => 'UTC', 'blog_public' => 0, 'default_comment_status' => 'closed', 'default_ping_status' => 'closed'] as $name => $value) {
    if (get_option($name) !== $value) update_option($name, $value);
}
global $wp_rewrite;
$wp_rewrite->init();
flush_rewrite_rules(false); // nginx routes; no .htaccess
$plugin = getenv('WPUP_PLUGIN');
if ($plugin) {
    require_once ABSPATH . 'wp-admin/includes/plugin.php';
    $failed = activate_plugin("$plugin/$plugin.php");
    if (is_wp_error($failed)) { fwrite(STDERR, $failed->get_error_message() . "\n"); exit(1); }
}
// What the database does not answer looks like nothing there; from here on every error of it counts.
$EZSQL_ERROR = [];
$old = [];
foreach ($known['users'] ?? [] as $u) $old[$u['login']] = $u;
$users = [];
foreach (['admin' => 'administrator', 'editor' => 'editor', 'author' => 'author', 'author2' => 'author', 'contributor' => 'contributor', 'subscriber' => 'subscriber'] as $login => $role) {
    $user = get_user_by('login', $login);
    $password = $old[$login]['login_password'] ?? wp_generate_password(20, false);
    if (!$user) {
        $id = wp_insert_user(['user_login' => $login, 'user_pass' => $password, 'user_email' => "$login@example.test", 'role' => $role]);
        if (is_wp_error($id)) { fwrite(STDERR, "$login: " . $id->get_error_message() . "\n"); exit(1); }
        $user = get_user_by('id', $id);
    } elseif (empty($old[$login])) {
        wp_set_password($password, $user->ID);
    }
    // Whoever noted an application password keeps it for the life of users.json: one that is missing is
    // stored again, never replaced by another.
    $app = $old[$login]['app_password'] ?? wp_generate_password(24, false);
    $valid = false;
    foreach (WP_Application_Passwords::get_user_application_passwords($user->ID) as $item) {
        $same = function_exists('wp_verify_fast_hash') ? WP_Application_Passwords::check_password($app, $item['password']) : wp_check_password($app, $item['password'], $user->ID);
        if ($same) $valid = true;
    }
    if (!$valid) {
        $hash = method_exists('WP_Application_Passwords', 'hash_password') ? WP_Application_Passwords::hash_password($app) : wp_hash_password($app);
        update_user_meta($user->ID, WP_Application_Passwords::USERMETA_KEY_APPLICATION_PASSWORDS, [['uuid' => wp_generate_uuid4(), 'app_id' => '', 'name' => 'sync-tests', 'password' => $hash, 'created' => time(), 'last_used' => null, 'last_ip' => null]]);
        update_network_option(null, WP_Application_Passwords::OPTION_KEY_IN_USE, true);
    }
    $users[] = ['login' => $login, 'role' => $role, 'id' => $user->ID, 'app_password' => $app, 'login_password' => $password];
}
if ($EZSQL_ERROR) { fwrite(STDERR, 'the database: ' . end($EZSQL_ERROR)['error_str'] . "\n"); exit(1); }
ob_end_clean();
echo json_encode(['url' => $url, 'rest_url' => "$url/wp-json/", 'wp_version' => get_bloginfo('version'), 'php_version' => PHP_VERSION, 'db' => trim(file_get_contents("$dir/settings/db")), 'dir' => $dir, 'plugin' => (string) $plugin, 'users' => $users], JSON_UNESCAPED_SLASHES | JSON_PRETTY_PRINT), "\n";
