import type { AuditHead } from '../model/index.js';
import { type Faults, rangeOf } from './faults.js';
import { isNamedBy, isThat, type Link, startLink } from './links.js';

/**
 * Goes along a chain once, record by record with the two that follow, and says of every place whether what should stand there does: changed,
 * missing, inserted or moved. It holds only what is out of place, so a log of any length is walked in little memory.
 *
 * A record is known by the hash that the next one names, so one change is told of one record even where its hash was made anew.
 */
export class Walk {
  readonly #faults: Faults;
  /** Hashes at places that a seal vouches for. */
  readonly #known: ReadonlyMap<number, string>;
  readonly #onPlace: (link: Link) => void;
  /** Places whose record is not there, or whose place something else has taken. */
  readonly #holes: Hole[] = [];
  /** Rows that belong elsewhere or nowhere, with the last place before them. */
  readonly #strays: { link: Link; after: number }[] = [];
  #expected: number;
  /** The record before, where it stands right before the next one. */
  #last: Link | undefined;
  /** A record that does not name the one before: whose fault that is, the next one says. */
  #broken: { before: Link; after: Link } | undefined;
  readonly #start: number;

  constructor(start: AuditHead, known: ReadonlyMap<number, string>, faults: Faults, onPlace: (link: Link) => void) {
    this.#start = start.seq;
    this.#expected = start.seq + 1;
    this.#last = startLink(start);
    this.#known = known;
    this.#faults = faults;
    this.#onPlace = onPlace;
  }

  /** The next row, and the two behind it. */
  step(row: Link, next: Link | undefined, nextButOne: Link | undefined): void {
    const here = this.#expected;
    if (row.seq === here) {
      if (next?.seq === here && !this.#isRight(row, next, nextButOne)) this.#stray(row);
      else this.#place(row);
    } else if (next?.seq === here) this.#stray(row);
    else if (next?.seq === here + 1) this.#takes(row);
    else if (row.seq > here) {
      if (next === undefined ? this.#follows(row) : !row.isIntact && next.seq !== row.seq + 1) this.#takes(row);
      else {
        this.#holes.push({ from: here, through: row.seq - 1, behind: row.previous });
        this.#settle(undefined);
        this.#last = undefined;
        this.#place(row);
      }
    } else if (next === undefined ? this.#follows(row) || Number.isNaN(row.seq) : !row.isIntact) this.#takes(row);
    else this.#stray(row);
  }

  /** The place of the last record, once everything out of place is told. */
  end(): number {
    this.#settle(undefined);
    // A last record that stood elsewhere.
    for (let found = this.#nextElsewhere(); found !== undefined; found = this.#nextElsewhere()) {
      this.#holes.push({ from: found.seq, through: found.seq });
      this.#last = found;
      this.#expected += 1;
    }
    this.#tellHoles();
    return this.#expected - 1;
  }

  #nextElsewhere(): Link | undefined {
    return this.#outOfPlace().find((row) => row.isIntact && row.seq === this.#expected && this.#follows(row));
  }

  #outOfPlace(): Link[] {
    return [...this.#holes.flatMap(({ taker }) => taker ?? []), ...this.#strays.map(({ link }) => link)];
  }

  /** Of two rows that claim one place, whether the first is the record. */
  #isRight(row: Link, other: Link, behind: Link | undefined): boolean {
    const known = this.#known.get(row.seq);
    const [mine, theirs] = [row, other].map((link) => [
      known !== undefined && isThat(link, { hash: known }),
      behind?.seq === row.seq + 1 && isNamedBy(link, behind),
      this.#follows(link),
      link.isIntact,
    ]) as [boolean[], boolean[]];
    const decisive = mine.findIndex((is, index) => is !== theirs[index]);
    return decisive === -1 || mine[decisive] === true;
  }

  #follows(row: Link): boolean {
    return this.#last !== undefined && isNamedBy(this.#last, row);
  }

  #stray(link: Link): void {
    this.#strays.push({ link, after: this.#expected - 1 });
  }

  /** It stands where another record should. */
  #takes(row: Link): void {
    this.#settle(undefined);
    this.#holes.push({ from: this.#expected, through: this.#expected, taker: row });
    this.#last = undefined;
    this.#expected += 1;
  }

  #place(row: Link): void {
    const isBroken = this.#last !== undefined && !isNamedBy(this.#last, row);
    this.#settle(isBroken);
    if (!row.isIntact) this.#faults.changed(row.seq);
    else if (isBroken && this.#last !== undefined && !this.#faults.isChanged(this.#last.seq))
      this.#broken = { before: this.#last, after: row };
    this.#onPlace(row);
    this.#last = row;
    this.#expected = row.seq + 1;
  }

  /**
   * Who of two records that do not fit was changed, and made to fit itself again: a seal may know it; else, where the second does not fit the third
   * either (`isBrokenAgain`), it is the second, otherwise the first. Where nothing follows it may be either, and the first is named.
   */
  #settle(isBrokenAgain: boolean | undefined): void {
    if (this.#broken === undefined) return;
    const { before, after } = this.#broken;
    this.#broken = undefined;
    const isSecond = before.seq === this.#start || (this.#isKnownToBeSecond(before, after) ?? isBrokenAgain === true);
    this.#faults.changed(isSecond ? after.seq : before.seq);
  }

  #isKnownToBeSecond(before: Link, after: Link): boolean | undefined {
    const [first, second] = [this.#known.get(before.seq), this.#known.get(after.seq)];
    if (first !== undefined && isThat(before, { hash: first })) return true;
    if (second !== undefined) return !isThat(after, { hash: second });
    return first === undefined ? undefined : false;
  }

  #tellHoles(): void {
    const rows = this.#outOfPlace();
    const moved = new Set<number>();
    for (const { seq, hash, isIntact } of rows) {
      const hole = this.#holes.find(({ from, through }) => seq >= from && seq <= through);
      if (hole === undefined || !isIntact || moved.has(seq)) continue;
      // Where the record behind the hole names another one, it is none that stood there.
      if (hole.behind !== undefined && seq === hole.through && hole.behind !== hash) continue;
      moved.add(seq);
    }
    for (const seq of moved)
      this.#faults.add('moved', seq, { zh: `第 ${seq} 条记录不在原处`, en: `record ${seq} is not in its place` });
    for (const { from, through, taker } of this.#holes) {
      if (taker === undefined) this.#missing(from, through, moved);
      else if (!moved.has(from)) {
        if (moved.has(taker.seq)) this.#missing(from, through, moved);
        else this.#faults.changed(from);
      }
    }
    const told = new Set<number>();
    for (const { link, after } of this.#strays) {
      const { seq } = link;
      if (moved.has(seq) && !told.has(seq)) {
        told.add(seq);
        continue;
      }
      const place = Number.isNaN(seq) ? after + 1 : seq;
      this.#faults.add('inserted', place, {
        zh: `第 ${after} 条之后多出一条不属于此链的记录${Number.isNaN(seq) ? '' : `（自称第 ${seq} 条）`}`,
        en: `behind record ${after} stands one that does not belong${Number.isNaN(seq) ? '' : ` (it calls itself ${seq})`}`,
      });
    }
  }

  #missing(from: number, through: number, found: ReadonlySet<number>): void {
    const inside = [...found].filter((seq) => seq >= from && seq <= through).sort((a, b) => a - b);
    let first = from;
    for (const end of [...inside, through + 1]) {
      if (end > first)
        this.#faults.add(
          'missing',
          first,
          {
            zh: `缺少第 ${rangeOf(first, end - 1)} 条记录`,
            en: end - 1 === first ? `record ${first} is missing` : `records ${rangeOf(first, end - 1)} are missing`,
          },
          end - 1,
        );
      first = end + 1;
    }
  }
}

interface Hole {
  from: number;
  through: number;
  /** What stands there instead. */
  taker?: Link;
  /** What the record behind names as the one before it. */
  behind?: string;
}
