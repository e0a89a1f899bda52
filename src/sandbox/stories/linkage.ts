import { formatDay } from '../../model/index.js';
import { otherNumberLike } from '../citizens.js';
import type { Story, StoryReview } from './story.js';

/**
 * Death certificates that do not carry the number of whom they are about, and such as only look like it. No agency else knows of these deaths, so
 * all rests on whether the row is recognised.
 */

const certificates: StoryReview = { agency: 'health', feed: 'death-certificates' };
const told = [{ rule: 'case-open-after-death', severity: 'low' }] as const;

/** A certificate about the person whose row is written wrongly. */
function mistyped(
  id: string,
  says: Story['says'],
  slip: (number: string) => string,
  more: { name?: (name: string) => string; born?: false } = {},
): Story {
  return {
    id,
    says,
    wish: { style: 'three' },
    finds: told,
    reviews: [certificates],
    write: (life) => {
      const { number, name } = life.citizen;
      life.openCase({ received: 19 });
      life.certificate({
        died: 12,
        served: 'never',
        written: {
          number: slip(number),
          ...(more.name === undefined ? {} : { name: more.name(name) }),
          ...(more.born === false ? { bornOn: '' } : {}),
        },
      });
    },
  };
}

/** A row that is somebody else's, however much it looks like this person's. */
function somebodyElses(
  id: string,
  says: Story['says'],
  written: (citizen: { number: string; name: string; bornOn: number }) => { number?: string; name?: string; bornOn?: string },
  findsOfRun: readonly string[] = [],
): Story {
  return {
    id,
    says,
    finds: [],
    findsOfRun,
    write: (life) => {
      life.openCase({ received: 22 });
      life.lookAlike({ died: 14, served: 'never', written: written(life.citizen) });
    },
  };
}

const oneDigit = (number: string): string => `${number.slice(0, 15)}${(Number(number[15]) + 3) % 10}${number.slice(16)}`;
const wrongCheckDigit = (number: string): string => number.slice(0, 17) + (number[17] === '4' ? '8' : '4');
const missingDigit = (number: string): string => number.slice(0, 12) + number.slice(13);

/** The last two neighbours before the check digit that differ, the other way round. */
function swap(number: string): string {
  for (let place = 15; place > 0; place--) {
    const [first = '', second = ''] = [number[place], number[place + 1]];
    if (first !== second) return number.slice(0, place) + second + first + number.slice(place + 2);
  }
  return number;
}

export const linkageStories: readonly Story[] = [
  mistyped(
    'certificate-with-one-digit-wrong',
    { zh: '死亡证明身份证号错一位', en: 'the number on the death certificate has one digit wrong' },
    oneDigit,
  ),
  mistyped(
    'certificate-with-two-digits-swapped',
    { zh: '死亡证明身份证号相邻两位颠倒，无出生日期', en: 'two digits of the number are swapped, and there is no birth date' },
    swap,
    { born: false },
  ),
  mistyped(
    'certificate-with-a-digit-missing',
    { zh: '死亡证明身份证号少一位', en: 'the number on the death certificate lacks a digit' },
    missingDigit,
  ),
  mistyped(
    'certificate-with-a-wrong-check-digit',
    { zh: '死亡证明身份证号校验码错误', en: 'the number on the death certificate has a wrong check digit' },
    wrongCheckDigit,
  ),
  mistyped(
    'certificate-with-number-and-name-mistyped',
    { zh: '死亡证明身份证号错一位、姓名错一字', en: 'one digit of the number and one character of the name are wrong' },
    oneDigit,
    { name: (name) => `${[...name].slice(0, -1).join('')}某` },
  ),
  mistyped(
    'certificate-without-a-number',
    { zh: '死亡证明无身份证号，姓名与出生日期相同', en: 'the death certificate has no number, but name and birth date' },
    () => '',
  ),
  somebodyElses(
    'neighbouring-number-of-a-stranger',
    { zh: '他人的错号与本人号码只差一位，姓名不同', en: "a stranger's mistyped number is one digit off" },
    ({ number }) => ({ number: oneDigit(number), name: '示例另有其人' }),
  ),
  somebodyElses(
    'namesake-born-on-another-day',
    { zh: '同名者死亡，无身份证号，出生日期不同', en: 'a namesake without a number, born on another day' },
    ({ bornOn }) => ({ number: '', bornOn: formatDay(bornOn + 1000) }),
    ['rejected-records'],
  ),
  somebodyElses(
    'namesake-born-on-the-same-day',
    { zh: '同名同日出生者死亡，有自己的有效号码', en: 'a namesake born on the same day, with a valid number of their own' },
    ({ number }) => ({ number: otherNumberLike(number) }),
  ),
  somebodyElses(
    'namesake-with-a-name-only',
    { zh: '同名者死亡，只有姓名', en: 'a namesake of whom the row says the name alone' },
    () => ({ number: '', bornOn: '' }),
    ['rejected-records'],
  ),
];
