import { type Day, formatDay } from '../../model/index.js';
import { dayTime } from '../calendar.js';
import { type Citizen, sexCode } from '../citizens.js';
import { digitsOf } from '../random.js';
import type { Life, Settlement, Stay } from '../world.js';

/** Rows of the medical insurance platform, named and filled as in transactions 1101, 5201, 5303 and 5203 (reference HI 7). */

/** `baseinfo`, `insuinfo`, `idetinfo` of 1101. */
export function insuranceRows(life: Life, today: Day): unknown {
  const { citizen, insured } = life;
  if (insured === undefined) return undefined;
  const row = (insutype: string, psnType: string, from: Day, until?: Day) => ({
    balc: insutype === '310' ? 1240.55 : 0,
    insutype,
    psn_type: psnType,
    psn_insu_stas: until === undefined ? '1' : '4',
    psn_insu_date: formatDay(from),
    paus_insu_date: until === undefined ? null : formatDay(until),
    cvlserv_flag: '0',
    insuplc_admdvs: '370700',
    emp_name: insured.employer ?? '',
  });
  const rows =
    insured.fund === '310'
      ? [row('310', '11', insured.since), row('390', '15', insured.since - 900, insured.since - 1)]
      : [row('390', '15', insured.since)];
  return {
    baseinfo: { psn_no: citizen.insuranceNo, ...personColumns({ ...citizen, name: insured.name }, today), exp_content: null },
    insuinfo: rows.length === 1 ? rows[0] : rows,
    idetinfo: [],
  };
}

/** `mdtrtinfo` of 5201: stays that have ended and began in the window, of one kind of service. */
export function visitRows(life: Life, from: string, until: string, medType: string, today: Day): unknown[] {
  return life.stays
    .filter((stay) => stay.insurance && stay.medType === medType && stay.dischargedOn !== undefined && stay.dischargedOn <= today)
    .filter((stay) => within(beginOf(stay), from, until))
    .map((stay) => visitRow(life, stay, today));
}

function visitRow(life: Life, stay: Stay, today: Day): unknown {
  const { citizen } = life;
  const discharged = stay.dischargedOn ?? stay.admittedOn;
  return {
    mdtrt_id: stay.insuranceVisitNo,
    psn_no: citizen.insuranceNo,
    ...personColumns(citizen, today),
    coner_name: '',
    tel: '',
    insutype: life.insured?.fund ?? '390',
    psn_type: life.insured?.fund === '310' ? '11' : '15',
    maf_psn_flag: '0',
    cvlserv_flag: '0',
    flxempe_flag: '0',
    nwb_flag: '0',
    insu_optins: '370700',
    emp_name: life.insured?.employer ?? '',
    begntime: beginOf(stay),
    endtime: dayTime(discharged, '10:15:00'),
    mdtrt_cert_type: '02',
    med_type: stay.medType,
    ars_year_ipt_flag: '0',
    pre_pay_flag: '0',
    ipt_otp_no: stay.recordNo,
    medrcdno: `BA${stay.recordNo.slice(2)}`,
    atddr_no: 'D0001',
    chfpdr_name: '示例主治医师',
    adm_dept_codg: 'A11.02',
    adm_dept_name: '骨科',
    adm_bed: '',
    dscg_maindiag_code: stay.diagnosis.icd10,
    dscg_maindiag_name: stay.diagnosis.text,
    dscg_dept_codg: 'A11.02',
    dscg_dept_name: '骨科',
    dscg_bed: '',
    dscg_way: stay.way,
    main_cond_dscr: '',
    dise_codg: '',
    dise_name: '',
    oprn_oprt_code: '',
    oprn_oprt_name: '',
    otp_diag_info: '',
    inhosp_stas: '0',
    die_date: stay.way === '5' ? formatDay(stay.diedOn ?? discharged) : null,
    ipt_days: Math.max(1, discharged - stay.admittedOn),
    fpsc_no: '',
    matn_type: '',
    birctrl_type: '',
    latechb_flag: '0',
    geso_val: 0,
    fetts: 0,
    fetus_cnt: 0,
    pret_flag: '0',
    birctrl_matn_date: null,
    cop_flag: '0',
    opter_id: 'YB0001',
    opter_name: '示例收费员',
    opt_time: dayTime(discharged, '10:20:31'),
    memo: '',
  };
}

/** `data` of 5303: who lies in hospital, admitted in the window. */
export function inHospitalRows(life: Life, from: string, until: string, today: Day): unknown[] {
  return life.stays
    .filter(
      (stay) =>
        stay.insurance &&
        stay.admittedOn + stay.insuranceShift <= today &&
        (stay.dischargedOn === undefined || stay.dischargedOn > today),
    )
    .filter((stay) => within(beginOf(stay), from, until))
    .map((stay) => ({
      mdtrt_id: stay.insuranceVisitNo,
      psn_no: life.citizen.insuranceNo,
      ...personColumns(life.citizen, today),
      insutype: life.insured?.fund ?? '390',
      begndate: formatDay(stay.admittedOn + stay.insuranceShift),
      med_type: stay.medType,
      ipt_otp_no: stay.recordNo,
      out_flag: '0',
    }));
}

/** `setlinfo` and `setldetail` of 5203; undefined where the settlement is not that stay's, or not yet there. */
export function settlementAnswer(life: Life, settlementNo: string, visitNo: string, today: Day): unknown {
  const settlement = life.settlements.find(
    (item) => item.settlementNo === settlementNo && item.stay.insuranceVisitNo === visitNo,
  );
  if (settlement === undefined || settlement.settledOn > today) return undefined;
  return {
    setlinfo: settlementColumns(life, settlement, today),
    setldetail: [
      {
        fund_pay_type: settlement.fund === '310' ? '310100' : '390100',
        inscp_scp_amt: yuan(settlement.total),
        crt_payb_lmt_amt: null,
        fund_payamt: yuan(settlement.fundPaid),
        fund_pay_type_name: settlement.fund === '310' ? '城镇职工基本医疗保险统筹基金' : '城乡居民基本医疗保险基金',
        setl_proc_info: null,
      },
    ],
  };
}

/** med_type and clr_type of what is no hospital stay: 普通门诊, 药店购药. */
const kindsOfVisit = { outpatient: { medType: '11', clearing: '11' }, pharmacy: { medType: '41', clearing: '41' } } as const;

/** The columns of a settlement, as in 5203 and in the bureau's table `setl_d`; all text. */
export function settlementColumns(life: Life, settlement: Settlement, today: Day): Record<string, string> {
  const { citizen } = life;
  const { stay } = settlement;
  const person = settlement.total - settlement.fundPaid;
  const kind = settlement.setting === undefined ? undefined : kindsOfVisit[settlement.setting];
  const until = settlement.interim ? settlement.settledOn : (stay.dischargedOn ?? stay.admittedOn);
  const time = `${digitsOf(1, 'hour', settlement.settlementNo) < '5' ? '10' : '15'}:32:45`;
  const zero = '0.00';
  return {
    setl_id: settlement.settlementNo,
    mdtrt_id: stay.insuranceVisitNo,
    psn_no: citizen.insuranceNo,
    psn_name: citizen.name,
    psn_cert_type: certificateType(citizen),
    certno: citizen.number,
    gend: sexCode(citizen),
    naty: '01',
    brdy: formatDay(citizen.bornOn),
    age: String(Math.floor((today - citizen.bornOn) / 365.25)),
    insutype: settlement.fund,
    psn_type: settlement.fund === '310' ? '11' : '15',
    cvlserv_flag: '0',
    flxempe_flag: '0',
    nwb_flag: '0',
    insu_optins: '370700',
    emp_name: life.insured?.employer ?? '',
    pay_loc: settlement.manual ? '1' : '2',
    fixmedins_code: stay.hospital.insuranceCode,
    fixmedins_name: stay.hospital.name,
    hosp_lv: '02',
    fixmedins_poolarea: '370700',
    begndate: formatDay(stay.admittedOn + stay.insuranceShift),
    enddate: formatDay(until),
    setl_time: dayTime(settlement.settledOn, time),
    mdtrt_cert_type: '02',
    med_type: kind?.medType ?? stay.medType,
    clr_type: kind?.clearing ?? '21',
    clr_way: '1',
    clr_optins: '370700',
    medfee_sumamt: yuan(settlement.total),
    fulamt_ownpay_amt: zero,
    overlmt_selfpay: zero,
    preselfpay_amt: zero,
    inscp_scp_amt: yuan(settlement.total),
    act_pay_dedc: zero,
    hifp_pay: yuan(settlement.fundPaid),
    pool_prop_selfpay: '0.7000',
    cvlserv_pay: zero,
    hifes_pay: zero,
    hifmi_pay: zero,
    hifob_pay: zero,
    maf_pay: zero,
    oth_pay: zero,
    fund_pay_sumamt: yuan(settlement.fundPaid),
    psn_pay: yuan(person),
    acct_pay: zero,
    cash_payamt: yuan(person),
    balc: zero,
    acct_mulaid_pay: zero,
    medins_setl_id: `${stay.hospital.insuranceCode}${digitsOf(18, 'sender', settlement.settlementNo)}`,
    refd_setl_flag: settlement.reversalOf === undefined ? '0' : '1',
    year: formatDay(settlement.settledOn).slice(0, 4),
    dise_codg: '',
    dise_name: '',
    invono: settlement.invoiceNo,
    opter_id: 'YB0001',
    opter_name: '示例收费员',
    opt_time: dayTime(settlement.settledOn, time),
  };
}

function personColumns(citizen: Citizen, today: Day): Record<string, string | number> {
  const born = formatDay(citizen.bornOn);
  // One installation puts blanks into the birth date, another a midnight behind it.
  const style = digitsOf(1, 'born', citizen.number);
  return {
    psn_cert_type: certificateType(citizen),
    certno: citizen.number,
    psn_name: citizen.name,
    gend: sexCode(citizen),
    naty: '01',
    brdy: style === '0' ? born.replaceAll('-', ' - ') : style < '3' ? `${born} 00:00:00` : born,
    age: Math.floor(((today - citizen.bornOn) / 365.25) * 10) / 10,
  };
}

/** psn_cert_type: 01 resident id, 17 residence permit, 07 foreigner's permit. */
function certificateType(citizen: Citizen): string {
  return citizen.idType === 'resident-id' ? '01' : citizen.idType === 'hmt-residence-permit' ? '17' : '07';
}

function beginOf(stay: Stay): string {
  return dayTime(stay.admittedOn + stay.insuranceShift, '09:30:00');
}

function within(instant: string, from: string, until: string): boolean {
  return instant >= from && instant <= until;
}

/** Fen as yuan with two places. */
export function yuan(fen: number): string {
  const cents = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${cents.slice(0, -2)}.${cents.slice(-2)}`;
}
