/** Made-up hospitals. The health platform and the medical insurance each have their own code for one; only the name is common. */
export interface Hospital {
  /** At the health platform: 22-place register code. */
  healthCode: string;
  /** At the medical insurance: 12 places. */
  insuranceCode: string;
  name: string;
  /** GB/T 2260. */
  region: string;
}

const rows: readonly [name: string, region: string][] = [
  ['虚构市第一人民医院', '370705'],
  ['虚构市骨伤医院', '370702'],
  ['虚构市中医院', '370705'],
  ['样例县人民医院', '370724'],
  ['样例市立医院', '370783'],
  ['演示市中心医院', '370785'],
];

/** Hospitals of the city. */
export const hospitals: readonly Hospital[] = rows.map(([name, region], index) => ({
  healthCode: `4999900${index}1370799111`,
  insuranceCode: `H3707990001${index}`,
  name,
  region,
}));

/** A hospital of another province: the city's health platform does not cover it. */
export const farHospital: Hospital = {
  healthCode: '499990991320199111',
  insuranceCode: 'H32019900019',
  name: '外省示例医院',
  region: '320102',
};

/** A pharmacy: an institution of the medical insurance alone, and no hospital. */
export const pharmacy: Hospital = { healthCode: '', insuranceCode: 'P37079900011', name: '虚构市示例大药房', region: '370705' };

/** `institutions.csv`: code, name, region; each hospital once under either code. */
export function institutionsCsv(): string {
  const lines = [...hospitals, farHospital].flatMap((hospital) => [
    `${hospital.healthCode},${hospital.name},${hospital.region}`,
    `${hospital.insuranceCode},${hospital.name},${hospital.region}`,
  ]);
  return `${['code,name,region', ...lines].join('\n')}\n`;
}
