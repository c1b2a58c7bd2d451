/* SPDX-License-Identifier: Apache-2.0 */
/*
 * browser_probe.c - the script that a browser runs in the page: what sticks out of it or of a cell,
 * which links lead nowhere, and which text has too little contrast (WCAG 2.1, 1.4.3, and its
 * definition of relative luminance). It opens every fold first and writes its findings into the
 * page.
 */
#include "browser.h"

const char browser_probe[] =
	"<script>(function(){var bad=[];\n"
	"document.querySelectorAll('details').forEach(function(d){d.open=true});\n"
	"function name(e){return e.tagName+'.'+(e.getAttribute('class')||'')+' '+"
	"(e.textContent||'').trim().slice(0,40)}\n"
	/* ---- width ---- */
	"var root=document.documentElement,width=root.clientWidth;\n"
	"if(root.scrollWidth>width)bad.push('overflow '+root.scrollWidth+' of '+width);\n"
	"if(root.scrollWidth>width)document.querySelectorAll('body *').forEach(function(e){"
	"if(e.getBoundingClientRect().right>width+1&&bad.length<9)bad.push('wide '+name(e))});\n"
	"document.querySelectorAll('td,th').forEach(function(e){"
	"if(e.scrollWidth>e.clientWidth+1&&getComputedStyle(e).display=='table-cell'&&bad.length<"
	"20)"
	"bad.push('cell '+e.scrollWidth+' of '+e.clientWidth+' '+name(e))});\n"
	/* ---- links ---- */
	"var links=0;document.querySelectorAll('a[href]').forEach(function(a){links++;"
	"var to=a.getAttribute('href');"
	"if(to[0]!='#'||!document.getElementById(to.slice(1)))bad.push('link '+to)});\n"
	"document.querySelectorAll('use').forEach(function(u){var to=u.getAttribute('href');"
	"if(!document.getElementById(to.slice(1)))bad.push('use '+to)});\n"
	/* ---- contrast ---- */
	"function rgba(text){var m=(text||'').match(/[\\d.]+/g);if(!m)return[0,0,0,0];"
	"return[+m[0],+m[1],+m[2],m.length>3?+m[3]:1]}\n"
	"function over(top,under){return[0,1,2].map(function(i){"
	"return top[i]*top[3]+under[i]*(1-top[3])}).concat(1)}\n"
	"function light(c){var l=c.slice(0,3).map(function(v){v/=255;"
	"return v<=.03928?v/12.92:Math.pow((v+.055)/1.055,2.4)});"
	"return .2126*l[0]+.7152*l[1]+.0722*l[2]}\n"
	"function ratio(a,b){var x=light(a),y=light(b);"
	"return(Math.max(x,y)+.05)/(Math.min(x,y)+.05)}\n"
	"function ground(e){var list=[];for(;e;e=e.parentElement){"
	"var style=getComputedStyle(e);list.push(rgba(style.backgroundColor));"
	"var box=e.namespaceURI.indexOf('svg')>0&&e.querySelector(':scope>rect');"
	"if(box&&e.classList.contains('box'))list.push(rgba(getComputedStyle(box).fill))}"
	"return list.reverse().reduce(function(u,t){return over(t,u)},[255,255,255,1])}\n"
	"var texts=0,least=99,walk=document.createTreeWalker(document.body,NodeFilter.SHOW_TEXT);\n"
	"while(walk.nextNode()){var n=walk.currentNode,e=n.parentElement;"
	"if(!n.data.trim()||e.closest('script,style,title,defs,.vh'))continue;"
	"var range=document.createRange();range.selectNodeContents(n);"
	"if(!range.getClientRects().length)continue;\n"
	"var s=getComputedStyle(e),svg=e.namespaceURI.indexOf('svg')>0,under=ground(e),"
	"ink=over(rgba(svg?s.fill:s.color),under),r=ratio(ink,under);texts++;"
	"least=Math.min(least,r);if(r<4.5&&bad.length<20)"
	"bad.push('contrast '+r.toFixed(2)+' '+name(e))}\n"
	"var p=document.createElement('pre');p.id='probe';p.textContent="
	"'PROBE width='+width+' dark='+matchMedia('(prefers-color-scheme:dark)').matches+"
	"' links='+links+' texts='+texts+' least='+least.toFixed(2)+' bad='+bad.length+'\\n'+"
	"bad.join('\\n')+'\\nEND';document.body.appendChild(p)})()</script>\n";
