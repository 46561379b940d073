/** How a receipt looks on a phone, by day and by night, and on paper. The colours are those of the terminal page. */
export const RECEIPT_STYLE = `
:root{--ground:#e6ecee;--paper:#fff;--ink:#0c2430;--muted:#4c616a;--line:#d3dde0;--good:#0a7a45;--warn:#ffc53d;--warn-ink:#2e2100;--plain:#0c2430;--on:#fff;--link:#00647a}
@media (prefers-color-scheme:dark){:root{--ground:#08161d;--paper:#12303e;--ink:#f2f7f8;--muted:#a9c3cd;--line:#2a4b5a;--plain:#1b3f50;--link:#5fd4f4}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:400 1rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:27rem;margin:0 auto;padding:max(1rem,env(safe-area-inset-top)) 1rem 2rem}
header{border-radius:1.25rem 1.25rem 0 0;padding:1.75rem 1.25rem 1.5rem;text-align:center;color:var(--on)}
header:last-child{border-radius:1.25rem}
header.good{background:var(--good)}
header.warn{background:var(--warn);color:var(--warn-ink)}
header.plain{background:var(--plain)}
svg{display:block;width:3.5rem;height:3.5rem;margin:0 auto .75rem}
h1{margin:0;font-size:1.5rem;font-weight:800;line-height:1.2;letter-spacing:.02em;text-wrap:balance}
header.good h1{font-size:2.25rem}
.amount{margin:.25rem 0 0;font-size:2rem;font-weight:700;font-variant-numeric:tabular-nums}
.words{margin:.75rem 0 0;text-wrap:balance}
.paper{background:var(--paper);border-radius:0 0 1.25rem 1.25rem;padding:1.25rem}
h2{margin:0 0 1rem;font-size:1.25rem;text-align:center;overflow-wrap:anywhere}
table{width:100%;margin:0 0 1rem;border-collapse:collapse}
td,th{padding:.375rem 0;font-weight:400;text-align:left;vertical-align:top;overflow-wrap:anywhere}
td:last-child:not(:first-child){padding-left:1rem;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.more td{color:var(--muted);font-style:italic}
tfoot :is(td,th){border-top:2px solid var(--line);padding-top:.625rem;font-weight:700}
dl{margin:0;border-top:2px dashed var(--line);padding-top:.75rem}
dl div{display:flex;gap:1rem;justify-content:space-between;padding:.25rem 0}
dt{flex:none;color:var(--muted)}
dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.order{margin:.75rem 0 0;padding:.5rem;border:1px solid var(--line);border-radius:.5rem;text-align:center;font:500 .8125rem/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.call{margin:1rem 0 0;padding-top:.75rem;border-top:2px dashed var(--line);text-align:center;overflow-wrap:anywhere}
footer{padding:1rem .5rem 0;text-align:center;color:var(--muted);font-size:.875rem}
footer p{margin:0 0 .25rem;text-wrap:balance}
footer span{white-space:nowrap}
a{display:inline-block;padding:.75rem 1rem;color:var(--link);font-size:1rem}
@media print{:root{--ground:#fff;--paper:#fff;--ink:#000;--muted:#333;--line:#999;--on:#000}header{background:none!important;color:#000!important;padding-top:0}main{padding:0}a{display:none}}
`;
