import { fileURLToPath } from 'node:url';
import locales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Latin and Arabic, the faces of the interface: every first screen shows both. */
const FIRST_FONTS = /\/(noto-sans-latin-wght-normal|vazirmatn-arabic-(400|500|600)-normal)-[^/]*\.woff2$/;

/**
 * Asks for the fonts of the first screen with the page. Found only when the first words are laid out, they would be laid
 * out twice, and the first time in whatever the system takes a quarter of the start to find.
 */
function fontsAhead(): Plugin {
  return {
    name: 'fonts-ahead',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => FIRST_FONTS.test(`/${file}`))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `./${file}`, crossorigin: true },
            injectTo: 'head' as const,
          })),
    },
  };
}

export default defineConfig({
  root: here('.'),
  // Relative addresses: the same build is served by the window's own scheme and by the development server.
  base: './',
  // Of React Aria's own sentences only the languages of the interface.
  plugins: [{ ...locales.vite({ locales: ['ar', 'fr', 'en'] }), enforce: 'pre' }, react(), fontsAhead()],
  resolve: {
    alias: {
      '@vocab': here('../assets/vocabularies'),
      '@locales': here('./locales'),
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    fs: { allow: [here('.'), here('../assets')] },
    // With a running development desk (QALAM_DEV=http://127.0.0.1:PORT) the dev page talks to real commands.
    proxy: process.env.QALAM_DEV
      ? Object.fromEntries(
          ['/call', '/events', '/blob', '/thumbnail'].map((path) => [
            path,
            { target: process.env.QALAM_DEV, changeOrigin: true },
          ]),
        )
      : undefined,
  },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content policy allows no data: fonts, and a font inlined in CSS delays the first paint.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [here('./index.html'), here('./src/begin.tsx')],
      output: {
        // What every start needs is one file: each further one costs the first screen a trip to the program and back.
        // Only what asks ahead (main.tsx) comes before it.
        codeSplitting: {
          groups: [
            {
              name: 'ahead',
              test: /ui\/src\/(main|backend|text\/(messages|languages)|state\/terms|style\/theme)/,
              priority: 2,
            },
            { name: 'program', tags: ['$initial'], priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.{ts,tsx}', 'src/**/*.test.{ts,tsx}'],
    // A screen loads its own code and vocabularies; on a busy machine that takes its time.
    testTimeout: 30_000,
    setupFiles: ['tests/setup.ts'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
});
