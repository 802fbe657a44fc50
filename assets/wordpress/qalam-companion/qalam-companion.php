<?php
/**
 * Plugin Name: Qalam companion
 * Description: Receives approved content from Qalam: content types, exactly-once delivery, resumable uploads, receipts.
 * Version: 1.0.0
 * Requires at least: 6.1
 * Requires PHP: 8.0
 * License: MIT
 *
 * It makes this site a portal of the Qalam portal contract under /wp-json/qalam/v1. What arrives waits
 * as "pending": publishing stays with the site's editors.
 */

namespace Qalam;

defined('ABSPATH') || exit;

const VERSION = '1.0.0';
const CONTRACT = 'qalam-portal/1';

require __DIR__ . '/includes/store.php';
require __DIR__ . '/includes/types.php';
require __DIR__ . '/includes/answer.php';
require __DIR__ . '/includes/items.php';
require __DIR__ . '/includes/put.php';
require __DIR__ . '/includes/files.php';
require __DIR__ . '/includes/uploads.php';
require __DIR__ . '/includes/plain-rest.php';
require __DIR__ . '/includes/editor.php';
require __DIR__ . '/includes/links.php';

register_activation_hook(__FILE__, function () {
    make_tables();
    register_types();
    flush_rewrite_rules(false);
});
add_action('plugins_loaded', function () {
    // An update by copying files runs no activation.
    if (get_option('qalam_tables') !== TABLES) {
        make_tables();
    }
});
add_action('init', __NAMESPACE__ . '\register_types');
add_action('rest_api_init', __NAMESPACE__ . '\register_routes');
