/** How a page looks, light and dark, from a telephone to a desk. All text has a contrast of 4.5 and more against its ground. */

export const STYLE = `
:root{color-scheme:light dark;--ground:#f4f2ee;--card:#fff;--text:#1d1c1a;--soft:#5c5952;--rule:#e2dfd8;--bar:#52718f;--area:#dfe7ee;
--ok:#146c43;--ok-t:#dcefe3;--partly:#285f86;--partly-t:#d9e8f3;--failed:#8f5200;--failed-t:#fbeed9;--blocked:#ad2018;--blocked-t:#fbe4e1;--on:#fff;--none:#8d887e}
@media(prefers-color-scheme:dark){:root{--ground:#151412;--card:#1f1e1b;--text:#ece9e3;--soft:#aca79d;--rule:#38352f;--bar:#86a9ca;--area:#2b3742;
--ok:#6fcf9b;--ok-t:#1d3a2b;--partly:#8cc1e8;--partly-t:#1e3446;--failed:#efb561;--failed-t:#40301a;--blocked:#ff9389;--blocked-t:#472320;--on:#1b1a17;--none:#7d776c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
body>*{max-width:68rem;margin:0 auto;padding:0 16px}
h1,h2,h3,h4,p,ul,dl,dd,figure{margin:0;padding:0}
h1 .sign{width:.95em;height:.95em;vertical-align:-.1em;margin-right:.15em}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.4rem);line-height:1.15;letter-spacing:-.02em;margin:.15em 0 .3em;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:1.35rem;line-height:1.25;letter-spacing:-.01em;overflow-wrap:anywhere}
h3{font-size:1rem;line-height:1.3;margin-bottom:.6rem}
h4{font-size:.85rem;margin:1rem 0 .2rem;color:var(--soft);font-weight:600}
h3+h4{margin-top:0}
a{color:inherit;text-underline-offset:.2em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--bar);outline-offset:2px;border-radius:4px}
bdi{overflow-wrap:anywhere}
.top{padding-top:1.75rem;padding-bottom:1.25rem}
.brand{font-size:.8rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase;color:var(--soft)}
.asof,.note,.axis,.legend,figcaption span,.way,summary,footer{color:var(--soft);font-size:.875rem}
.asof{max-width:44rem}
.job{padding:1.5rem 0;border-top:1px solid var(--rule)}
.job.lone{border:0;padding-top:0}
.way{margin-top:.15rem;overflow-wrap:anywhere}
.answer{margin:.9rem 0 1rem;background:var(--card);border:1px solid var(--rule);border-left:5px solid var(--none);border-radius:10px;padding:1rem 1.1rem}
.answer.ok{border-left-color:var(--ok)}.answer.partly{border-left-color:var(--partly)}.answer.failed{border-left-color:var(--failed)}.answer.blocked{border-left-color:var(--blocked)}
.verdict{font-size:1.2rem;font-weight:650;display:flex;gap:.55rem;align-items:center;line-height:1.3}
.verdict .sign{width:1.6rem;height:1.6rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,13.5rem),1fr));gap:.8rem 1.5rem;margin-top:.9rem}
.facts dt{font-size:.8rem;color:var(--soft)}.facts dd{font-weight:600}.facts dd span{display:block;font-weight:400;font-size:.875rem;color:var(--soft)}
.lone .facts{margin-top:0}
.trouble{margin-top:1rem;padding:.85rem 1rem;border-radius:8px;background:var(--failed-t)}
.partly .trouble,.ok .trouble{background:var(--partly-t)}.blocked .trouble{background:var(--blocked-t)}
.trouble h3{margin:0 0 .25rem}.trouble h3:not(:first-child){margin-top:.8rem}
.trouble ul{padding-left:1.1rem}.trouble li{overflow-wrap:anywhere;margin:.2rem 0}
.grid{display:grid;grid-template-columns:minmax(0,1fr);gap:12px}
.card{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1rem 1.1rem;min-width:0}
@media(min-width:760px){.grid{display:block;columns:2;column-gap:12px}.grid>.card{break-inside:avoid;margin-bottom:12px}body>*{padding:0 24px}.top{padding-top:2.5rem}}
.sign{width:1.1rem;height:1.1rem;flex:none;overflow:visible;vertical-align:-.2em}
.defs{position:absolute}
.strip{display:block;width:100%;max-width:25rem;height:auto;margin-bottom:.6rem}
.strip text{font-size:10.5px;fill:var(--soft)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1rem}
.legend b{color:var(--text)}
.chart{display:block;width:100%;height:56px;margin:.2rem 0 .7rem}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .75rem;font-size:.875rem}
.axis{display:flex;justify-content:space-between;gap:1rem}
.axis span:last-child:not(:first-child){text-align:right}
.bar{fill:none;stroke:var(--bar);stroke-width:8}.area{fill:var(--area)}
.floor,.line,.cross,.gap{fill:none;vector-effect:non-scaling-stroke}
.floor{stroke:var(--rule)}.line{stroke:var(--bar);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.cross{stroke:var(--blocked);stroke-width:2}.gap{stroke:var(--card);stroke-width:3}
.t-ok{fill:var(--ok-t)}.t-partly{fill:var(--partly-t)}.f-failed{fill:var(--failed)}.f-blocked{fill:var(--blocked)}
.f-none{fill:none;stroke:var(--none)}.f-before{fill:none;stroke:var(--rule)}
.s-ok,.s-partly,.s-on,.s-none{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.s-ok{stroke:var(--ok)}.s-partly{stroke:var(--partly)}.s-on{stroke:var(--on);stroke-width:2.2}.s-none{stroke:var(--none)}
details{margin-top:.7rem;overflow-x:auto}summary{cursor:pointer;padding:.35rem 0}
.more{margin-top:.75rem}.more>summary{font-weight:600;color:var(--text);padding:.5rem 0}.more>.grid{margin-top:.35rem}
table{width:100%;border-collapse:collapse;font-size:.875rem}
th,td{text-align:right;font-weight:400;padding:.32rem 0 .32rem .6rem;border-top:1px solid var(--rule);vertical-align:top}
th:first-child{text-align:left;padding-left:0;overflow-wrap:anywhere}
td{white-space:nowrap}.log td:nth-child(2){white-space:normal;overflow-wrap:normal}.log th:first-child{overflow-wrap:normal;min-width:5.2em}
code{font:inherit;font-weight:650;white-space:nowrap}
thead th{border:0;color:var(--soft);font-size:.8rem}
.below th{padding-left:1.1rem;color:var(--soft)}
.share{display:block;height:3px;border-radius:2px;background:var(--bar);margin-top:.2rem}.below .share{opacity:.55}
.all{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1rem 1.1rem;margin-bottom:1.5rem}
.all h2{font-size:1rem;margin-bottom:.3rem}
.all ul{list-style:none}.all li{display:grid;grid-template-columns:1.4rem minmax(0,1fr);gap:.1rem .5rem;padding:.45rem 0;border-top:1px solid var(--rule)}
.all li .sign{margin-top:.22rem}.all li b{overflow-wrap:anywhere}.all li div>span{display:block;color:var(--soft);font-size:.875rem}
@media(min-width:760px){.all li div{display:grid;grid-template-columns:13rem 1fr 1fr;gap:1rem;align-items:baseline}}
footer{padding-top:1rem;padding-bottom:2.5rem}
@media(max-width:430px){.card,.answer{padding:.9rem .8rem}table{font-size:.8125rem}.log,.log thead th{font-size:.72rem}th,td{padding-left:.4rem}.log th:first-child{min-width:4.6em}}
@media print{body{background:none}.card,.answer{break-inside:avoid}details{display:none}}
`;
