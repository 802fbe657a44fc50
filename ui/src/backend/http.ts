import type { Door } from './door';
import { Failure } from './failure';
import type { CallFailure, Changes } from './wire';

/** The token arrives once in the address (`#token=…`), is kept for this tab, and leaves the address at once. */
function takeToken(): string {
  const given = /[#&]token=([^&]+)/.exec(location.hash)?.[1];
  if (given) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', location.pathname + location.search);
    return given;
  }
  return sessionStorage.getItem('token') ?? '';
}

/** Pictures and events cannot carry a header, so the same token also travels as a cookie of this page. */
function leaveCookie(token: string) {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not there on plain HTTP
  if (token) document.cookie = `qalam_token=${token}; SameSite=Strict; path=/`;
}

export function httpDoor(): Door {
  const token = takeToken();
  leaveCookie(token);
  return {
    async call(name, args) {
      let response: Response;
      try {
        response = await fetch(`/call/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify(args),
        });
      } catch (thrown) {
        throw new Failure({ code: 'desk_unreachable', params: {}, detail: String(thrown) });
      }
      const text = await response.text();
      if (response.ok) return text ? JSON.parse(text) : {};
      throw new Failure(readFailure(response.status, text));
    },
    listen(heard) {
      const source = new EventSource('/events');
      const pass = (event: MessageEvent<string>) => heard(JSON.parse(event.data) as Changes);
      source.addEventListener('changes', pass);
      source.addEventListener('message', pass);
      return () => source.close();
    },
    blobUrl: (sha256) => `/blob/${sha256}`,
    firstPageUrl: (sha256) => `/first-page/${sha256}`,
    thumbnailUrl: (publication) => `/thumbnail/${publication}`,
    onDrop: () => () => undefined,
    onClosing: () => () => undefined,
  };
}

function readFailure(status: number, text: string): CallFailure {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed) return parsed as CallFailure;
  } catch {
    // Not JSON: told below with its text.
  }
  return { code: 'unexpected', params: {}, detail: `HTTP ${status} ${text.slice(0, 500)}` };
}
