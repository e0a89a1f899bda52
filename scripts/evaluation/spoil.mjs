/** What befalls files of exchanged tables on their way: a file that is missing or late, and rows in which somebody has mistyped a field. */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';

const tables = {
  'household-register': { encoding: 'gb18030', number: 'gmsfhm', dates: ['qcrq', 'CD_TIME'] },
  'death-certificates': { encoding: 'gb18030', number: 'SZZJHM', dates: ['SWRQ', 'CD_TIME'] },
  settlements: { encoding: 'utf8', number: 'certno', dates: ['setl_time', 'begndate', 'CD_TIME'] },
};

/** Takes the file of a day in the middle away; gives a function that brings it back. */
export function takeAway(dir, table, random) {
  const folder = join(dir, 'drop', table);
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort();
  // Not the first, which holds everything before, nor the last: nobody can miss what may yet come.
  const name = names[random.between(1, names.length - 3)];
  const away = join(dir, `away-${name}`);
  renameSync(join(folder, name), away);
  renameSync(join(folder, `${name}.ok`), `${away}.ok`);
  return () => {
    renameSync(away, join(folder, name));
    renameSync(`${away}.ok`, join(folder, `${name}.ok`));
  };
}

/** Mistypes a share of all rows; gives the numbers of the persons they were about. */
export function mistype(dir, share, random) {
  const numbers = new Set();
  for (const [table, { encoding, number, dates }] of Object.entries(tables)) {
    const folder = join(dir, 'drop', table);
    for (const name of existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.csv')) : []) {
      const lines = iconv.decode(readFileSync(join(folder, name)), encoding).split(/(?<=\n)/);
      const columns = (lines[0] ?? '').trim().split(',');
      const spoiled = lines.map((line, index) => {
        if (index === 0 || line.includes('"') || !random.chance(share)) return line;
        const end = /\r?\n?$/.exec(line)?.[0] ?? '';
        const cells = line.slice(0, line.length - end.length).split(',');
        numbers.add(cells[columns.indexOf(number)] ?? '');
        return mistyped(cells, { columns, number, dates }, random).join(',') + end;
      });
      writeFileSync(join(folder, name), iconv.encode(spoiled.join(''), encoding));
    }
  }
  return numbers;
}

/** One row with a day that no calendar has, a number with a slip, a column too few, or a field shifted into its neighbour. */
function mistyped(cells, { columns, number, dates }, random) {
  const changed = [...cells];
  switch (random.pick(['date', 'number', 'column', 'shift'])) {
    case 'date': {
      const at = columns.indexOf(dates.find((name) => columns.includes(name)) ?? '');
      if (at >= 0) changed[at] = '2025-13-45';
      return changed;
    }
    case 'number': {
      const at = columns.indexOf(number);
      const digits = cells[at] ?? '';
      const place = random.between(6, 16);
      changed[at] = digits.slice(0, place) + ((Number(digits[place]) + 1) % 10) + digits.slice(place + 1);
      return changed;
    }
    case 'column':
      return changed.slice(0, -1);
    default: {
      const at = random.between(0, changed.length - 2);
      changed[at + 1] = changed[at];
      changed[at] = '';
      return changed;
    }
  }
}
