import { defineConfig } from 'vitest/config'

// Node by default; a test that needs a document says `// @vitest-environment happy-dom` on its first line.
export default defineConfig({
  test: {
    environment: 'node',
    include: ['{src,cli,conformance,tools}/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    passWithNoTests: false,
  },
})
