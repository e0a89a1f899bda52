/** Any JSON value. Numbers of a message are kept as their text, because identifiers and money must not be rounded. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
