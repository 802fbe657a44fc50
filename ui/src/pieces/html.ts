import DOMPurify from 'dompurify';
import { blobUrl } from '../backend';

const SHA = /([0-9a-f]{64})/;

/**
 * Rendered text, made safe once more on this side (the desk has already done it) and its pictures pointed to where this
 * window reads stored files.
 */
export function safeFragment(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'iframe', 'object', 'embed'],
    FORBID_ATTR: ['style'],
    ADD_ATTR: ['dir', 'lang'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|qalam:|blob:|\/blob\/|#)/i,
  });
  for (const picture of fragment.querySelectorAll('img')) {
    const sha = SHA.exec(picture.getAttribute('src') ?? '')?.[1];
    if (sha) picture.src = blobUrl(sha);
    else picture.removeAttribute('src');
  }
  // Another piece opens in no page of this window: its link is shown and leads nowhere.
  for (const link of fragment.querySelectorAll('a[href^="qalam:"]')) {
    link.setAttribute('data-piece', '');
    link.removeAttribute('href');
  }
  return fragment;
}
