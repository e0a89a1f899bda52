/** One after the other for one key, all at once for different ones: so that equal requests that come together make one dossier. */
export function createSerial(): <T>(key: string, action: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<void>>();
  return async (key, action) => {
    const before = tails.get(key);
    let done: () => void = () => {};
    const tail = new Promise<void>((resolve) => {
      done = resolve;
    });
    tails.set(key, tail);
    try {
      await before;
      return await action();
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
      done();
    }
  };
}
