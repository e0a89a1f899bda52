import type { Connection } from '../adapter.js';
import { failure, type Reply } from '../call.js';

/** More pages than this are a server that does not stop. */
const mostPages = 10_000;
/** How often a crawl begins anew because the number of pages or rows changed under it. */
const mostRestarts = 3;

/** One page of a crawl. */
export interface CrawledPage {
  reply: Reply;
  isLast: boolean;
  /** The first page of a crawl, also of one begun anew: what came before it comes again. */
  isFirst: boolean;
}

/**
 * Page after page until the stated last one, or, where only the rows are counted, until they are there. Rows that come or go while pages are read
 * move others from page to page, so a crawl whose number of pages or rows changes begins anew: rows may come twice, and none is missed. Throws
 * ERR_INCOMPLETE where a page repeats an earlier one, is empty before the last, the numbers will not stand still, or fewer rows came than stated.
 */
export async function* crawl(connection: Connection, fetch: (pageNumber: number) => Promise<Reply>): AsyncGenerator<CrawledPage> {
  for (let restart = 0; restart <= mostRestarts; restart += 1) {
    const seen = new Set<string>();
    let pages: number | undefined;
    let rows: number | undefined;
    let read = 0;
    let moved = false;
    for (let number = 1; number <= mostPages && !moved; number += 1) {
      const reply = await fetch(number);
      const { page, total, records } = reply.opened;
      pages ??= page?.of;
      rows ??= total;
      moved = (page !== undefined && page.of !== pages) || (total !== undefined && total !== rows);
      if (moved) break;
      read += records.length;
      const isShort = rows !== undefined && read < rows;
      const isEnd = page === undefined ? !isShort : number >= page.of;
      const content = JSON.stringify(records.map((record) => record.value));
      if (records.length > 0 && seen.has(content)) {
        throw failure(connection, 'ERR_INCOMPLETE', {
          zh: '对方重复给出同一页',
          en: 'the province gives the same page again',
        });
      }
      seen.add(content);
      if (page?.number !== undefined && page.number !== number) {
        throw failure(connection, 'ERR_INCOMPLETE', {
          zh: `要第 ${number} 页，对方给出第 ${page.number} 页`,
          en: `page ${number} was asked for and page ${page.number} came`,
        });
      }
      if (records.length === 0 && !isEnd) {
        throw failure(connection, 'ERR_INCOMPLETE', {
          zh: '对方说还有记录，却给了空页',
          en: 'the province states more rows and gives an empty page',
        });
      }
      yield { reply, isLast: isEnd && !isShort, isFirst: number === 1 };
      if (isEnd && isShort) {
        throw failure(connection, 'ERR_INCOMPLETE', {
          zh: `对方说有 ${rows} 条记录，各页合计只有 ${read} 条`,
          en: `the province states ${rows} rows, and its pages hold ${read}`,
        });
      }
      if (isEnd) return;
    }
    if (!moved) break;
  }
  throw failure(connection, 'ERR_INCOMPLETE', {
    zh: '对方的页数一直在变或没有尽头，未能读完',
    en: 'the number of pages kept changing, or had no end: not everything could be read',
  });
}
