/** How the page of the fleet looks on a phone and on a desk, by day and by night. The colours are those of the terminal page. */
export const FLEET_STYLE = `
:root{--ground:#eef3f4;--paper:#fff;--ink:#0c2430;--muted:#4c616a;--line:#d3dde0;--hover:#f5f9fa;--good:#0a7a45;--good-ground:#dcf3e6;--bad:#b3261e;--bad-ground:#fde5e2;--warn:#7a5200;--warn-ground:#fff0c7;--calm:#1f5670;--calm-ground:#dcedf5;--link:#00647a;--head:#0c2430;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ground:#08161d;--paper:#102a36;--ink:#f2f7f8;--muted:#a9c3cd;--line:#2a4b5a;--hover:#15333f;--good:#6fe0a5;--good-ground:#0d3b2a;--bad:#ffb4ab;--bad-ground:#56191a;--warn:#ffd470;--warn-ground:#453300;--calm:#9bd8f2;--calm-ground:#163f52;--link:#5fd4f4;--head:#050f14}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--ground);color:var(--ink);font:400 .9375rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
.bar{background:var(--head);color:var(--on)}
.bar>div,main{max-width:86rem;margin:0 auto;padding:0 1.25rem}
.bar>div{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center;min-height:3.5rem;padding-top:.375rem;padding-bottom:.375rem}
h1{margin:0;font-size:1.25rem;font-weight:800;letter-spacing:.01em}
.bar .asof{color:#c3d6de;font-variant-numeric:tabular-nums}
.bar .side{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:center;margin-left:auto}
.bar a,.bar button{display:inline-block;padding:.375rem 0;color:#fff;text-decoration:underline;text-underline-offset:.2em}
.bar button{border:0;background:none;font:inherit;cursor:pointer}
.bar form{margin:0}
.bar label{display:inline-flex;gap:.5rem;align-items:center;min-height:2.25rem;cursor:pointer}
input[type=checkbox]{width:1.125rem;height:1.125rem;accent-color:#5fd4f4}
.stale{margin:0;padding:.625rem 1.25rem;background:var(--warn-ground);color:var(--warn);font-weight:700;text-align:center}
main{padding-top:1.25rem;padding-bottom:3rem}
a{color:var(--link)}
:focus-visible{outline:3px solid #ffc53d;outline-offset:2px;border-radius:.25rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:0 0 1.25rem;padding:0;list-style:none}
.tiles a{display:block;height:100%;padding:.75rem 1rem;border:1px solid var(--line);border-top:4px solid var(--tone,var(--muted));border-radius:.75rem;background:var(--paper);color:var(--ink);text-decoration:none}
.tiles a:hover{background:var(--hover)}
.tiles a[aria-current]{border-color:var(--tone,var(--muted));box-shadow:inset 0 0 0 1px var(--tone,var(--muted))}
.tiles b{display:block;font-size:1.75rem;font-weight:800;line-height:1.15;font-variant-numeric:tabular-nums}
.tiles small{display:block;color:var(--muted);font-size:.8125rem;font-variant-numeric:tabular-nums}
.good{--tone:var(--good);--tint:var(--good-ground)}
.bad,.critical{--tone:var(--bad);--tint:var(--bad-ground)}
.warn,.warning{--tone:var(--warn);--tint:var(--warn-ground)}
.calm,.info{--tone:var(--calm);--tint:var(--calm-ground)}
section{margin:0 0 1.25rem;border:1px solid var(--line);border-radius:.75rem;background:var(--paper);overflow:hidden}
h2{margin:0;padding:.875rem 1rem .625rem;font-size:1rem;font-weight:800}
.alerts{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.625rem;margin:0;padding:.25rem 1rem 1rem;list-style:none}
.alerts li{padding:.5rem .75rem;border-left:4px solid var(--tone);border-radius:.5rem;background:var(--tint)}
.alerts li>div:first-child{display:flex;flex-wrap:wrap;gap:0 .75rem;justify-content:space-between;align-items:baseline}
.alerts strong{color:var(--tone)}
.alerts code{color:var(--ink);font:500 .75rem/1.4 ui-monospace,Menlo,Consolas,monospace}
.alerts a{color:var(--ink)}
.names{display:flex;flex-wrap:wrap;gap:.125rem .75rem;align-items:center;overflow-wrap:anywhere}
.calmly{margin:0;padding:0 1rem .875rem;color:var(--good);font-weight:600}
.find{display:flex;flex-wrap:wrap;gap:.625rem;align-items:end;margin:0;padding:.25rem 1rem .875rem}
.find label{display:grid;gap:.25rem;color:var(--muted);font-size:.8125rem}
.find input,.find select{min-width:10rem;min-height:2.5rem;padding:.375rem .625rem;border:1px solid var(--muted);border-radius:.5rem;background:var(--paper);color:var(--ink);font:inherit;font-size:1rem}
.button{min-height:2.5rem;padding:.375rem 1.125rem;border:0;border-radius:.5rem;background:var(--link);color:var(--paper);font:inherit;font-weight:700;cursor:pointer}
.find a{padding:.5rem .25rem}
table{width:100%;border-collapse:collapse}
th{padding:.5rem .75rem;border-bottom:2px solid var(--line);color:var(--muted);font-size:.8125rem;font-weight:600;text-align:left;white-space:nowrap}
td{padding:.625rem .75rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
:is(th,td):first-child{padding-left:1rem}
tbody tr:last-child td{border-bottom:0}
tbody tr:hover{background:var(--hover)}
td b{font-weight:700}
td small{display:block;color:var(--muted);font-size:.8125rem}
td.owed b{color:var(--bad)}
.when,.sum{white-space:nowrap}
td.name{min-width:8.5rem}
td.shop{min-width:6rem}
td.sum{min-width:6.5rem}
.none{color:var(--muted)}
.tag{display:inline-block;margin:0 .25rem .25rem 0;padding:.0625rem .5rem;border-radius:1rem;background:var(--tint,transparent);color:var(--tone,var(--muted));font-size:.8125rem;font-weight:700}
.state .tag{font-size:.875rem}
.why{display:block;max-width:22rem;font-size:.8125rem;color:var(--ink)}
.pages{display:flex;gap:1rem;align-items:center;justify-content:center;padding:.75rem 1rem;border-top:1px solid var(--line);font-variant-numeric:tabular-nums}
.pages a{padding:.375rem .5rem}
.empty{margin:0;padding:1.5rem 1rem;color:var(--muted);text-align:center}
.door{max-width:24rem;margin:12vh auto 0;padding:1.75rem 1.5rem;border:1px solid var(--line);border-radius:1.25rem;background:var(--paper)}
.door h1{margin:0 0 1rem;font-size:1.5rem}
.door label{display:grid;gap:.375rem;margin:0 0 1rem;color:var(--muted)}
.door input{width:100%;min-height:2.75rem;padding:.5rem .75rem;border:1px solid var(--muted);border-radius:.5rem;background:var(--ground);color:var(--ink);font:inherit;font-size:1rem}
.door .button{width:100%;min-height:2.75rem}
.door .wrong{margin:0 0 1rem;padding:.5rem .75rem;border-radius:.5rem;background:var(--bad-ground);color:var(--bad);font-weight:600}
.door p{margin:.75rem 0 0}
@media (max-width:62rem){
table,tbody,tr,td{display:block}
thead{display:none}
tbody tr{padding:.75rem 1rem;border-bottom:1px solid var(--line)}
tbody tr:last-child{border-bottom:0}
td,td:first-child{display:grid;grid-template-columns:7.5rem 1fr;gap:.75rem;padding:.1875rem 0;border:0}
td::before{content:attr(data-label);color:var(--muted);font-size:.8125rem;line-height:1.6}
td.name{display:block;padding-bottom:.375rem;font-size:1.0625rem}
td.name::before{content:none}
td.quiet{display:none}
.when,.sum{white-space:normal}
td.name,td.shop,td.sum{min-width:0}
}
@media (max-width:40rem){
.bar>div,main{padding-left:.75rem;padding-right:.75rem}
.bar .side{width:100%;margin:0;justify-content:space-between}
.tiles{grid-template-columns:repeat(2,1fr);gap:.5rem}
.tiles a{padding:.5rem .75rem}
.tiles b{font-size:1.375rem}
.find label,.find .button{flex:1 1 100%}
.find input,.find select{min-width:0;width:100%}
}
@media (prefers-contrast:more){:root{--muted:var(--ink);--line:var(--ink)}}
`;

/** Fetches the page anew each half minute and puts its middle in the place of the old one; without it the page is read as well. */
export const FLEET_SCRIPT = `
'use strict';
const live = document.getElementById('live');
const stale = document.getElementById('stale');
live.parentElement.hidden = false;
const look = async () => {
  if (!live.checked || document.hidden) return;
  const shown = document.getElementById('shown');
  if (shown.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href, { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(15000) });
    if (answer.status === 401 || answer.status === 403) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (shown.contains(document.activeElement)) return;
    shown.replaceWith(document.adoptNode(next.getElementById('shown')));
    document.getElementById('asof').textContent = next.getElementById('asof').textContent;
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
};
setInterval(look, 30000);
`;
