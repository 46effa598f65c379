import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * What the built page may load: itself, and nothing from anywhere else. A <meta>, because the files are served by anyone,
 * and only in the build: the development server needs an inline script. `src/trusted-types.ts` makes the one policy.
 */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

function contentSecurityPolicy(): Plugin {
  return {
    name: 'fairlead:csp',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: CSP }, injectTo: 'head-prepend' },
      ],
    },
  }
}

// monaco-yaml 5.5.1 knows Monaco's worker by the path that it had before 0.53; and it brings prettier (132 KB gz) for a
// Format command that we do not offer.
const alias: Record<string, string> = {
  'monaco-editor/esm/vs/editor/editor.worker.js': 'monaco-editor/editor/editor.worker.js',
}
for (const part of ['standalone', 'plugins/yaml', 'plugins/estree']) {
  alias[`prettier/${part}.js`] = here('tools/prettier-stub.ts')
  alias[`prettier/${part}`] = here('tools/prettier-stub.ts')
}

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicy()],
  resolve: { alias },
  // workers are not scanned: without this a cold dev server finds them late, optimises again and reloads the page
  optimizeDeps: { include: ['monaco-yaml/yaml.worker.js', '@noble/hashes/sha2.js'] },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // Every browser of that target has it built in.
    modulePreload: { polyfill: false },
    // font-src has no data:, and small files compress no better inside a script.
    assetsInlineLimit: 0,
    // Monaco is one large chunk, fetched on first focus; tools/bundle-budget.mjs holds the sizes that matter.
    chunkSizeWarningLimit: 6000,
    reportCompressedSize: false,
    rolldownOptions: {
      treeshake: {
        // Tables and functions only: what a lazy part alone uses of them stays out of the first load.
        moduleSideEffects: [{ test: /\/src\/(?:model|words)\//, sideEffects: false }],
      },
    },
  },
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
})
