<?php
/** What the site holds of an item, as the contract tells it. */

namespace Qalam;

use WP_REST_Request;
use WP_REST_Response;

defined('ABSPATH') || exit;

const PAGE = 100;

/** Stands in a text for the address of a file that is not here yet; the name can never exist. */
function placeholder(string $sha256): string {
    return "https://qalam.invalid/$sha256";
}

function release_of(object $item): array {
    return json_decode(base64_decode($item->body), true) ?: [];
}

/** SHA-256 of the files a release names, sorted. */
function files_of(array $release): array {
    $files = array_unique(array_column($release['attachments'] ?? [], 'sha256'));
    sort($files);
    return $files;
}

function missing_of(array $release): array {
    return array_values(array_filter(files_of($release), fn($sha256) => !held_file($sha256)));
}

/** One value for all that an editor could change in the texts; addresses of files do not count. */
function fingerprint(array $posts, array $release): string {
    $known = [];
    foreach (files_of($release) as $sha256) {
        if ($file = held_file($sha256)) {
            $known[$file->url] = placeholder($sha256);
        }
    }
    $parts = [];
    foreach ($posts as $lang => $post) {
        $parts[] = [$lang, $post->post_title, strtr($post->post_content, $known), $post->post_excerpt];
    }
    return hash('sha256', wp_json_encode($parts));
}

/** Everything known of an item: [row, release, posts, edited, etag, state, missing]. */
function look(object $item): array {
    $release = release_of($item);
    $posts = posts_of($item->draft);
    $here = array_filter($posts, fn($post) => $post->post_status !== 'trash');
    $print = fingerprint($posts, $release);
    $edited = $item->written && $print !== $item->fingerprint;
    $missing = missing_of($release);
    $published = array_filter($here, fn($post) => in_array($post->post_status, ['publish', 'future', 'private'], true));
    $state = match (true) {
        $item->decision === 'withdrawn' => 'withdrawn',
        $item->written && !$here => 'deleted',
        (bool) $published => 'published',
        $item->decision === 'returned' => 'returned',
        !$item->written || $missing => 'incomplete',
        default => 'received',
    };
    return [
        'item' => $item, 'release' => $release, 'posts' => $posts, 'edited' => $edited, 'state' => $state, 'missing' => $missing,
        'etag' => $edited ? '"' . substr(hash('sha256', $item->etag . $print), 0, 32) . '"' : $item->etag,
    ];
}

/** Hash of what is stored, read anew from the database: the one thing a receipt may name. */
function receipt(array $seen): ?array {
    $item = find_item($seen['item']->draft);
    if (!$item || !$item->written || $seen['missing']) {
        return null;
    }
    if ($item->received_at === '') {
        update_item($item->draft, (int) $item->revision, ['received_at' => now()]);
        $item = find_item($item->draft);
    }
    return [
        'release' => hash('sha256', base64_decode($item->body)), 'files' => files_of($seen['release']),
        'received_at' => $item->received_at, 'portal' => get_bloginfo('name'),
    ];
}

function public_url(array $seen): string {
    $post = $seen['posts'][$seen['item']->primary_lang] ?? reset($seen['posts']);
    return $post ? (string) get_permalink($post) : '';
}

function stored(int $status, array $seen): WP_REST_Response {
    $receipt = receipt($seen);
    $body = ['id' => $seen['item']->draft, 'etag' => $seen['etag'], 'state' => $seen['state'], 'url' => public_url($seen), 'missing' => $seen['missing'], 'receipt' => $receipt];
    return new WP_REST_Response($body, $status, ['ETag' => $seen['etag']]);
}

function remote(array $seen, bool $whole): array {
    $item = $seen['item'];
    $body = [
        'id' => $item->draft, 'owner' => $item->owner, 'type' => $item->type, 'state' => $seen['state'], 'etag' => $seen['etag'], 'release' => $item->release_hash,
        'edited' => $seen['edited'], 'title' => html_entity_decode($seen['posts'][$item->primary_lang]->post_title ?? '', ENT_QUOTES | ENT_HTML5), 'url' => public_url($seen), 'updated_at' => $item->updated_at,
        'missing' => $seen['missing'], 'receipt' => receipt($seen), 'comments' => json_decode($item->comments, true) ?: [],
    ];
    if ($whole) {
        // Read anew as objects: members that are empty stay objects, and what was not edited has its hash.
        $content = json_decode(base64_decode($item->body));
        foreach ($seen['edited'] ? $seen['posts'] : [] as $lang => $post) {
            $content->languages->$lang ??= new \stdClass();
            $content->languages->$lang->title = html_entity_decode($post->post_title, ENT_QUOTES | ENT_HTML5);
            $content->languages->$lang->summary = html_entity_decode($post->post_excerpt, ENT_QUOTES | ENT_HTML5);
            // HTML is Markdown too: what an editor made of the text is given as it stands.
            $content->languages->$lang->body = $post->post_content;
        }
        $body['content'] = $content;
    }
    return $body;
}

function not_here(): WP_REST_Response {
    return problem(404, 'not_found', 'The portal holds nothing under this id');
}

function may_see(object $item): bool {
    return may_write($item->owner, $item);
}

function get_item(WP_REST_Request $request): WP_REST_Response {
    $item = find_item($request['id']);
    if (!$item || !may_see($item)) {
        return not_here();
    }
    $seen = look($item);
    if ($seen['state'] === 'deleted') {
        return problem(410, 'item_gone', 'The portal removed this item');
    }
    $whole = !preg_match('/(^|,)\s*return=minimal\s*(,|$)/i', (string) $request->get_header('prefer'));
    $headers = ['ETag' => $seen['etag']] + ($whole ? [] : ['Preference-Applied' => 'return=minimal']);
    return new WP_REST_Response(remote($seen, $whole), 200, $headers);
}

function list_items(WP_REST_Request $request): WP_REST_Response {
    global $wpdb;
    $since = (string) ($request['since'] ?? '');
    if ($since !== '' && !ctype_digit($since)) {
        return problem(400, 'cursor_invalid', 'The cursor is not one of ours');
    }
    $rows = $wpdb->get_results($wpdb->prepare('SELECT seq, draft FROM ' . table('change') . ' WHERE seq > %d ORDER BY seq LIMIT %d', (int) $since, PAGE + 1));
    $more = count($rows) > PAGE;
    $rows = array_slice($rows, 0, PAGE);
    $items = [];
    $owner = (string) ($request['owner'] ?? '');
    foreach ($rows as $row) {
        $since = $row->seq;
        $item = find_item($row->draft);
        if ($item && may_see($item) && ($owner === '' || $item->owner === $owner)) {
            $items[] = remote(look($item), false);
        }
    }
    return new WP_REST_Response(['items' => $items, 'next' => (string) ($since ?: '0'), 'more' => $more]);
}

function add_comment(object $item, string $text): string {
    $comments = json_decode($item->comments, true) ?: [];
    $comments[] = ['at' => now(), 'by' => wp_get_current_user()->display_name, 'text' => $text];
    return wp_json_encode($comments);
}


/** The editor's decision: publish it, or give it back with a comment. */
function settle(string $draft, string $action, string $text): ?array {
    lock("item-$draft");
    $item = find_item($draft);
    if (!$item) {
        return null;
    }
    $values = ['decision' => $action === 'publish' ? '' : ['return' => 'returned', 'withdraw' => 'withdrawn'][$action]];
    if ($text !== '') {
        $values['comments'] = add_comment($item, $text);
    }
    update_item($draft, (int) $item->revision, $values);
    foreach (posts_of($draft) as $post) {
        if ($post->post_status !== 'trash') {
            set_status($post->ID, $action === 'publish' ? 'publish' : 'draft');
        }
    }
    note_change($draft);
    return look(find_item($draft));
}

/** Changes a post's status and nothing else; the text does not pass through any filter again. */
function set_status(int $post, string $status): void {
    global $wpdb;
    if ($status === 'publish') {
        wp_publish_post($post);
        return;
    }
    $before = get_post($post);
    if ($before->post_status === $status) {
        return;
    }
    $wpdb->update($wpdb->posts, ['post_status' => $status], ['ID' => $post]);
    clean_post_cache($post);
    wp_transition_post_status($status, $before->post_status, get_post($post));
}

function decide(WP_REST_Request $request): WP_REST_Response {
    $action = (string) $request['action'];
    if (!in_array($action, ['publish', 'return'], true)) {
        return problem(400, 'body_invalid', 'action is publish or return');
    }
    if ($action === 'publish' && !current_user_can('publish_posts')) {
        return problem(403, 'rights', 'The account may not publish');
    }
    $seen = settle($request['id'], $action, trim((string) ($request['text'] ?? '')));
    return $seen ? new WP_REST_Response(remote($seen, false)) : not_here();
}

function withdraw(WP_REST_Request $request): WP_REST_Response {
    $item = find_item($request['id']);
    if (!$item || !may_see($item)) {
        return not_here();
    }
    $seen = $item->decision === 'withdrawn' ? look($item) : settle($item->draft, 'withdraw', trim((string) ($request['reason'] ?? '')));
    return new WP_REST_Response(remote($seen, false));
}

// Whatever changes one of our posts, in the editor's screens or elsewhere, is a change of its item.
add_action('transition_post_status', function ($new, $old, $post) {
    if ($new !== $old && is_ours($post->post_type) && $draft = get_post_meta($post->ID, 'qalam_draft', true)) {
        $item = find_item($draft);
        if ($item && $new === 'publish' && $item->decision !== '') {
            update_item($draft, (int) $item->revision, ['decision' => '']);
        }
        note_change($draft);
    }
}, 10, 3);
add_action('post_updated', function ($id, $after) {
    if (is_ours($after->post_type) && $draft = get_post_meta($id, 'qalam_draft', true)) {
        note_change($draft);
    }
}, 10, 2);
add_action('before_delete_post', function ($id, $post) {
    if (is_ours($post->post_type) && $draft = get_post_meta($id, 'qalam_draft', true)) {
        add_action('deleted_post', fn() => note_change($draft));
    }
}, 10, 2);
