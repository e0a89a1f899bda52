import { stringify } from 'yaml';
import type { SandboxKey } from './province/keys.js';
import { isShared, type Secrets } from './secrets.js';

/** What stands where on the simulated agencies; servers and configuration read the same table. */
export const places = {
  population: {
    path: '/services/population',
    namespace: 'http://webservice.tongtech.com/',
    sids: { GK_GXFW_SFHC: 's_0000000000000_3701', GK_JZCX_RKJCXXCX: 's_0000000000000_3702' },
    maximumBatch: 20,
  },
  cremations: { path: '/httpproxy', sid: 's_0000000000000_3703' },
  stays: { path: '/hip/HIPMessageServer' },
  certificates: { path: '/services/swyxzm', namespace: 'http://swyxzm.sandbox.invalid/' },
  insurance: { path: '/ebus/rio_fsi' },
  appraisals: { path: '/appraisal' },
} as const;

/** The agencies that listen, in the order of their ports. */
export const listening = ['public-security', 'civil-affairs', 'health', 'medical-insurance', 'provincial-appraisal'] as const;

export type ListeningAgency = (typeof listening)[number];

/** `yilian.config.yaml` for a sandbox whose agencies listen at these origins, and a city whose dossier service listens on a port. Secrets stand in files beside it. */
export function configurationYaml(
  origins: Readonly<Record<ListeningAgency, string>>,
  secrets: Secrets,
  dossierPort: number,
): string {
  const secret = (name: string) => `\${file:./secrets/${name}}`;
  const keyOf = (key: SandboxKey) => ({
    id: key.id,
    algorithm: key.algorithm,
    key: isShared(key) ? secret('province-signing-key') : `./keys/${key.id}.pem`,
  });
  const limits = { rate: '100000/hour', concurrency: 8, deadline: '20s', proxy: 'none' };
  const here = ['370700'];
  const insurance = {
    channel: { http: `${origins['medical-insurance']}${places.insurance.path}`, ...limits },
    auth: { 'insurance-gateway': { paasid: secrets.insurancePaasid, token: secret('insurance-token') } },
    envelope: {
      infno: {
        fixmedins_code: 'H37079900000',
        fixmedins_name: '演示市劳动能力鉴定中心',
        mdtrtarea_admvs: '370700',
        recer_sys_code: 'YBXT',
        opter: 'LDNL001',
      },
    },
  };
  const configuration = {
    city: { name: '演示市', region: '370700', organisation: '演示市劳动能力鉴定中心' },
    store: 'sqlite:./state/yilian.db',
    personKey: secret('person-key'),
    operator: { name: '经办员丁', id: '370799197208080122' },
    institutions: './institutions.csv',
    signing: [{ id: secrets.keys.city.id, algorithm: secrets.keys.city.algorithm, key: secret('signing-key') }],
    dossier: {
      listen: `127.0.0.1:${dossierPort}`,
      documents: { folder: './documents', key: secret('documents-key') },
      partners: [
        {
          id: 'province',
          organisation: '演示省劳动能力鉴定委员会',
          keys: [keyOf(secrets.keys.province)],
          purposes: ['reappraisal', 'appraisal-history'],
          // All but open findings: leads that nobody has looked into yet stay with the city.
          items: [
            'id-document',
            'application',
            'recognition-decision',
            'medical-records',
            'exam-reports',
            'review-form',
            'exam-identity-check',
            'conclusion',
            'deliveries',
            'prior-appraisals',
          ],
        },
        {
          id: 'neighbour',
          organisation: '邻市劳动能力鉴定中心',
          keys: [keyOf(secrets.keys.neighbour)],
          purposes: ['appraisal-history'],
        },
      ],
    },
    agencies: {
      'public-security': {
        population: [
          {
            channel: { http: `${origins['public-security']}${places.population.path}`, ...limits },
            auth: {
              'national-platform': {
                rid: secrets.rid,
                sid: places.population.sids.GK_GXFW_SFHC,
                appKey: secret('population-app-key'),
              },
            },
            envelope: {
              'sfhc-soap': {
                namespace: places.population.namespace,
                user: secrets.populationUser,
                password: secret('population-password'),
                requester: {
                  QQBWDM: 'GJXXZX',
                  QQBWMC: '国家信息中心',
                  SJLYXTDM: '370000000000',
                  SJLYXTMC: '演示省级平台',
                  QQRDWDM: '12370700000000000X',
                  QQRDWMC: '演示市劳动能力鉴定中心',
                  QQYWLXDM: '01',
                  QQYWLXMC: '劳动能力鉴定',
                  QQYWXTDM: 'LDNLJD',
                  QQYWXTMC: '劳动能力鉴定系统',
                },
              },
            },
            mapping: 'population-sfhc',
            refresh: '12h',
          },
          {
            channel: { folder: './drop/household-register', marker: '.ok', pattern: '*.csv' },
            envelope: 'table-exchange',
            mapping: 'population-household',
            settings: { sequence: 'day' },
            lag: '3d',
          },
        ],
      },
      'civil-affairs': {
        cremations: {
          channel: { http: `${origins['civil-affairs']}${places.cremations.path}`, ...limits },
          auth: { 'national-platform': { rid: secrets.rid, sid: places.cremations.sid, appKey: secret('cremation-app-key') } },
          envelope: 'inspur-sdk',
          mapping: 'cremation-national',
          refresh: '12h',
        },
      },
      health: {
        stays: {
          channel: { http: `${origins.health}${places.stays.path}`, ...limits },
          // The last is what this platform says of a number its index of patients does not hold.
          envelope: { 'hip-message-server': { nothingFound: ['调阅文档不存在', '未找到患者主索引'] } },
          mapping: 'stay-hip',
          settings: { patientIndex: true, documents: ['C0032', 'C0050'] },
          refresh: '12h',
          regions: here,
        },
        'death-certificates': [
          {
            channel: { http: `${origins.health}${places.certificates.path}`, ...limits },
            auth: { 'user-password': { user: secrets.certificateUser, password: secret('certificate-password') } },
            envelope: {
              mdeml: {
                namespace: places.certificates.namespace,
                requestOrgCode: '12370700000000000X',
                requestOrgName: '演示市劳动能力鉴定中心',
              },
            },
            mapping: 'death-certificate-mdeml',
            refresh: '12h',
            regions: here,
          },
          {
            channel: { folder: './drop/death-certificates', marker: '.ok', pattern: '*.csv' },
            envelope: 'table-exchange',
            mapping: 'death-certificate-table',
            settings: { sequence: 'day' },
            lag: '3d',
            regions: here,
          },
        ],
      },
      'medical-insurance': {
        enrolments: { ...insurance, mapping: 'enrolment-1101', refresh: '12h' },
        stays: { ...insurance, mapping: 'stay-insurance', settings: { medTypes: ['21', '22'] }, refresh: '12h' },
        settlements: {
          channel: { folder: './drop/settlements', marker: '.ok', pattern: '*.csv' },
          envelope: 'table-exchange',
          mapping: 'settlement-setl-d',
          settings: { sequence: 'day' },
          lag: '3d',
        },
      },
      'provincial-appraisal': {
        appraisals: {
          channel: { http: `${origins['provincial-appraisal']}${places.appraisals.path}`, ...limits },
          auth: { 'user-password': { user: secrets.provinceUser, password: secret('province-password') } },
          envelope: { 'jinbao-json': { paths: { lookup: '/lookup', changes: '/changes', push: '/push' } } },
          mapping: 'appraisal-jinbao',
          settings: { send: 'automatic' },
          refresh: '12h',
        },
      },
    },
  };
  return `# Written by the sandbox: five simulated agencies on this machine, nobody real.\n${stringify(configuration, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
