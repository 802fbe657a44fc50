<?php
// Habits of real sites that the tests need to meet, switched on by a word in the text.
// A site whose own plugin rewrites what is stored:
add_filter('wp_insert_post_data', function ($data) {
    $data['post_content'] = str_replace('REWRITTEN-BY-THE-SITE', 'rewritten', $data['post_content']);
    return $data;
}, 99);
