<?php
/** Guards of WordPress's own routes for our types: one post per draft and language (409), ETag and If-Match (412). */

namespace Qalam;

use WP_Error;

defined('ABSPATH') || exit;

/** The post type and id a plain route is about, when it is one of ours. */
function plain_target(string $route): ?array {
    if (!preg_match('#^/wp/v2/qalam-([a-z-]+)(?:/(\d+))?$#', $route, $found)) {
        return null;
    }
    $type = post_types()[str_replace('-', '_', $found[1])] ?? null;
    return $type ? [$type, (int) ($found[2] ?? 0)] : null;
}

function plain_etag(int $id): string {
    clean_post_cache($id);
    $post = get_post($id);
    return '"' . substr(hash('sha256', wp_json_encode([$post->post_title, $post->post_content, $post->post_excerpt, $post->post_status, $post->post_name])), 0, 32) . '"';
}

add_filter('rest_request_before_callbacks', function ($response, $handler, $request) {
    $target = plain_target($request->get_route());
    if (is_wp_error($response) || !$target || !current_user_can('edit_posts')) {
        return $response;
    }
    [, $id] = $target;
    $method = $request->get_method();
    $draft = (string) ($request['meta']['qalam_draft'] ?? '');
    if (!$id && $method === 'POST' && $draft !== '') {
        lock("item-$draft");
        $known = posts_of($draft)[(string) ($request['meta']['qalam_lang'] ?? '')] ?? null;
        if ($known) {
            return new WP_Error('qalam_duplicate', 'A post of this draft and language exists.', ['status' => 409, 'id' => $known->ID, 'post_status' => $known->post_status, 'etag' => plain_etag($known->ID)]);
        }
    }
    $match = $request->get_header('if_match');
    if ($id && $match && $match !== '*' && get_post($id) && in_array($method, ['POST', 'PUT', 'PATCH', 'DELETE'], true)) {
        lock("post-$id");
        if (!in_array(plain_etag($id), array_map('trim', explode(',', $match)), true)) {
            return new WP_Error('qalam_conflict', 'The post changed meanwhile.', ['status' => 412, 'etag' => plain_etag($id)]);
        }
    }
    return $response;
}, 10, 3);

add_filter('rest_post_dispatch', function ($response, $server, $request) {
    if ($response->get_status() < 300 && $target = plain_target($request->get_route())) {
        $id = $target[1] ?: (int) ($request->get_method() === 'POST' ? $response->get_data()['id'] ?? 0 : 0);
        if ($id && get_post($id)) {
            $response->header('ETag', plain_etag($id));
        }
    }
    return $response;
}, 10, 3);
