<?php
/** Answers of the contract: problems (RFC 9457), the routes, who may ask. */

namespace Qalam;

use WP_REST_Request;
use WP_REST_Response;

defined('ABSPATH') || exit;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ITEM_BYTES = 8 * 1024 * 1024;

function problem(int $status, string $code, string $title, array $more = [], array $headers = []): WP_REST_Response {
    $body = ['type' => "urn:qalam:problem:$code", 'title' => $title, 'status' => $status] + $more;
    return new WP_REST_Response($body, $status, $headers + ['Content-Type' => 'application/problem+json']);
}

function register_routes(): void {
    $write = fn() => current_user_can('edit_posts');
    $decide = fn() => current_user_can('edit_others_posts');
    $route = function (string $path, string $methods, string $callback, $permission) {
        register_rest_route('qalam', "/v1$path", ['methods' => $methods, 'callback' => __NAMESPACE__ . "\\$callback", 'permission_callback' => $permission]);
    };
    $item = '/items/(?P<id>' . UUID . ')';
    $upload = '/uploads/(?P<id>[0-9a-f]{32})';
    $route('', 'GET', 'service', '__return_true');
    $route('/me', 'GET', 'me', $write);
    $route('/items', 'GET', 'list_items', $write);
    $route($item, 'GET', 'get_item', $write);
    $route($item, 'PUT', 'put_item', $write);
    $route("$item/withdrawal", 'POST', 'withdraw', $write);
    $route("$item/decision", 'POST', 'decide', $decide);
    $route('/files/(?P<sha256>[0-9a-f]{64})', 'GET', 'get_file', $write);
    $route('/uploads', 'POST', 'create_upload', fn() => current_user_can('upload_files'));
    $route($upload, 'GET', 'get_upload', $write);
    $route($upload, 'DELETE', 'end_upload', $write);
    // The bytes of an upload never pass through the REST server: it would hold them in memory.
    receive_if_asked();
}

function service(WP_REST_Request $request): WP_REST_Response {
    $nonce = $request['nonce'];
    return new WP_REST_Response([
        'contract' => CONTRACT, 'name' => get_bloginfo('name'), 'nonce' => is_string($nonce) ? substr($nonce, 0, 128) : null, 'time' => now(),
        'languages' => ['ar', 'en', 'fr'],
        'limits' => ['item_bytes' => ITEM_BYTES, 'file_bytes' => FILE_BYTES, 'file_types' => array_values(array_unique(get_allowed_mime_types())), 'refused_types' => []],
        'features' => ['changes', 'comments', 'withdrawal', 'rendering'],
        'auth' => ['basic'],
        // Relative: behind a proxy the site may not know its own scheme and port.
        'uploads' => ['url' => 'uploads', 'version' => '1.0.0', 'extensions' => ['creation', 'expiration', 'checksum', 'termination', 'concatenation'], 'expires_seconds' => EXPIRES],
        'vocabularies' => (object) [], 'software' => ['plugin' => VERSION, 'wordpress' => get_bloginfo('version')],
    ], 200, ['Cache-Control' => 'no-store']);
}

function me(): WP_REST_Response {
    $user = wp_get_current_user();
    $write = current_user_can('edit_posts') && current_user_can('upload_files');
    return new WP_REST_Response([
        'account' => (string) $user->ID, 'name' => $user->display_name, 'owner' => get_user_meta($user->ID, 'qalam_owner', true) ?: null,
        'roles' => array_values($user->roles), 'rights' => ['write' => $write, 'withdraw' => $write],
    ]);
}

/** Whether the present account may write for this owner, and for an item another account made. */
function may_write(string $owner, ?object $item): bool {
    $bound = get_user_meta(get_current_user_id(), 'qalam_owner', true);
    if ($bound && strcasecmp($bound, $owner) !== 0) {
        return false;
    }
    return !$item || (int) $item->account === get_current_user_id() || current_user_can('edit_others_posts') || ($bound && $item->owner === $owner);
}
