import type { Random } from './random.js';

/** Made-up names: Han names of two and three characters, Uyghur-style names with a separating dot, names with characters that fonts lack. */

const family = [
  ...'王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤',
];
const compound = ['欧阳', '司马', '上官', '诸葛'];
const given = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰英华玉萍红娥玲芬燕彩春菊凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思俊健',
];
/** Characters outside the common fonts: one of the first extension, three of the supplementary planes. */
const rare = ['䶮', '𠮷', '𬱖', '𫞩'];
const uyghurFirst = [
  '阿依古丽',
  '古丽努尔',
  '热依汗',
  '帕提古丽',
  '买合木提',
  '艾尔肯',
  '吐尔洪',
  '努尔买买提',
  '阿卜杜拉',
  '玉素甫',
];
const uyghurLast = ['买买提', '吐尔逊', '阿不都热合曼', '艾合买提', '肉孜', '库尔班', '依明', '萨迪克'];

/** `three`: of at least three characters, so that one of them can be wrong and the name still known. */
export type NameStyle = 'han' | 'dotted' | 'rare' | 'three';

/** A name nobody bears twice: `taken` is asked and filled. */
export function createNamer(taken: Set<string>): (random: Random, style?: NameStyle) => string {
  return (random, style = 'han') => {
    for (let attempt = 0; ; attempt++) {
      // The dotted and the rare ones run out in a big city.
      const name = draw(random, attempt < 40 || style === 'three' ? style : 'han');
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
}

function draw(random: Random, style: NameStyle): string {
  if (style === 'dotted') return `${random.pick(uyghurFirst)}·${random.pick(uyghurLast)}`;
  const last = random.chance(0.02) ? random.pick(compound) : random.pick(family);
  if (style === 'rare') return `${last}${random.pick(given)}${random.pick(rare)}`;
  if (style === 'three') return `${last}${random.pick(given)}${random.pick(given)}`;
  return random.chance(0.25) ? `${last}${random.pick(given)}` : `${last}${random.pick(given)}${random.pick(given)}`;
}
