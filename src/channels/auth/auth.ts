/**
 * How a request is signed. An auth gives named fields; the envelope places them (HTTP header, SOAP header, form, body) and the channel sends.
 */
export interface Auth {
  readonly id: string;
  /**
   * The fields for one attempt, under the protocol's own names (`gjgxjhpt_sign`, `x-tif-signature`, …).
   * `bytes` is the body that will be sent, for schemes that sign it. Throws `ERR_UNAUTHORISED`, `ERR_CLOCK` or a failure to talk.
   */
  fields(signal?: AbortSignal): Promise<AuthFields>;
  /**
   * Drops what was derived and gets it anew. Absent where there is nothing to refresh.
   * `refused`: the fields (the same object) that were turned down; if something newer has been derived since, for another question at the
   * same time, nothing is done, because getting it anew may make the newer one worthless.
   */
  refresh?(signal?: AbortSignal, refused?: AuthFields): Promise<void>;
}

export type AuthFields = Readonly<Record<string, string>>;
