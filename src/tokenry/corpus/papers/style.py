"""How the page looks: in the light, in the dark, on a telephone and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root{color-scheme:light dark;--paper:#fdfcfa;--raised:#f5f2ec;--ink:#1d1c1a;--soft:#66615a;--line:#ddd7cd;
--bar:#3f6f8f;--shade:#0002;
--gone:#c98a5a;--open:#9a3412;--wash:#fff4ec}
@media(prefers-color-scheme:dark){:root{--paper:#161514;--raised:#1f1d1b;--ink:#ece8e1;--soft:#a39c92;--line:#37332e;
--bar:#7fb2d3;--shade:#fff3;--gone:#b9733f;--open:#fdba8c;--wash:#2a1e16}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:62rem;padding:2.5rem 1.25rem 5rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,sans-serif}
a{color:var(--bar);text-underline-offset:.15em}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:1.45rem;margin:3.2rem 0 .4rem;padding-top:1rem;border-top:2px solid var(--line);line-height:1.25}
h3{font-size:1.08rem;margin:2rem 0 .5rem}
h4{font-size:.95rem;margin:1.3rem 0 .3rem}
p{margin:.5rem 0;max-width:46rem}.soft,th,figcaption{color:var(--soft)}
code{font-size:.85em;overflow-wrap:anywhere}
.glance{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.5rem 0;padding:0}
.glance div{background:var(--raised);border-radius:.6rem;padding:.8rem 1rem}
.glance div{display:flex;flex-direction:column;justify-content:space-between}
.glance dt{font-size:.8rem;line-height:1.35;color:var(--soft)}
.glance dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
.subject{font-size:1.15rem;margin:0 0 .5rem;overflow-wrap:anywhere}
.beside{margin:4rem 0 -1.5rem;color:var(--soft)}
nav p{margin:1.2rem 0 0;font-size:.85rem}
nav ol{columns:16rem;padding:0;margin:.5rem 0;list-style:none;font-size:.95rem}nav li{break-inside:avoid;
padding:.1rem 0}
dl.fields{margin:0}
dl.fields>div{display:grid;grid-template-columns:15rem 1fr;gap:.2rem 1.5rem;padding:.6rem 0;border-bottom:1px solid
var(--line);break-inside:avoid}
dl.fields dt{color:var(--soft);font-size:.9rem}
dl.fields dd{margin:0;overflow-wrap:anywhere;white-space:pre-line;max-width:42rem}
.code{font-variant-numeric:tabular-nums;margin-right:.45rem}
.by{display:block;font-size:.78rem;color:var(--soft);margin-top:.15rem}
.open{color:var(--open);background:var(--wash);padding:.4rem .7rem;border-left:3px solid var(--open);
border-radius:.2rem}
.wide{overflow-x:auto;margin:.6rem 0;background:linear-gradient(90deg,var(--paper) 40%,transparent) 0/2.5rem 100%,
linear-gradient(270deg,var(--paper) 40%,transparent) 100%/2.5rem 100%,linear-gradient(90deg,var(--shade),transparent)
0/.9rem 100%,linear-gradient(270deg,var(--shade),transparent) 100%/.9rem 100%;background-repeat:no-repeat;
background-attachment:local,local,scroll,scroll}
table{width:100%;border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th{text-align:left;font-weight:500;vertical-align:bottom}
td,th{padding:.32rem .9rem .32rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
td:first-child{overflow-wrap:anywhere}.small{max-width:44rem}.t{min-width:14rem}
td:last-child,th:last-child{padding-right:0}
td:first-child{min-width:7rem}
.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
.share{width:30%;min-width:6rem}
.bar{display:block;height:.45rem;margin-top:.5rem;background:var(--bar);border-radius:2px;min-width:1px}
figure{margin:1rem 0}svg{display:block;width:100%;overflow:visible;font:13px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .soft{fill:var(--soft)}svg .left{fill:var(--bar)}svg .gone{fill:var(--gone)}
svg .ground{fill:var(--raised)}
ul.removed{list-style:none;padding:0;margin:.2rem 0}ul.removed li{padding:.45rem 0;border-bottom:1px solid var(--line);
font-size:.9rem;overflow-wrap:anywhere;break-inside:avoid}
ul.removed q{display:block;color:var(--soft);quotes:none}
.words{font-size:.92rem}summary{cursor:pointer;color:var(--bar);padding:.4rem 0}
@media(max-width:40rem){body{padding:1.5rem 1rem 4rem}h1{font-size:1.55rem}h2{font-size:1.25rem;margin-top:2.4rem}
dl.fields>div{grid-template-columns:1fr}.share{display:none}td,th{padding-right:.6rem}
th.n{white-space:normal;min-width:3.2rem}table{font-size:.85rem}}
@page{margin:18mm 16mm}
@media print{details::details-content{content-visibility:visible;display:block}summary{display:none}:root{--paper:#fff;
--raised:#f3f1ed;--ink:#000;--soft:#555;--line:#ccc;--bar:#3f6f8f;--gone:#c98a5a;
--open:#9a3412;--wash:#fff}body{max-width:none;padding:0;font-size:9.5pt}nav{display:none}h1{font-size:18pt}
h2{font-size:14pt;break-after:avoid;margin-top:1.6rem}h3,h4{break-after:avoid}tr,figure,li{break-inside:avoid}
a{color:inherit}.wide{overflow:visible;background:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
