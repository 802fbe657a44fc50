/**
 * Puts a text on the clipboard, both plain and as Word takes it. By the event of copying: the webviews differ in what
 * else they allow. Answers whether it is there.
 */
export function copyText(words: { text: string; html: string }): boolean {
  const before = document.activeElement;
  // Some webviews copy only while something is selected.
  const place = document.createElement('textarea');
  place.className = 'only-heard';
  place.value = words.text;
  document.body.append(place);
  place.select();
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', words.text);
    event.clipboardData?.setData('text/html', words.html);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('copy', put, true);
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    document.removeEventListener('copy', put, true);
    place.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
