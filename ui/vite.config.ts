// How the web app becomes files: pages under /ui/, the portal under /portal/, all assets under /ui/assets/.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, brotliCompressSync, gzipSync } from 'node:zlib';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  base: '/ui/',
  plugins: [react(), tailwind(), compressed()],
  build: {
    target: 'es2022',
    // The content policy forbids `data:` scripts and styles; fonts and images stand as files as well.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: join(here, 'index.html'), portal: join(here, 'portal.html') } },
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:8480',
      // Every path of a portal is its page.
      '/portal': { target: 'http://127.0.0.1:8480', bypass: () => '/ui/portal.html' },
    },
  },
});

/** Compresses each file once, when it is made, instead of at every request. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    // Only after a build that did not fail.
    writeBundle({ dir }) {
      const dist = dir!;
      for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
        const path = join(dist, name);
        if (!/\.(js|css|svg|html)$/.test(name) || !statSync(path).isFile()) continue;
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
        );
      }
    },
  };
}
