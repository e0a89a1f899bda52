/**
 * What people have answered about pairs, and what follows from it. Nodes are persons on file and identities as records give them. `same` joins:
 * who is the same as the same is the same; `not-same` separates what has been joined on either side; two persons on file are two persons. So of
 * A same B and B not same C follows that A is not C, and nobody is asked.
 */
export interface PairAnswer {
  /** Two nodes, in either order. */
  readonly between: readonly [string, string];
  readonly answer: 'same' | 'not-same' | 'undecided';
}

export interface Judgement<A> {
  is: 'same' | 'not-same';
  /** The answers it follows from, the shortest way. Empty where it follows from two persons being two. */
  because: A[];
}

export interface Judgements<A extends PairAnswer> {
  /** Undefined: nobody has said, and nothing follows. */
  between(a: string, b: string): Judgement<A> | undefined;
  /** The same, leaving out what was answered about this very pair: what a new answer must not contradict. */
  withoutOwn(a: string, b: string): Judgement<A> | undefined;
}

/** Of answers in the order given; of one pair the newest counts, and `undecided` takes the earlier ones back. */
export function judgementsOf<A extends PairAnswer>(answers: readonly A[], isPerson: (node: string) => boolean): Judgements<A> {
  const current = new Map<string, A>();
  for (const answer of answers) {
    const pair = pairOf(...answer.between);
    current.delete(pair);
    if (answer.answer !== 'undecided') current.set(pair, answer);
  }
  const all = graphOf([...current.values()], isPerson);
  return {
    between: all,
    withoutOwn(a, b) {
      const own = pairOf(a, b);
      if (!current.has(own)) return all(a, b);
      return graphOf(
        [...current].filter(([pair]) => pair !== own).map(([, answer]) => answer),
        isPerson,
      )(a, b);
    },
  };
}

function pairOf(a: string, b: string): string {
  return JSON.stringify(a < b ? [a, b] : [b, a]);
}

function graphOf<A extends PairAnswer>(
  answers: readonly A[],
  isPerson: (node: string) => boolean,
): (a: string, b: string) => Judgement<A> | undefined {
  const same = new Map<string, { to: string; answer: A }[]>();
  const apart = new Map<string, { to: string; answer: A }[]>();
  const put = (into: typeof same, from: string, to: string, answer: A): void => {
    into.set(from, [...(into.get(from) ?? []), { to, answer }]);
  };
  for (const answer of answers) {
    const [a, b] = answer.between;
    const into = answer.answer === 'same' ? same : apart;
    put(into, a, b, answer);
    put(into, b, a, answer);
  }
  /** Everybody joined to a node, each with the answers on the shortest way there. */
  const joined = (start: string): Map<string, A[]> => {
    const ways = new Map<string, A[]>([[start, []]]);
    for (const [node, way] of ways)
      for (const { to, answer } of same.get(node) ?? []) if (!ways.has(to)) ways.set(to, [...way, answer]);
    return ways;
  };

  return (a, b) => {
    const [ours, theirs] = [joined(a), joined(b)];
    const direct = ours.get(b);
    if (direct !== undefined) return { is: 'same', because: direct };
    let found: A[] | undefined;
    const offer = (because: A[]): void => {
      if (found === undefined || because.length < found.length) found = because;
    };
    for (const [node, way] of ours)
      for (const { to, answer } of apart.get(node) ?? []) {
        const back = theirs.get(to);
        if (back !== undefined) offer([...way, answer, ...back]);
      }
    if (found === undefined)
      for (const [one, way] of ours)
        if (isPerson(one)) for (const [other, back] of theirs) if (isPerson(other) && other !== one) offer([...way, ...back]);
    return found === undefined ? undefined : { is: 'not-same', because: found };
  };
}
