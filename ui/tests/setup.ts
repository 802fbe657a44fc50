import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';
import { resetScreen } from '../src/state/screen';

afterEach(() => {
  cleanup();
  resetScreen();
});

// jsdom has no layout; parts that watch their size see one that never changes.
class NoResize {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= NoResize as unknown as typeof ResizeObserver;
Element.prototype.scrollIntoView ??= () => undefined;

// jsdom knows no CSS.escape.
globalThis.CSS ??= {} as typeof CSS;
CSS.escape ??= (text: string) => text.replace(/[^\w-]/g, (sign) => `\\${sign}`);

// Whole trees in a failure's message hide the message.
configure({ asyncUtilTimeout: 20_000, getElementError: (message) => new Error(message ?? '') });

// ProseMirror asks where the cursor is drawn.
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect ??= () => new DOMRect();
