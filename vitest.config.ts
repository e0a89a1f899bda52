import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**'],
    environment: 'node',
    globalSetup: ['test/global-setup.ts'],
    // For slow machines; nothing here waits for the clock.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // All cores, also where there are two: much of the time is waiting for the disk and for child processes.
    maxWorkers: '100%',
    restoreMocks: true,
    unstubEnvs: true,
  },
});
