<?php
/** Links from one piece to another: found whenever a text is shown, because the other may come, move or go. */

namespace Qalam;

defined('ABSPATH') || exit;

/** The page of another piece for readers: in this language, or in its first; null while none is published. */
function page_of(string $draft, string $lang): ?string {
    $published = array_filter(posts_of($draft), fn($post) => $post->post_status === 'publish');
    $post = $published[$lang] ?? reset($published);
    return $post ? (get_permalink($post) ?: null) : null;
}

/** Puts the pages in; a link to a piece that is not published is only its words. */
function with_pages(string $content): string {
    if (!str_contains($content, 'https://qalam.invalid/draft/')) {
        return $content;
    }
    $lang = (string) get_post_meta(get_the_ID() ?: 0, 'qalam_lang', true);
    $linked = preg_replace_callback(
        '~<a\b([^>]*?)href="https://qalam\.invalid/draft/([0-9a-f-]{36})"([^>]*)>(.*?)</a>~s',
        function (array $found) use ($lang): string {
            $page = page_of($found[2], $lang);
            return $page === null ? $found[4] : '<a' . $found[1] . 'href="' . esc_url($page) . '"' . $found[3] . '>' . $found[4] . '</a>';
        },
        $content
    );
    return $linked ?? $content;
}
// Before anything that makes links or shortcodes of its own.
add_filter('the_content', __NAMESPACE__ . '\with_pages', 1);
