import type { Bilingual } from '../model/index.js';

/** What can be wrong with a dossier, by slug. */
export const dossierFaultTexts = {
  unreadable: { zh: '读不出这一文件', en: 'the file cannot be read' },
  'too-large': { zh: '超过允许的大小', en: 'larger than is allowed' },
  'archive-malformed': {
    zh: '不是本系统打包的 zip 卷宗：结构不符',
    en: 'not a dossier archive as packed here: its structure differs',
  },
  'archive-cut-off': { zh: 'zip 卷宗不完整', en: 'the archive is cut off' },
  'archive-entry-name': { zh: 'zip 内有不允许的文件名', en: 'an entry of the archive has a name that is not allowed' },
  'archive-entry-form': {
    zh: 'zip 内的文件带有不允许的形式（压缩、加密、后置长度、链接或扩展字段）',
    en: 'an entry has a form that is not allowed (compressed, encrypted, with a data descriptor, a link or extra fields)',
  },
  'archive-entry-twice': { zh: 'zip 内同名文件出现两次', en: 'two entries of the archive have one name' },
  'archive-checksum': { zh: 'zip 内文件的校验和不符', en: "an entry's checksum differs" },
  'manifest-missing': { zh: '缺少 manifest.json', en: 'manifest.json is missing' },
  'manifest-not-json': { zh: 'manifest.json 不是 UTF-8 的 JSON', en: 'manifest.json is not JSON in UTF-8' },
  'manifest-not-canonical': {
    zh: 'manifest.json 不是规范 JSON（RFC 8785）：被改写过',
    en: 'manifest.json is not canonical JSON (RFC 8785): it was written anew',
  },
  'manifest-schema': { zh: 'manifest.json 的内容不符合规定', en: 'manifest.json does not have the shape it must have' },
  'checklist-order': {
    zh: '清单须依次列出全部 11 类材料，每类一次',
    en: 'the checklist must name each of the 11 kinds once, in order',
  },
  'document-twice': { zh: '两份文件用同一编号', en: 'two documents have one id' },
  'document-id': { zh: '文件编号含有不允许的字符', en: "a document's id has characters that are not allowed" },
  'key-unknown': { zh: '不认识封签所用的密钥', en: 'the key of the seal is not known' },
  'key-not-valid-then': {
    zh: '封签所用的密钥在签署时刻不在有效期内',
    en: 'the key of the seal was not valid when it was signed',
  },
  'algorithm-differs': { zh: '封签的算法与密钥的算法不符', en: "the seal's algorithm is not that of the key" },
  'seal-wrong': {
    zh: '封签不成立：清单被改动，或非此密钥所签',
    en: 'the seal does not hold: the manifest was changed, or another key signed it',
  },
  'document-missing': { zh: '缺少清单所列的文件', en: 'a document of the checklist is missing' },
  'document-size': { zh: '文件大小与清单不符', en: "a document's size is not that of the checklist" },
  'document-hash': { zh: '文件摘要与清单不符：文件被改动', en: "a document's hash is not that of the checklist: it was changed" },
  'document-not-listed': { zh: '清单未列的文件', en: 'a file that the checklist does not list' },
} as const satisfies Record<string, Bilingual>;

export type DossierFaultKind = keyof typeof dossierFaultTexts;

/** One thing wrong with a dossier. */
export interface DossierFault {
  kind: DossierFaultKind;
  /** A JSON Pointer into the manifest, a file in the archive, or the position of a byte in it. Never a value of the manifest. */
  place: string;
  zh: string;
  en: string;
}

export function dossierFault(kind: DossierFaultKind, place: string, more?: Bilingual): DossierFault {
  const { zh, en } = dossierFaultTexts[kind];
  return { kind, place, zh: more === undefined ? zh : `${zh}：${more.zh}`, en: more === undefined ? en : `${en}: ${more.en}` };
}
