<?php
/** Content types, taxonomies and meta, named as Qalam names them. */

namespace Qalam;

defined('ABSPATH') || exit;

function vocabulary(): array {
    static $read = null;
    return $read ??= json_decode(file_get_contents(dirname(__DIR__) . '/vocabulary.json'), true);
}

/** Content type id => post type. */
function post_types(): array {
    static $types = null;
    if ($types === null) {
        foreach (array_keys(vocabulary()['types']) as $id) {
            $types[$id] = "qalam_$id";
        }
    }
    return $types;
}

function is_ours(string $post_type): bool {
    return in_array($post_type, post_types(), true);
}

function named(array $names): string {
    return $names[substr(get_locale(), 0, 2)] ?? $names['en'];
}

function register_types(): void {
    foreach (vocabulary()['types'] as $id => $names) {
        $base = 'qalam-' . str_replace('_', '-', $id);
        register_post_type(post_types()[$id], [
            'label' => named($names), 'public' => true, 'has_archive' => true, 'map_meta_cap' => true,
            'show_in_rest' => true, 'rest_base' => $base, 'rewrite' => ['slug' => str_replace('_', '-', $id)],
            'supports' => ['title', 'editor', 'author', 'excerpt', 'thumbnail', 'revisions', 'custom-fields'],
        ]);
    }
    foreach (['qalam_area' => 'Thematic areas', 'qalam_language' => 'Languages', 'qalam_owner' => 'Owners'] as $taxonomy => $label) {
        register_taxonomy($taxonomy, array_values(post_types()), [
            'label' => $label, 'public' => true, 'show_in_rest' => true, 'rest_base' => str_replace('_', '-', $taxonomy),
        ]);
    }
    foreach ([...array_values(post_types()), 'attachment'] as $type) {
        foreach (['qalam_draft', 'qalam_lang', 'qalam_release', 'qalam_sha256'] as $key) {
            register_post_meta($type, $key, [
                'type' => 'string', 'single' => true, 'default' => '', 'show_in_rest' => true, 'sanitize_callback' => 'sanitize_text_field',
                'auth_callback' => fn($allowed, $key, $id) => current_user_can('edit_post', $id),
            ]);
        }
    }
}

/** A term by slug, made when it is missing; 0 when it cannot be. */
function term(string $taxonomy, string $slug, string $name): int {
    $known = get_term_by('slug', $slug, $taxonomy);
    if ($known) {
        return $known->term_id;
    }
    $made = wp_insert_term($name, $taxonomy, ['slug' => $slug]);
    if (is_wp_error($made)) {
        return (int) ($made->get_error_data('term_exists') ?: 0);
    }
    return $made['term_id'];
}

/** Sets areas, language and owner of a post. */
function set_terms(int $post, array $release, string $lang): void {
    $areas = [];
    foreach ($release['areas'] ?? [] as $area) {
        $names = vocabulary()['areas'][$area] ?? ['slug' => sanitize_title($area), 'en' => $area];
        $areas[] = term('qalam_area', $names['slug'], named($names));
    }
    wp_set_object_terms($post, array_filter($areas), 'qalam_area');
    wp_set_object_terms($post, array_filter([term('qalam_language', sanitize_title($lang), $lang)]), 'qalam_language');
    wp_set_object_terms($post, array_filter([term('qalam_owner', sanitize_title($release['owner']), $release['owner'])]), 'qalam_owner');
}
