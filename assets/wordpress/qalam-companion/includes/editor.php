<?php
/** What an editor sees beside a piece: where it came from, and a field to give it back with a comment. */

namespace Qalam;

defined('ABSPATH') || exit;

add_action('add_meta_boxes', function ($type) {
    if (is_ours($type)) {
        add_meta_box('qalam', 'Qalam', __NAMESPACE__ . '\show_box', $type, 'side', 'high');
    }
});

function show_box(\WP_Post $post): void {
    $draft = get_post_meta($post->ID, 'qalam_draft', true);
    $item = $draft ? find_item($draft) : null;
    if (!$item) {
        return;
    }
    $approval = json_decode(base64_decode($item->approval), true) ?: [];
    wp_nonce_field('qalam_return', 'qalam_nonce');
    printf(
        '<p>%s: <b>%s</b><br>%s: <bdi>%s</bdi>, %s<br>%s: <code>%s</code></p>',
        esc_html__('From', 'qalam-companion'), esc_html($item->owner), esc_html__('Approved by', 'qalam-companion'),
        esc_html($approval['by'] ?? ''), esc_html($approval['at'] ?? ''), esc_html__('Release', 'qalam-companion'), esc_html(substr($item->release_hash, 0, 16))
    );
    if (current_user_can('edit_others_posts')) {
        printf(
            '<p><label for="qalam_comment">%s</label><textarea id="qalam_comment" name="qalam_comment" rows="4" style="width:100%%" dir="auto"></textarea></p><p class="description">%s</p>',
            esc_html__('Give back with this comment', 'qalam-companion'), esc_html__('When a comment stands here, saving gives the piece back to the ministry.', 'qalam-companion')
        );
    }
}

add_action('save_post', function ($id, $post) {
    $comment = trim(sanitize_textarea_field(wp_unslash($_POST['qalam_comment'] ?? '')));
    if ($comment === '' || !is_ours($post->post_type) || !wp_verify_nonce($_POST['qalam_nonce'] ?? '', 'qalam_return') || !current_user_can('edit_others_posts')) {
        return;
    }
    unset($_POST['qalam_comment']);
    settle(get_post_meta($id, 'qalam_draft', true), 'return', $comment);
}, 20, 2);

/** Which owner an account writes for; empty is any. */
function show_owner(\WP_User $user): void {
    if (current_user_can('edit_users')) {
        printf(
            '<h2>Qalam</h2><table class="form-table"><tr><th><label for="qalam_owner">%s</label></th><td><input id="qalam_owner" name="qalam_owner" value="%s" maxlength="40"></td></tr></table>',
            esc_html__('Writes for (state or institution)', 'qalam-companion'), esc_attr(get_user_meta($user->ID, 'qalam_owner', true))
        );
    }
}
add_action('edit_user_profile', __NAMESPACE__ . '\show_owner');
add_action('show_user_profile', __NAMESPACE__ . '\show_owner');
foreach (['edit_user_profile_update', 'personal_options_update'] as $hook) {
    // WordPress has checked the form's nonce before either of these.
    add_action($hook, function ($id) {
        if (current_user_can('edit_users') && isset($_POST['qalam_owner'])) {
            update_user_meta($id, 'qalam_owner', sanitize_text_field(wp_unslash($_POST['qalam_owner'])));
        }
    });
}
