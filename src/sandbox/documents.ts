import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { AppraisalCase, CaseDocument } from '../model/index.js';

/**
 * Files such as a scanner leaves behind: a PDF with as many pages as the case says, a PNG of a card. Small, the same bytes every time, and each
 * says on its face that nobody real is in it.
 */
export interface Scan {
  caseNo: string;
  documentId: string;
  mediaType: string;
  sha256: string;
  bytes: Buffer;
}

/** Makes a document of a case real: writes its file and puts media type, hash and pages into the case. */
export function scanOf(caseNo: string, document: CaseDocument): Scan {
  const isCard = document.kind === 'id-card';
  const pages = isCard ? 1 : Math.min(document.pages ?? 1, 4);
  const lines = [`${caseNo} ${document.id}`, `${document.kind} ${document.sha256.slice(0, 16)}`];
  const bytes = isCard ? png(`${caseNo} ${document.id}`) : pdf({ title: document.title ?? document.kind, lines, pages });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const mediaType = isCard ? 'image/png' : 'application/pdf';
  Object.assign(document, { mediaType, sha256, pages });
  return { caseNo, documentId: document.id, mediaType, sha256, bytes };
}

/** One more exam report in the case, and its file. */
export function supplementOf(case_: AppraisalCase): Scan {
  const document: CaseDocument = {
    id: `${case_.documents[0]?.id ?? case_.caseNo}-supplement-${case_.documents.length}`,
    kind: 'exam-report',
    title: '补充检查报告',
    mediaType: 'application/pdf',
    sha256: createHash('sha256').update(`${case_.caseNo} ${case_.documents.length}`).digest('hex'),
    pages: 2,
  };
  case_.documents.push(document);
  return scanOf(case_.caseNo, document);
}

/** Where the file of a scan lies below the sandbox's folder. */
export function scanPath({ caseNo, documentId, mediaType }: Scan): string {
  return `scans/${caseNo}/${documentId}.${mediaType === 'image/png' ? 'png' : 'pdf'}`;
}

// ---- PDF 1.4 (ISO 32000) -------------------------------------------------------------------------------------------------------------------

/** Latin text in Helvetica, Chinese in a song face of the reader's own: neither is embedded. */
function pdf({ title, lines, pages }: { title: string; lines: readonly string[]; pages: number }): Buffer {
  const numbers = Array.from({ length: pages }, (_, page) => 6 + page * 2);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${numbers.map((number) => `${number} 0 R`).join(' ')}] /Count ${pages} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>',
    ...numbers.flatMap((number, page) => {
      const content = [
        'BT /F2 18 Tf 60 770 Td',
        `<${ucs2(title)}> Tj ET`,
        'BT /F2 11 Tf 60 740 Td',
        `<${ucs2('模拟材料，虚构人员，无任何真实信息')}> Tj ET`,
        'BT /F1 11 Tf 60 720 Td 16 TL',
        '(Synthetic document of a simulated city. Nobody in it is real.) Tj T*',
        ...lines.map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`),
        `(Page ${page + 1} of ${pages}) Tj ET`,
        '0.6 w 60 660 m 535 660 l S',
      ].join('\n');
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${number + 1} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

function ucs2(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex');
}

// ---- PNG (ISO/IEC 15948) -------------------------------------------------------------------------------------------------------------------

/** Five columns by seven rows, a row a number, the leftmost column its highest bit. */
const letters: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  C: [14, 17, 16, 16, 16, 17, 14],
  E: [31, 16, 16, 30, 16, 16, 31],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  L: [16, 16, 16, 16, 16, 16, 31],
  M: [17, 27, 21, 21, 17, 17, 17],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  Y: [17, 17, 10, 4, 4, 4, 4],
};

/** A card in black and white: a frame, a place for the photograph, and what it is. */
function png(label: string): Buffer {
  const [width, height] = [342, 216];
  const pixels = Buffer.alloc(width * height, 240);
  const fill = (left: number, top: number, right: number, bottom: number, grey: number): void => {
    for (let row = top; row < bottom; row++) pixels.fill(grey, row * width + left, row * width + right);
  };
  fill(0, 0, width, 3, 120);
  fill(0, height - 3, width, height, 120);
  fill(0, 0, 3, height, 120);
  fill(width - 3, 0, width, height, 120);
  fill(236, 34, 318, 140, 120);
  fill(239, 37, 315, 137, 240);
  // The pattern below is all that tells one card from another.
  for (const [index, byte] of createHash('sha256').update(label).digest().entries())
    for (let bit = 0; bit < 8; bit++)
      if ((byte >> bit) & 1) {
        const [left, top] = [20 + (index % 16) * 13, 150 + Math.floor(index / 16) * 26 + bit * 3];
        fill(left, top, left + 11, top + 3, 120);
      }
  for (const [line, text] of ['SYNTHETIC', 'SPECIMEN', 'NO REAL PERSON'].entries())
    for (const [place, letter] of [...text].entries())
      for (const [row, bits] of (letters[letter] ?? []).entries())
        for (let column = 0; column < 5; column++)
          if ((bits >> (4 - column)) & 1) {
            const [left, top] = [20 + (place * 6 + column) * 2, 34 + line * 30 + row * 2];
            fill(left, top, left + 2, top + 2, 20);
          }
  const rows = Array.from({ length: height }, (_, row) => {
    const packed = Buffer.alloc(1 + Math.ceil(width / 8));
    for (let column = 0; column < width; column++)
      if ((pixels[row * width + column] ?? 0) > 128)
        packed[1 + (column >> 3)] = (packed[1 + (column >> 3)] ?? 0) | (0x80 >> (column & 7));
    return packed;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('tEXt', Buffer.from('Comment\0Synthetic document of a simulated city. Nobody in it is real.', 'latin1')),
    // Stored, not compressed: compressors differ from one version to the next, and the hash must not.
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
