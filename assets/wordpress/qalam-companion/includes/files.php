<?php
/** Files by their SHA-256, kept in the media library. */

namespace Qalam;

use WP_REST_Request;
use WP_REST_Response;

defined('ABSPATH') || exit;

/** A file the site holds whole: {url, bytes, mime}; null when its bytes are gone. */
function held_file(string $sha256): ?object {
    global $wpdb;
    $row = $wpdb->get_row($wpdb->prepare('SELECT attachment, bytes FROM ' . table('file') . ' WHERE sha256 = %s', $sha256));
    if (!$row) {
        return null;
    }
    $path = get_attached_file((int) $row->attachment);
    clearstatcache(true, (string) $path);
    if (!$path || !is_file($path) || filesize($path) !== (int) $row->bytes) {
        return null;
    }
    return (object) ['url' => wp_get_attachment_url((int) $row->attachment), 'bytes' => (int) $row->bytes, 'mime' => get_post_mime_type((int) $row->attachment)];
}

function get_file(WP_REST_Request $request): WP_REST_Response {
    $file = held_file($request['sha256']);
    if (!$file) {
        return problem(404, 'not_found', 'The portal lacks this file');
    }
    return new WP_REST_Response(['url' => $file->url, 'bytes' => $file->bytes, 'mime' => $file->mime], 200, [
        'Repr-Digest' => 'sha-256=:' . base64_encode(hex2bin($request['sha256'])) . ':',
    ]);
}

/**
 * Puts a verified file into the media library. Its address cannot be guessed and its entry belongs to the
 * waiting post, so nobody finds it before the post is public.
 */
function add_file(string $path, string $sha256, string $name, string $mime) {
    global $wpdb;
    $dir = wp_upload_dir();
    $folder = $dir['path'] . '/qalam-' . bin2hex(random_bytes(8));
    if (!wp_mkdir_p($folder)) {
        return new \WP_Error('qalam_disk', 'The folder of the file could not be made');
    }
    $target = "$folder/" . short_name($name);
    $bytes = filesize($path);
    if (!rename($path, $target)) {
        return new \WP_Error('qalam_disk', 'The file could not be moved');
    }
    chmod($target, 0666 & ~umask());
    $waiting = drafts_waiting_for($sha256);
    $posts = $waiting ? posts_of($waiting[0]) : [];
    $first = reset($posts);
    $id = wp_insert_attachment(wp_slash(['post_title' => pathinfo($name, PATHINFO_FILENAME), 'post_mime_type' => $mime, 'post_status' => 'inherit', 'meta_input' => ['qalam_sha256' => $sha256]]), $target, $first ? $first->ID : 0, true);
    if (is_wp_error($id)) {
        unlink($target);
        return $id;
    }
    if (str_starts_with($mime, 'image/')) {
        require_once ABSPATH . 'wp-admin/includes/image.php';
        wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $target));
    }
    $wpdb->replace(table('file'), ['sha256' => $sha256, 'attachment' => $id, 'bytes' => $bytes]);
    foreach ($waiting as $draft) {
        fill_files($draft, release_of(find_item($draft)));
        note_change($draft);
    }
    return $id;
}

/** A name the file system and the database bear: long ones are cut before the ending. */
function short_name(string $name): string {
    $name = sanitize_file_name($name);
    $ending = pathinfo($name, PATHINFO_EXTENSION);
    $stem = mb_strcut(pathinfo($name, PATHINFO_FILENAME), 0, 100, 'UTF-8');
    return ($stem === '' ? 'file' : $stem) . ".$ending";
}

/** Drafts whose release names this file. */
function drafts_waiting_for(string $sha256): array {
    global $wpdb;
    $found = [];
    foreach ($wpdb->get_results('SELECT draft, body FROM ' . table('item') . " WHERE received_at = ''") as $item) {
        if (in_array($sha256, files_of(release_of($item)), true)) {
            $found[] = $item->draft;
        }
    }
    return $found;
}

/** Gives the texts the addresses of the files that are here by now. */
function fill_files(string $draft, array $release): void {
    $known = [];
    foreach (files_of($release) as $sha256) {
        if ($file = held_file($sha256)) {
            $known[placeholder($sha256)] = $file->url;
        }
    }
    foreach ($known ? posts_of($draft) : [] as $post) {
        $text = strtr($post->post_content, $known);
        if ($text !== $post->post_content) {
            global $wpdb;
            $wpdb->update($wpdb->posts, ['post_content' => $text], ['ID' => $post->ID]);
            clean_post_cache($post->ID);
        }
    }
}
