import { crc32 } from 'node:zlib';

/** A zip written by hand, with every field open to lies: what a program of somebody else's, or somebody hostile, would send. */
export interface ZipEntry {
  name: string;
  bytes: Uint8Array;
  /** In both records, unless said otherwise. */
  flags?: number;
  method?: number;
  time?: number;
  crc?: number;
  size?: number;
  packed?: number;
  localExtra?: Uint8Array;
  centralExtra?: Uint8Array;
  /** Unix rights in the upper half: 0o120777 << 16 is a link. */
  attributes?: number;
  madeBy?: number;
  comment?: string;
  /** In the directory only. */
  centralName?: string;
  offset?: number;
}

export interface ZipLies {
  comment?: string;
  count?: number;
  before?: Uint8Array;
  between?: Uint8Array;
  after?: Uint8Array;
  leaveOut?: number;
}

export function zip(entries: readonly ZipEntry[], lies: ZipLies = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(lies.before ?? [])];
  const directory: Buffer[] = [];
  let at = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8');
    const extra = Buffer.from(entry.localExtra ?? []);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    common(local, 4, entry, name.length, extra.length);
    const record = Buffer.concat([local, name, extra, entry.bytes]);
    const centralName = Buffer.from(entry.centralName ?? entry.name, 'utf8');
    const centralExtra = Buffer.from(entry.centralExtra ?? []);
    const comment = Buffer.from(entry.comment ?? '');
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50);
    central.writeUInt16LE(entry.madeBy ?? 20, 4);
    common(central, 6, entry, centralName.length, centralExtra.length);
    central.writeUInt16LE(comment.length, 32);
    central.writeUInt32LE((entry.attributes ?? 0) >>> 0, 38);
    central.writeUInt32LE(entry.offset ?? at, 42);
    directory.push(Buffer.concat([central, centralName, centralExtra, comment]));
    parts.push(record, Buffer.from(lies.between ?? []));
    at += record.length + (lies.between?.length ?? 0);
  }
  const listed = directory.slice(lies.leaveOut ?? 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(lies.count ?? listed.length, 8);
  end.writeUInt16LE(lies.count ?? listed.length, 10);
  end.writeUInt32LE(Buffer.concat(listed).length, 12);
  end.writeUInt32LE(at, 16);
  const comment = Buffer.from(lies.comment ?? '');
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, ...listed, end, comment, Buffer.from(lies.after ?? [])]);
}

function common(record: Buffer, at: number, entry: ZipEntry, name: number, extra: number): void {
  record.writeUInt16LE(20, at);
  record.writeUInt16LE(entry.flags ?? 0, at + 2);
  record.writeUInt16LE(entry.method ?? 0, at + 4);
  record.writeUInt16LE(entry.time ?? 0, at + 6);
  record.writeUInt16LE(0x21, at + 8);
  record.writeUInt32LE(entry.crc ?? crc32(entry.bytes), at + 10);
  record.writeUInt32LE(entry.packed ?? entry.bytes.length, at + 14);
  record.writeUInt32LE(entry.size ?? entry.bytes.length, at + 18);
  record.writeUInt16LE(name, at + 22);
  record.writeUInt16LE(extra, at + 24);
}
