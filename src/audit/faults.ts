import type { AuditFault, Bilingual } from '../model/index.js';

/** Faults as they are told. At most a thousand are kept, so that a log of which nothing holds can still be verified. */
const most = 1000;

export class Faults {
  readonly #faults: AuditFault[] = [];
  readonly #changed = new Set<number>();
  #more = 0;

  add(kind: AuditFault['kind'], seq: number, text: Bilingual, through?: number): void {
    const range = through === undefined || through === seq ? {} : { through };
    if (this.#faults.length < most) this.#faults.push({ seq, ...range, kind, ...text });
    else this.#more += 1;
  }

  /** Once for a record, whatever else of it is wrong. */
  changed(seq: number, text: Bilingual = changedText(seq)): void {
    if (this.#changed.has(seq)) return;
    this.#changed.add(seq);
    this.add('changed', seq, text);
  }

  isChanged(seq: number): boolean {
    return this.#changed.has(seq);
  }

  get count(): number {
    return this.#faults.length + this.#more;
  }

  told(): { faults: AuditFault[]; moreFaults?: number } {
    const faults = [...this.#faults].sort((a, b) => a.seq - b.seq);
    return { faults, ...(this.#more === 0 ? {} : { moreFaults: this.#more }) };
  }
}

function changedText(seq: number): Bilingual {
  return {
    zh: `第 ${seq} 条记录被改动`,
    en: `record ${seq} was changed`,
  };
}

/** `3`, `3–7`. */
export function rangeOf(from: number, through: number): string {
  return from === through ? String(from) : `${from}–${through}`;
}
