/** The report's looks: one column on a phone, two on a desk, ink on paper; colours never carry meaning alone. */
export const style = `
:root{--ink:#1c2430;--soft:#5b6675;--line:#dfe4ea;--paper:#fff;--wash:#f5f7f9;--accent:#1f5fa8;
--critical:#8f1d2c;--high:#b4530a;--medium:#7a5c00;--low:#3d5a80;--info:#5b6675;
--finding:#b4530a;--unknown:#8a8f98;--clear:#4b8a5f;--na:#d5dae0;--suppressed:#b9a7c9}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;overflow-wrap:anywhere;background:var(--wash);color:var(--ink);font:16px/1.6 "Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei","Source Han Sans SC",system-ui,sans-serif}
main,header.top,footer{max-width:1080px;margin:0 auto;padding:0 16px}
header.top{padding-top:28px}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 4px}
h2{font-size:1.2rem;margin:36px 0 12px;padding-bottom:6px;border-bottom:2px solid var(--ink)}
h3{font-size:1.02rem;margin:0}
p{margin:6px 0}
a{color:var(--accent)}
.sub,.small{color:var(--soft);font-size:.88rem}
.lead{border-left:4px solid var(--accent);background:#eaf1f9;padding:8px 14px;margin:16px 0}
.alert{border-left-color:var(--critical);background:#fbeaec}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:12px 0 0;padding:0;font-size:.92rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:16px 0}
.card{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:12px 14px}
.card b{display:block;font-size:1.7rem;line-height:1.2;font-variant-numeric:tabular-nums}
.finding{background:var(--paper);border:1px solid var(--line);border-left:6px solid var(--info);border-radius:8px;padding:14px 16px;margin:12px 0}
.finding.critical{border-left-color:var(--critical)}.finding.high{border-left-color:var(--high)}.finding.medium{border-left-color:var(--medium)}.finding.low{border-left-color:var(--low)}
.finding .head{display:flex;flex-wrap:wrap;gap:6px 10px;align-items:baseline}
.pill{display:inline-block;border-radius:999px;padding:0 10px;font-size:.82rem;line-height:1.7;color:#fff;background:var(--info);white-space:nowrap}
.pill.critical{background:var(--critical)}.pill.high{background:var(--high)}.pill.medium{background:var(--medium)}.pill.low{background:var(--low)}
.pill.plain{background:transparent;color:var(--soft);border:1px solid var(--line)}
.claims{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:10px;margin:12px 0}
.claim{background:var(--wash);border:1px solid var(--line);border-radius:6px;padding:8px 12px;min-width:0;overflow-wrap:anywhere}
.claim b{display:block}
.claim .value{font-size:1.02rem}
dl.step{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:8px 0 0;font-size:.92rem}
dl.step dt{color:var(--soft)}dl.step dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:7px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
tr:last-child td{border-bottom:0}
th{font-weight:600;white-space:nowrap;background:var(--wash)}
td.number,th.number{text-align:right}
details{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:8px 14px;margin:8px 0}
summary{cursor:pointer}
.caselist{overflow-wrap:anywhere;font-size:.88rem}
.person h4{margin:12px 0 4px;font-size:.95rem}.person ul,.person ol{margin:0;padding-left:20px;font-size:.88rem}
svg{display:block;max-width:100%;height:auto}
.bar{border-radius:2px}
.t-finding{fill:var(--finding)}.t-unknown{fill:var(--unknown)}.t-clear{fill:var(--clear)}.t-na{fill:var(--na)}.t-suppressed{fill:var(--suppressed)}.t-empty{fill:var(--line)}
.t-found{fill:#3d5a80}.t-absent{fill:#a9bcd0}.t-mismatch{fill:#b4530a}.t-down{fill:#8f1d2c}.t-mapped{fill:#3d5a80}.t-rejected{fill:#b4530a}.t-new{fill:#d8a47f}
.line{fill:none;stroke:#3d5a80;stroke-width:1.6}.dot{fill:#3d5a80}
.state-fresh{color:#2f6b45}.state-stale,.state-gap{color:var(--medium)}.state-down,.state-never{color:var(--critical);font-weight:600}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:.82rem;color:var(--soft);margin:6px 0}
.legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:5px;vertical-align:-1px}
footer{padding:28px 16px 40px;color:var(--soft);font-size:.84rem;overflow-wrap:anywhere}
@media(max-width:560px){body{font-size:15px}.card b{font-size:1.4rem}.cards{grid-template-columns:1fr 1fr}h1{font-size:1.35rem}.wide td:first-child{min-width:9.5rem}
.stack thead{display:none}.stack tr{display:block;border-bottom:1px solid var(--line);padding:8px 0}.stack tr:last-child{border-bottom:0}.stack td{display:block;border:0;padding:2px 12px}}
@media print{body{background:#fff;font-size:11pt}.finding,.card,.claim,details,.scroll{break-inside:avoid;border-color:#999}.scroll{overflow:visible}nav{display:none}a{color:inherit;text-decoration:none}h2{break-after:avoid}details>*{display:block}@page{margin:15mm}}
`;
