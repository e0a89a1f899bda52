import type { Json } from '../../../src/model/index.js';

/** Answers of the medical insurance in its own envelope; synthetic persons only. */

export const mine = { number: '370799196001010018', name: '测试甲', personNo: '37070000000000000001' };
export const theirs = { number: '370799195806150021', name: '样例乙', personNo: '37070000000000000002' };
export type Insured = typeof mine;

export function ok(output: Json): string {
  return JSON.stringify({ infcode: 0, inf_refmsgid: '1', err_msg: null, output });
}

export function failed(message: string): string {
  return JSON.stringify({ infcode: -1, inf_refmsgid: '1', err_msg: message, output: null });
}

/** `infno` of a request, and a business parameter. */
export function infnoOf(body: string): string {
  return /"infno":"(\d+)"/.exec(body)?.[1] ?? '';
}

export function parameterOf(body: string, name: string): string {
  return new RegExp(`"${name}":"([^"]*)"`).exec(body)?.[1] ?? '';
}

export function insured(who: Insured, rows: readonly Json[] = [enrolment()]): string {
  return ok({
    baseinfo: {
      psn_no: who.personNo,
      psn_cert_type: '01',
      certno: who.number,
      psn_name: who.name,
      gend: '1',
      brdy: '1960-01-01',
    },
    insuinfo: [...rows],
    idetinfo: [],
  });
}

export function enrolment(more: Record<string, Json> = {}): Json {
  return {
    insutype: '310',
    psn_insu_stas: '1',
    psn_insu_date: '2006-08-01',
    insuplc_admdvs: '370700',
    emp_name: '演示公司',
    ...more,
  };
}

export function visit(who: Insured, more: Record<string, Json> = {}): Json {
  return {
    mdtrt_id: 'M1',
    psn_no: who.personNo,
    psn_cert_type: '01',
    certno: who.number,
    psn_name: who.name,
    begntime: '2026-02-10 08:30:00',
    endtime: '2026-02-24 10:15:00',
    med_type: '21',
    ipt_otp_no: 'ZY1',
    dscg_way: '1',
    inhosp_stas: '0',
    ...more,
  };
}

export function inHospital(who: Insured, more: Record<string, Json> = {}): Json {
  return {
    mdtrt_id: 'M9',
    psn_no: who.personNo,
    psn_cert_type: '01',
    certno: who.number,
    psn_name: who.name,
    begndate: '2026-11-20',
    med_type: '21',
    ipt_otp_no: 'ZY9',
    ...more,
  };
}

export function settlement(who: Insured, more: Record<string, Json> = {}): Json {
  return {
    setl_id: 'S1',
    mdtrt_id: 'M1',
    psn_no: who.personNo,
    psn_name: who.name,
    psn_cert_type: '01',
    certno: who.number,
    insutype: '310',
    begndate: '2026-02-10',
    enddate: '2026-02-24',
    setl_time: '2026-02-24 10:32:45',
    med_type: '21',
    clr_type: '21',
    medfee_sumamt: 100.5,
    fund_pay_sumamt: 60,
    refd_setl_flag: '0',
    ...more,
  };
}
