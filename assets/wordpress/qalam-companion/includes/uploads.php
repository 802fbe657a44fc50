<?php
/** Uploads: tus 1.0 with creation, expiration, checksum (sha256), termination and concatenation. */

namespace Qalam;

use WP_REST_Request;
use WP_REST_Response;

defined('ABSPATH') || exit;

/** Longest file taken, in bytes; a site that wants another cap defines QALAM_FILE_BYTES. */
define(__NAMESPACE__ . '\FILE_BYTES', defined('QALAM_FILE_BYTES') ? (int) \QALAM_FILE_BYTES : 1024 * 1024 * 1024);
/** Seconds after which an upload nobody continues is forgotten. */
const EXPIRES = 7 * 24 * 3600;

function part(string $id): string {
    return incoming() . "/$id.part";
}

function find_upload(string $id): ?object {
    global $wpdb;
    $row = $wpdb->get_row($wpdb->prepare('SELECT * FROM ' . table('upload') . ' WHERE id = %s AND account = %d', $id, get_current_user_id()));
    return $row && (int) $row->expires > time() ? $row : null;
}

function forget_upload(string $id): void {
    global $wpdb;
    @unlink(part($id));
    $wpdb->delete(table('upload'), ['id' => $id]);
}

/** How many bytes of an upload are here. */
function offset_of(object $upload): int {
    clearstatcache(true, part($upload->id));
    return $upload->done ? (int) $upload->length : (int) @filesize(part($upload->id));
}

function tus(int $status, array $headers = []): WP_REST_Response {
    return new WP_REST_Response(null, $status, $headers + ['Tus-Resumable' => '1.0.0', 'Cache-Control' => 'no-store']);
}

function wrong_version(?string $version): ?WP_REST_Response {
    return $version === '1.0.0' ? null : problem(412, 'tus_version', 'Tus-Resumable: 1.0.0 is required', [], ['Tus-Version' => '1.0.0']);
}

function create_upload(WP_REST_Request $request): WP_REST_Response {
    global $wpdb;
    if ($wrong = wrong_version($request->get_header('tus_resumable'))) {
        return $wrong;
    }
    foreach ($wpdb->get_col($wpdb->prepare('SELECT id FROM ' . table('upload') . ' WHERE expires <= %d LIMIT 50', time())) as $old) {
        forget_upload($old);
    }
    $concat = (string) $request->get_header('upload_concat');
    $kind = match (true) {
        $concat === '' => '',
        $concat === 'partial' => 'partial',
        str_starts_with($concat, 'final;') => 'final',
        default => null,
    };
    $meta = metadata((string) $request->get_header('upload_metadata'));
    $length = $request->get_header('upload_length');
    if ($kind === null || $meta === null || ($kind !== 'final' && !ctype_digit((string) $length))) {
        return problem(400, 'upload_invalid', 'Upload-Length or Upload-Metadata cannot be read');
    }
    $row = [
        'id' => bin2hex(random_bytes(16)), 'account' => get_current_user_id(), 'kind' => $kind, 'sha256' => $meta['sha256'] ?? '',
        'name' => mb_strcut($meta['filename'] ?? 'file', 0, 200, 'UTF-8'), 'mime' => $meta['mime'] ?? $meta['filetype'] ?? '', 'length' => (int) $length, 'done' => 0, 'expires' => time() + EXPIRES,
    ];
    if ($kind !== 'partial') {
        if (!preg_match('/^[0-9a-f]{64}$/', $row['sha256'])) {
            return problem(400, 'upload_invalid', 'Upload-Metadata must hold sha256');
        }
        if (!wp_check_filetype($row['name'])['ext']) {
            return problem(415, 'type_refused', 'The portal does not take this kind of file', ['mime' => $row['mime']]);
        }
    }
    $parts = [];
    if ($kind === 'final') {
        // A sender whose answer was lost may ask again while the parts are still being joined.
        if (!lock("join-{$row['sha256']}")) {
            return problem(503, 'unavailable', 'An earlier request still joins', [], ['Retry-After' => '2']);
        }
        foreach (preg_split('/\s+/', trim(substr($concat, 6))) as $url) {
            $upload = preg_match('#/uploads/([0-9a-f]{32})$#', $url, $found) ? find_upload($found[1]) : null;
            if (!$upload || $upload->kind !== 'partial') {
                return problem(404, 'not_found', 'No such partial upload');
            }
            if (offset_of($upload) !== (int) $upload->length) {
                return problem(409, 'offset_differs', 'A partial upload is not whole yet');
            }
            $parts[] = $upload;
        }
        $row['length'] = array_sum(array_map(fn($part) => (int) $part->length, $parts));
    }
    if ($row['length'] > FILE_BYTES) {
        return problem(413, 'too_large', 'Longer than the portal takes', ['limit' => FILE_BYTES]);
    }
    $out = fopen(part($row['id']), 'xb');
    if (!$out) {
        return problem(500, 'internal', 'The upload could not be begun');
    }
    foreach ($parts as $upload) {
        $in = fopen(part($upload->id), 'rb');
        if (!$in || stream_copy_to_stream($in, $out) !== (int) $upload->length) {
            unlink(part($row['id']));
            return problem(500, 'internal', 'The parts could not be joined');
        }
        fclose($in);
    }
    fclose($out);
    $wpdb->insert(table('upload'), $row);
    if ($kind === 'final') {
        if ($wrong = finish(find_upload($row['id']))) {
            return $wrong;
        }
        foreach ($parts as $upload) {
            forget_upload($upload->id);
        }
    } elseif ($row['length'] === 0 && $kind === '' && $wrong = finish(find_upload($row['id']))) {
        return $wrong;
    }
    $answer = tus(201, ['Location' => wp_parse_url(rest_url(), PHP_URL_PATH) . "qalam/v1/uploads/{$row['id']}", 'Upload-Expires' => http_date($row['expires'])]);
    if ($kind === 'final') {
        $answer->set_data(waiting((string) $request->get_header('upload_for')));
    }
    return $answer;
}

/** How the item stands that waited for the file, once it lacks nothing more: its sender need not ask. */
function waiting(string $draft): ?array {
    $item = $draft === '' ? null : find_item($draft);
    if (!$item || !may_see($item)) {
        return null;
    }
    $seen = look($item);
    $told = $seen['edited'] ? [] : stored(200, $seen)->get_data();
    return empty($told['receipt']) ? null : $told;
}

function http_date(int $time): string {
    return gmdate('D, d M Y H:i:s', $time) . ' GMT';
}

/** Upload-Metadata: pairs of a key and a base64 value; null when it cannot be read. */
function metadata(string $header): ?array {
    $pairs = [];
    foreach (array_filter(explode(',', $header)) as $pair) {
        $words = preg_split('/\s+/', trim($pair));
        $value = base64_decode($words[1] ?? '', true);
        if ($value === false || !mb_check_encoding($value, 'UTF-8')) {
            return null;
        }
        $pairs[$words[0]] = $value;
    }
    return $pairs;
}

function get_upload(WP_REST_Request $request): WP_REST_Response {
    if ($wrong = wrong_version($request->get_header('tus_resumable'))) {
        return $wrong;
    }
    $upload = find_upload($request['id']);
    if (!$upload) {
        return problem(410, 'upload_gone', 'The upload was forgotten');
    }
    $offset = offset_of($upload);
    if (!$upload->done && $upload->kind === '' && $offset === (int) $upload->length && $wrong = finish($upload)) {
        return $wrong;
    }
    return tus(200, ['Upload-Offset' => (string) $offset, 'Upload-Length' => (string) $upload->length, 'Upload-Expires' => http_date((int) $upload->expires)]);
}

function end_upload(WP_REST_Request $request): WP_REST_Response {
    if ($wrong = wrong_version($request->get_header('tus_resumable'))) {
        return $wrong;
    }
    if (!find_upload($request['id'])) {
        return problem(410, 'upload_gone', 'The upload was forgotten');
    }
    forget_upload($request['id']);
    return tus(204);
}

/** Whole bytes become a file of the site only when they are the declared ones and of a kind the site takes. */
function finish(object $upload): ?WP_REST_Response {
    global $wpdb;
    $path = part($upload->id);
    if (hash_file('sha256', $path) !== $upload->sha256) {
        forget_upload($upload->id);
        return problem(460, 'digest_mismatch', 'The whole file is not the declared one');
    }
    if (!held_file($upload->sha256)) {
        require_once ABSPATH . 'wp-admin/includes/file.php';
        $type = wp_check_filetype_and_ext($path, $upload->name);
        if (!$type['ext'] || !$type['type']) {
            forget_upload($upload->id);
            return problem(415, 'type_refused', 'The portal does not take this kind of file', ['mime' => $upload->mime]);
        }
        $added = add_file($path, $upload->sha256, $type['proper_filename'] ?: $upload->name, $type['type']);
        if (is_wp_error($added)) {
            return problem(500, 'internal', 'The file could not be stored', ['detail' => $added->get_error_message()]);
        }
    }
    @unlink($path);
    $wpdb->update(table('upload'), ['done' => 1], ['id' => $upload->id]);
    return null;
}

/**
 * PATCH, taken before the REST server reads the body into memory. What came before a cut stays. Only
 * an application password counts here: a browser's cookie proves nothing about who wrote the request.
 */
function receive_if_asked(): void {
    $route = $GLOBALS['wp']->query_vars['rest_route'] ?? '';
    if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'PATCH' || !preg_match('#^/qalam/v1/uploads/([0-9a-f]{32})$#', untrailingslashit($route), $found)) {
        return;
    }
    ignore_user_abort(true);
    set_time_limit(0);
    // The visitor was looked at before this was known to be a request of the API: forget that nobody was found.
    global $current_user;
    if ($current_user instanceof \WP_User && !$current_user->exists()) {
        $current_user = null;
    }
    $answer = is_user_logged_in() && rest_get_authenticated_app_password() ? receive($found[1]) : problem(401, 'credentials', 'An application password is required');
    status_header($answer->get_status());
    // PHP would call an answer without a body a page, and a page is what a login portal on the way would send.
    header('Content-Type: application/json');
    foreach ($answer->get_headers() as $name => $value) {
        header("$name: $value");
    }
    if ($answer->get_data() !== null) {
        echo wp_json_encode($answer->get_data());
    }
    exit;
}

function receive(string $id): WP_REST_Response {
    if ($wrong = wrong_version($_SERVER['HTTP_TUS_RESUMABLE'] ?? null)) {
        return $wrong;
    }
    if (($_SERVER['CONTENT_TYPE'] ?? '') !== 'application/offset+octet-stream') {
        return problem(415, 'upload_invalid', 'Content-Type must be application/offset+octet-stream');
    }
    $from = $_SERVER['HTTP_UPLOAD_OFFSET'] ?? '';
    $wanted = null;
    if ($checksum = $_SERVER['HTTP_UPLOAD_CHECKSUM'] ?? '') {
        $wanted = str_starts_with($checksum, 'sha256 ') ? base64_decode(substr($checksum, 7), true) : false;
    }
    if (!ctype_digit($from) || $wanted === false) {
        return problem(400, 'upload_invalid', 'Upload-Offset or Upload-Checksum cannot be read');
    }
    if (!find_upload($id)) {
        return problem(410, 'upload_gone', 'The upload was forgotten');
    }
    if (!lock("upload-$id")) {
        return problem(503, 'unavailable', 'An earlier request still writes', [], ['Retry-After' => '2']);
    }
    $upload = find_upload($id);
    $offset = $upload ? offset_of($upload) : -1;
    if (!$upload || $upload->kind === 'final' || $offset !== (int) $from || $upload->done) {
        return problem(409, 'offset_differs', 'The upload stands at another offset', ['offset' => $offset], ['Upload-Offset' => (string) $offset]);
    }
    global $wpdb;
    $wpdb->update(table('upload'), ['expires' => time() + EXPIRES], ['id' => $id]);
    $in = fopen('php://input', 'rb');
    $out = fopen(part($id), 'ab');
    $hash = hash_init('sha256');
    $came = 0;
    while (!feof($in)) {
        $bytes = fread($in, 65536);
        if ($bytes === false || $bytes === '') {
            break;
        }
        if ($offset + $came + strlen($bytes) > (int) $upload->length) {
            return problem(400, 'upload_invalid', 'More bytes than Upload-Length');
        }
        if (fwrite($out, $bytes) !== strlen($bytes)) {
            return problem(507, 'unavailable', 'The disk of the portal is full');
        }
        hash_update($hash, $bytes);
        $came += strlen($bytes);
    }
    fclose($out);
    $cut = isset($_SERVER['CONTENT_LENGTH']) && $came < (int) $_SERVER['CONTENT_LENGTH'];
    if ($wanted !== null && ($cut || hash_final($hash, true) !== $wanted)) {
        $out = fopen(part($id), 'r+b');
        ftruncate($out, $offset);
        fclose($out);
        return $cut ? problem(400, 'body_cut', 'The body ended early') : problem(460, 'checksum_mismatch', 'The bytes are not those of Upload-Checksum');
    }
    if ($cut) {
        return problem(400, 'body_cut', 'The body ended early');
    }
    $offset += $came;
    if ($upload->kind === '' && $offset === (int) $upload->length && $wrong = finish($upload)) {
        return $wrong;
    }
    return tus(204, ['Upload-Offset' => (string) $offset, 'Upload-Expires' => http_date(time() + EXPIRES)]);
}
