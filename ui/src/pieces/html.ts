import DOMPurify from 'dompurify';
import { blobUrl } from '../backend';

const SHA = /([0-9a-f]{64})/;

/** Attributes that hold no address: the rule for addresses would take each of them away. */
const PLAIN =
  'dir lang rel width height type checked disabled value start reversed align colspan rowspan scope span datetime open';

/**
 * Rendered text, made safe once more on this side (the desk has already done it) and its pictures pointed to where this
 * window reads stored files.
 */
export function safeFragment(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'button', 'textarea', 'select', 'iframe', 'object', 'embed'],
    FORBID_ATTR: ['style'],
    ADD_URI_SAFE_ATTR: PLAIN.split(' '),
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|qalam:|blob:|\/blob\/|#)/i,
  });
  for (const picture of fragment.querySelectorAll('img')) {
    const sha = SHA.exec(picture.getAttribute('src') ?? '')?.[1];
    if (sha) picture.src = blobUrl(sha);
    else picture.removeAttribute('src');
  }
  // The boxes of a list to tick are all that may look like a field.
  for (const box of fragment.querySelectorAll('input')) {
    if (box.getAttribute('type') === 'checkbox') box.disabled = true;
    else box.remove();
  }
  // Another piece opens in no page of this window: its link is shown and leads nowhere.
  for (const link of fragment.querySelectorAll('a[href^="qalam:"]')) {
    link.setAttribute('data-piece', '');
    link.removeAttribute('href');
  }
  return fragment;
}
