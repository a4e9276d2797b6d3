import type { EntryPoint } from "../contract/api-attribution.ts";
import type { Download } from "../contract/index.ts";
import { drawQr } from "./qr.ts";

const STYLE = `
@page { size: A4; margin: 10mm; }
* { box-sizing: border-box; }
body { margin: 0; font: 10pt/1.35 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #000; background: #fff; }
main { display: grid; grid-template-columns: repeat(2, 1fr); gap: 6mm; max-width: 190mm; margin: 0 auto; }
section { display: flex; flex-direction: column; align-items: center; height: 88mm; padding: 4mm; border: .2mm dashed #999; text-align: center; break-inside: avoid; overflow: hidden; }
svg { width: 44mm; height: 44mm; flex: none; }
h2 { margin: 0 0 1mm; font-size: 12pt; line-height: 1.2; overflow-wrap: anywhere; }
p { margin: .6mm 0; overflow-wrap: anywhere; }
.word { font-size: 13pt; font-weight: 700; }
.small { font-size: 8pt; }
`;

/** Entry points to be printed and cut apart: QR code, name, short link and keyword, in both languages. No scripts. */
export async function drawSheet(entryPoints: readonly EntryPoint[]): Promise<Download> {
  const cards = await Promise.all(entryPoints.map(drawCard));
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Entry points · 入口二维码</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${cards.join("\n")}
</main>
</body>
</html>
`;
  const bytes = new TextEncoder().encode(page);
  return { bytes, name: "entry-points.html", mimeType: "text/html; charset=utf-8", inline: true, isStyled: true };
}

async function drawCard({ name, placement, url, code, keyword, phone }: EntryPoint): Promise<string> {
  const picture = (await drawQr(url, "svg")).replace(/^<\?xml[^>]*>\s*/, "");
  const word =
    keyword === null
      ? ""
      : `<p>or send us the word <span lang="zh-Hans">/ 或发送口令</span></p><p class="word">${escape(keyword)}</p>`;
  const call = phone === null ? "" : `<p>or call <span lang="zh-Hans">/ 或拨打</span> ${escape(phone)}</p>`;
  return `<section>
<h2>${escape(name)}</h2>
${picture}
<p>Scan the code <span lang="zh-Hans">/ 扫码联系我们</span></p>
<p>${escape(url.replace(/^https?:\/\//, ""))}</p>
${word}${call}
<p class="small">${escape([placement, code].filter(Boolean).join(" · "))}</p>
</section>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
