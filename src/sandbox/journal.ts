/** What was asked of the simulated agencies: counts only, never whom it was about. */
export interface JournalEntry {
  /** Requests by what was asked: `GK_GXFW_SFHC`, `1101`, `refreshappsecret`, … */
  operations: Record<string, number>;
  answered: number;
  /** Refused by the agency: signature, parameters, protocol. */
  refused: number;
  /** Met a fault of the plan. */
  faults: number;
}

export interface Journal {
  note(feed: string, operation: string, outcome: 'answered' | 'refused' | 'fault'): void;
  /** `agency/feed` → counts, a copy. */
  read(): Record<string, JournalEntry>;
}

export function createJournal(): Journal {
  const entries = new Map<string, JournalEntry>();
  return {
    note(feed, operation, outcome) {
      const entry = entries.get(feed) ?? { operations: {}, answered: 0, refused: 0, faults: 0 };
      entry.operations[operation] = (entry.operations[operation] ?? 0) + 1;
      if (outcome === 'answered') entry.answered++;
      else if (outcome === 'refused') entry.refused++;
      else entry.faults++;
      entries.set(feed, entry);
    },
    read: () => structuredClone(Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))),
  };
}
