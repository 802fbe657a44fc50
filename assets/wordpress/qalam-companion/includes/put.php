<?php
/** Storing a release: PUT /v1/items/{draft}. */

namespace Qalam;

use WP_REST_Request;
use WP_REST_Response;

defined('ABSPATH') || exit;

function put_item(WP_REST_Request $request): WP_REST_Response {
    $draft = $request['id'];
    $absent = $request->get_header('if_none_match');
    $match = $request->get_header('if_match');
    if ($absent === null && $match === null) {
        return problem(428, 'precondition_required', 'If-None-Match: * or If-Match is required');
    }
    if (($absent !== null && $absent !== '*') || ($absent !== null && $match !== null)) {
        return problem(400, 'precondition_invalid', 'Give either If-None-Match: * or If-Match');
    }
    if (strlen($request->get_body()) > ITEM_BYTES) {
        return problem(413, 'too_large', 'Longer than the portal takes', ['limit' => ITEM_BYTES]);
    }
    $body = json_decode($request->get_body(), true);
    $text = $body['release'] ?? null;
    $approval = $body['approval'] ?? null;
    if (!is_string($text) || !is_array($approval)) {
        return problem(400, 'body_invalid', 'The body is not as the contract says');
    }
    $hash = hash('sha256', $text);
    if (($approval['release'] ?? '') !== $hash) {
        return problem(409, 'approval_mismatch', 'The approval is for another release', ['computed' => $hash]);
    }
    $release = json_decode($text, true);
    if ($fault = release_fault($draft, $release)) {
        return problem(422, 'release_invalid', 'The release cannot be read', ['errors' => [['pointer' => "/release/$fault", 'detail' => 'is not as the contract says']]]);
    }
    if (!lock("item-$draft")) {
        return problem(503, 'unavailable', 'Another request about this item is still running', [], ['Retry-After' => '2']);
    }
    $item = find_item($draft);
    if (!may_write($release['owner'], $item)) {
        return problem(403, 'rights', 'The account may not write this item');
    }
    $incoming = ['draft' => $draft, 'hash' => $hash, 'text' => $text, 'approval' => $approval, 'release' => $release, 'rendered' => $body['rendered'] ?? []];
    if (!$item) {
        if ($match !== null) {
            return problem(412, 'precondition_failed', 'The portal holds nothing under this id', ['etag' => null]);
        }
        return create($incoming);
    }
    $seen = look($item);
    if ($seen['state'] === 'deleted') {
        return problem(410, 'item_gone', 'The portal removed this item');
    }
    if ($item->release_hash === $hash) {
        // The same again: nothing to do, unless an earlier attempt ended before the posts were written.
        return $item->written ? stored(200, $seen) : write($incoming, 200);
    }
    if ($match === null || $match !== $seen['etag']) {
        return problem(412, 'precondition_failed', 'The portal holds another revision', ['etag' => $seen['etag'], 'release' => $item->release_hash, 'edited' => $seen['edited']], ['ETag' => $seen['etag']]);
    }
    $revised = update_item($draft, (int) $item->revision, row($incoming, (int) $item->revision + 1));
    return $revised ? write($incoming, 200) : problem(412, 'precondition_failed', 'The portal holds another revision', ['etag' => look(find_item($draft))['etag']]);
}

/** The first member of a release that cannot be used; null when all can. */
function release_fault(string $draft, $release): ?string {
    if (!is_array($release) || ($release['format'] ?? '') !== 'qalam-release/1') {
        return 'format';
    }
    if (($release['draft'] ?? '') !== $draft) {
        return 'draft';
    }
    foreach (['owner', 'primary_lang'] as $key) {
        if (!is_string($release[$key] ?? null) || !preg_match('/^[A-Za-z0-9-]{1,40}$/', $release[$key])) {
            return $key;
        }
    }
    if (!isset(post_types()[$release['type'] ?? ''])) {
        return 'type';
    }
    $languages = $release['languages'] ?? null;
    if (!is_array($languages) || !isset($languages[$release['primary_lang']])) {
        return 'languages';
    }
    foreach ($languages as $lang => $version) {
        if (!preg_match('/^[A-Za-z0-9-]{1,40}$/', (string) $lang) || !is_string($version['title'] ?? null) || !is_string($version['summary'] ?? null) || !is_string($version['body'] ?? null)) {
            return "languages/$lang";
        }
    }
    if (!is_array($release['areas'] ?? null) || !is_array($release['attachments'] ?? null)) {
        return 'areas';
    }
    foreach ($release['attachments'] as $file) {
        if (!preg_match('/^[0-9a-f]{64}$/', $file['sha256'] ?? '')) {
            return 'attachments';
        }
    }
    return null;
}

/** The columns of an item that a release fills. */
function row(array $in, int $revision): array {
    return [
        'owner' => $in['release']['owner'], 'type' => $in['release']['type'], 'primary_lang' => $in['release']['primary_lang'], 'revision' => $revision,
        'etag' => '"' . substr(hash('sha256', "$revision:{$in['hash']}"), 0, 32) . '"', 'release_hash' => $in['hash'],
        'body' => base64_encode($in['text']), 'approval' => base64_encode(wp_json_encode($in['approval'])),
        'fingerprint' => '', 'written' => 0, 'decision' => '', 'received_at' => '',
    ];
}

function create(array $in): WP_REST_Response {
    global $wpdb;
    $quiet = $wpdb->suppress_errors(true);
    // Of several at once the primary key lets one through.
    $made = $wpdb->insert(table('item'), ['draft' => $in['draft'], 'account' => get_current_user_id(), 'comments' => '[]', 'updated_at' => now()] + row($in, 1));
    $wpdb->suppress_errors($quiet);
    if ($made) {
        return write($in, 201);
    }
    if (find_item($in['draft'])) {
        return problem(503, 'unavailable', 'Another request about this item is still running', [], ['Retry-After' => '1']);
    }
    return problem(500, 'internal', 'The release could not be stored');
}

/** Writes the posts of a stored release, and notes that they are written. May be repeated. */
function write(array $in, int $status): WP_REST_Response {
    $item = find_item($in['draft']);
    if (!$item || hash('sha256', base64_decode($item->body)) !== $in['hash']) {
        return problem(500, 'internal', 'The stored release is not the one sent');
    }
    $known = posts_of($in['draft']);
    foreach ($in['release']['languages'] as $lang => $version) {
        $post = write_post($in, (string) $lang, $version, $known[$lang] ?? null);
        if (is_wp_error($post)) {
            return problem(500, 'internal', 'A post could not be stored', ['detail' => $post->get_error_message()]);
        }
        set_terms($post, $in['release'], (string) $lang);
    }
    foreach (array_diff_key($known, $in['release']['languages']) as $dropped) {
        if ($dropped->post_status !== 'trash') {
            wp_trash_post($dropped->ID);
        }
    }
    fill_files($in['draft'], $in['release']);
    $posts = array_intersect_key(posts_of($in['draft']), $in['release']['languages']);
    update_item($in['draft'], (int) $item->revision, ['written' => 1, 'fingerprint' => fingerprint($posts, $in['release'])]);
    note_change($in['draft']);
    return stored($status, look(find_item($in['draft'])));
}

/**
 * The post of one language. The desk sends its rendering of the approved text along; without one the text is
 * shown as it was written. Whatever comes is reduced to what WordPress lets an author write.
 */
function write_post(array $in, string $lang, array $version, ?\WP_Post $known) {
    $rendered = $in['rendered'][$lang] ?? null;
    $html = is_string($rendered) ? $rendered : '<pre>' . htmlspecialchars($version['body'], ENT_NOQUOTES) . '</pre>';
    $fields = [
        'post_type' => post_types()[$in['release']['type']], 'post_status' => 'pending',
        'post_title' => htmlspecialchars($version['title'], ENT_NOQUOTES), 'post_excerpt' => htmlspecialchars($version['summary'], ENT_NOQUOTES),
        'post_content' => wp_kses_post($html), 'comment_status' => 'closed', 'ping_status' => 'closed',
        'meta_input' => ['qalam_draft' => $in['draft'], 'qalam_lang' => $lang, 'qalam_release' => $in['hash']],
    ];
    $known ??= stock_post($in['draft'], $lang);
    if ($known) {
        // A new text is the editor's to publish anew, also where an older one was public.
        return wp_update_post(wp_slash(['ID' => $known->ID] + $fields), true);
    }
    return wp_insert_post(wp_slash($fields + ['post_name' => sanitize_title("{$in['draft']}-$lang")]), true);
}

/** A post that was delivered before this plugin was here; it goes on as one of ours. */
function stock_post(string $draft, string $lang): ?\WP_Post {
    $slug = sanitize_title("$draft-$lang");
    $found = get_posts(['post_type' => 'post', 'post_status' => array_keys(get_post_stati()), 'post_name__in' => [$slug, "{$slug}__trashed"], 'numberposts' => 1, 'orderby' => 'ID', 'order' => 'ASC']);
    return $found && str_contains($found[0]->post_content, "qalam:item draft=$draft") ? $found[0] : null;
}
