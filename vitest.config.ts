import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**'],
    environment: 'node',
    globalSetup: ['test/global-setup.ts'],
    restoreMocks: true,
    unstubEnvs: true,
  },
});
