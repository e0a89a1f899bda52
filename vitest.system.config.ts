import { defineConfig } from 'vitest/config';

/** Tests that need more than Node: a browser, curl, openssl. Run by `npm run test:system`, which brings them (CHROMIUM: where the browser is). */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 240_000,
    fileParallelism: false,
  },
});
