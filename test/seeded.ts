import fc from 'fast-check';

/**
 * fast-check for every test: with a fixed seed, so that the same code always meets the same cases and no build fails by chance. Others:
 *
 *     YILIAN_SEED=7 npx vitest run
 */
fc.configureGlobal({ seed: Number(process.env.YILIAN_SEED ?? '1') });

export default fc;
