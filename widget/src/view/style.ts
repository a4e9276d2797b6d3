import { paletteOf, type Palette } from "./colours.ts";

const LIGHT = `--surface:#fff;--ground:#f5f6f4;--line:#e3e6e1;--edge:#7d8a86;--text:#1c2422;--quiet:#5b6763;--customer:#eef1f0;--bot:#eaf0fb;
--danger:#b3261e;--accent:#0f6e63;--on-accent:#fff;--accent-text:#0f6e63;--accent-soft:#dff0ec;color-scheme:light;`;
const DARK = `--surface:#14171a;--ground:#0e1113;--line:#262b2f;--edge:#76827e;--text:#e7ebe9;--quiet:#97a29e;--customer:#1d2326;--bot:#1a2436;
--danger:#f2877f;--accent:#3cb5a3;--on-accent:#06231f;--accent-text:#3cb5a3;--accent-soft:#17322e;color-scheme:dark;`;

const RULES = `
:host{all:initial;position:fixed;z-index:2147483000;inset:auto 20px 20px auto;display:block}
:host([data-side=left]){inset:auto auto 20px 20px}
:host([data-page]){inset:0;z-index:auto}
*,*::before,*::after{box-sizing:border-box;margin:0;padding:0}
[hidden]{display:none!important}
.root{font:14px/20px system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
color:var(--text);text-align:start;-webkit-text-size-adjust:100%}
button,textarea{font:inherit;color:inherit;background:none;border:0}
button{cursor:pointer;touch-action:manipulation}
:focus-visible{outline:2px solid var(--accent-text);outline-offset:2px}
svg{width:20px;height:20px;fill:none;stroke:currentcolor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;flex:none;display:block}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.launcher{display:flex;align-items:center;gap:8px;min-width:56px;height:56px;padding:0 17px;border-radius:28px;background:var(--accent);
color:var(--on-accent);font-weight:600;box-shadow:0 2px 6px #0003,0 8px 24px #0003;transition:transform .12s;margin-inline:auto 0;position:relative}
.launcher:hover{transform:translateY(-1px)}
.launcher svg{width:22px;height:22px}
.launcher[aria-expanded=true] svg:first-child,.launcher[aria-expanded=false] svg+svg{display:none}
.launcher:focus-visible{outline:3px solid var(--accent-text);outline-offset:3px}
.badge{position:absolute;inset:-4px -4px auto auto;min-width:20px;height:20px;padding:0 6px;border-radius:10px;background:#b3261e;color:#fff;
font-size:12px;text-align:center;box-shadow:0 0 0 2px var(--surface)}
:host([data-side=left]) .launcher{margin-inline:0 auto}
.panel{display:flex;flex-direction:column;width:384px;max-width:calc(100vw - 40px);height:min(640px,calc(100vh - 120px));margin-bottom:12px;
background:var(--surface);border:1px solid var(--line);border-radius:12px;overflow:hidden;box-shadow:0 4px 12px #0002,0 16px 48px #0003;
animation:rise .12s ease-out}
@keyframes rise{from{opacity:0;transform:translateY(6px)}}
.head{display:flex;align-items:center;gap:12px;padding:12px 12px 12px 16px;border-bottom:1px solid var(--line)}
.mark{width:24px;height:24px;color:var(--accent-text);stroke-width:2}
.name{flex:1;min-width:0;font-size:16px;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.tool{display:grid;place-items:center;width:36px;height:36px;border-radius:6px;color:var(--quiet);flex:none}
.tool:hover{background:var(--customer);color:var(--text)}
.tool.small{width:24px;height:24px}.tool.small svg{width:14px;height:14px}
.notice{padding:8px 16px;background:var(--customer);border-bottom:1px solid var(--line);font-size:12px;line-height:16px}
.log-box{flex:1;min-height:0;position:relative}
.log{height:100%;overflow-y:auto;overscroll-behavior:contain;padding:16px}
.log:focus-visible{outline-offset:-3px}
.intro{color:var(--quiet);padding-bottom:12px;text-align:center;overflow-wrap:anywhere}
.list{display:flex;flex-direction:column}
.day{align-self:center;color:var(--quiet);font-size:12px;line-height:16px;padding:12px 0 4px}
.message{display:flex;flex-direction:column;align-items:flex-start;max-width:86%;margin-top:4px}
.message.first{margin-top:12px}
.message.visitor{align-self:flex-end;align-items:flex-end}
.who{font-size:12px;line-height:16px;color:var(--quiet);padding:0 2px 4px}
.bubble{padding:8px 12px;border-radius:12px;overflow-wrap:anywhere;max-width:100%;min-width:0;background:var(--customer)}
.bot .bubble{background:var(--bot)}
.visitor .bubble{background:var(--accent-soft)}
.bot.first .bubble,.agent.first .bubble{border-start-start-radius:4px}
.visitor .bubble{border-end-end-radius:4px}
.gone .bubble{color:var(--quiet)}
.pending .bubble{opacity:1;border:1px dashed var(--edge)}
.failed .bubble{border-color:var(--danger)}
.bubble p{white-space:pre-wrap;unicode-bidi:isolate}
.bubble>*+*,.rich>*+*{margin-top:8px}
.rich ul,.rich ol{padding-inline-start:20px}
.rich blockquote{border-inline-start:3px solid var(--line);padding-inline-start:8px}
.rich code,.rich pre{font:12px/18px ui-monospace,Menlo,Consolas,monospace}
.rich pre{overflow-x:auto;background:var(--surface);padding:8px;border-radius:6px}
.rich hr{border:0;border-top:1px solid var(--line)}
a{color:var(--accent-text);text-decoration:underline;text-underline-offset:2px}
.facts{font-size:12px;line-height:16px;color:var(--quiet);padding:2px 2px 0}
.failed .facts,.fault{color:var(--danger)}
.acts{display:flex;gap:4px}
.quiet{color:var(--accent-text);padding:4px 8px;border-radius:6px;font-size:12px;line-height:16px}
.quiet:hover{background:var(--customer)}
.log>.quiet{display:block;margin:0 auto 8px}
.options{display:flex;flex-wrap:wrap;gap:8px}
.option{min-height:36px;padding:7px 12px;border:1px solid var(--accent-text);border-radius:18px;background:var(--surface);color:var(--accent-text);
text-align:start;overflow-wrap:anywhere;max-width:100%}
.option:hover:enabled{background:var(--accent-soft)}
.option:disabled{cursor:default;color:var(--quiet);border-color:var(--line)}
.option.chosen{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.card{border:1px solid var(--line);background:var(--surface);border-radius:6px;padding:12px;display:grid;gap:8px}
.card-title{font-weight:600}
img,video{display:block;max-width:100%;max-height:280px;border-radius:6px;object-fit:contain}
audio{width:240px;max-width:100%}
.attachment{display:grid;gap:4px;min-width:0}
.file{display:flex;align-items:center;gap:8px;max-width:100%;padding:6px 4px;text-align:start;border-radius:6px}
.file bdi{min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;text-decoration:underline;text-underline-offset:2px}
.file small{color:var(--quiet);white-space:nowrap;font-size:12px}
.file.under{font-size:12px}
.reactions{display:flex;gap:4px;flex-wrap:wrap;margin-top:-6px;padding:0 8px}
.reactions span{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:0 6px;font-size:12px;max-width:120px;overflow:hidden}
.dots{display:inline-flex;gap:4px;padding:12px;margin-top:12px;border-radius:12px;background:var(--bot)}
.dots i{width:6px;height:6px;border-radius:3px;background:var(--quiet);animation:wait 1.2s infinite}
.dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}
@keyframes wait{0%,60%,100%{opacity:.35}30%{opacity:1}}
.newer{position:absolute;inset:auto 0 8px 0;width:max-content;margin:auto;padding:6px 14px;border-radius:16px;background:var(--accent);
color:var(--on-accent);font-size:12px;box-shadow:0 2px 8px #0003}
.foot{border-top:1px solid var(--line);padding:8px 12px 10px}
.under-foot{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:4px 12px;font-size:12px;line-height:16px;color:var(--quiet);padding:6px 4px 0}
.person{display:inline-flex;align-items:center;gap:6px;padding:6px 8px 6px 6px;margin:-2px 0 -2px -6px}
.person svg{width:16px;height:16px}
.row{display:flex;align-items:flex-end;gap:4px;border:1px solid var(--edge);border-radius:10px;padding:3px;background:var(--surface)}
.row:focus-within{border-color:var(--accent-text);box-shadow:0 0 0 1px var(--accent-text)}
textarea{flex:1;min-width:0;resize:none;padding:8px 4px;max-height:132px;line-height:20px;overflow-y:auto;scrollbar-width:thin}
textarea:focus-visible{outline:0}
textarea::placeholder{color:var(--quiet);opacity:1}
.send{display:grid;place-items:center;width:36px;height:36px;border-radius:8px;background:var(--accent);color:var(--on-accent);flex:none}
.send[aria-disabled]{background:var(--customer);color:var(--quiet);cursor:progress}
.composer .fault{padding:0 4px 8px;font-size:12px;line-height:16px;overflow-wrap:anywhere}
.chips{list-style:none;display:flex;flex-wrap:wrap;gap:6px;padding-bottom:8px}
.chip{display:flex;align-items:center;gap:6px;max-width:100%;padding:4px 4px 4px 10px;border:1px solid var(--line);border-radius:6px;font-size:12px}
.chip bdi{min-width:0;overflow:hidden;text-overflow:ellipsis}
.chip.failed{border-color:var(--danger);color:var(--danger)}
progress{width:56px;height:4px;appearance:none;border:0;border-radius:2px;background:var(--line);overflow:hidden;accent-color:var(--accent)}
progress::-webkit-progress-bar{background:var(--line)}progress::-webkit-progress-value{background:var(--accent)}
progress::-moz-progress-bar{background:var(--accent)}
.gate{flex:1;display:grid;align-content:center;justify-items:center;gap:16px;padding:32px;text-align:center}
.primary{padding:10px 20px;border-radius:8px;background:var(--accent);color:var(--on-accent);font-weight:600}
.page .panel{width:100%;max-width:none;height:100%;margin:0;border:0;border-radius:0;box-shadow:none;animation:none}
.root.page{height:100%;background:var(--surface)}
.page .head,.page .notice,.page .log,.page .foot{padding-inline:max(16px,calc(50% - 360px))}
.page .message{max-width:min(86%,560px)}
@media (max-width:480px){
:host([data-open]:not([data-page])){inset:0;width:100%}
:host([data-open]) .panel{width:100%;max-width:none;height:100vh;height:100dvh;margin:0;border:0;border-radius:0}
:host([data-open]) .launcher{display:none}
textarea{font-size:16px}
.foot{padding-bottom:max(10px,env(safe-area-inset-bottom))}
}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important;scroll-behavior:auto!important}}
@media (forced-colors:active){.bubble,.launcher,.send,.option{border:1px solid}}
@media print{:host{display:none}}
`;

/** The chat's own style sheet; nothing of the website's comes in, nothing of it goes out. */
export function styleOf(theme: "light" | "dark" | "auto", color: string | undefined): string {
  const light = LIGHT + ownColours(color, "light");
  const dark = DARK + ownColours(color, "dark");
  const fixed = `.root{${theme === "dark" ? dark : light}}`;
  return `${fixed}${theme === "auto" ? `@media (prefers-color-scheme:dark){.root{${dark}}}` : ""}${RULES}`;
}

function ownColours(color: string | undefined, theme: "light" | "dark"): string {
  if (color === undefined) return "";
  const { accent, onAccent, accentText, accentSoft }: Palette = paletteOf(color, theme);
  return `--accent:${accent};--on-accent:${onAccent};--accent-text:${accentText};--accent-soft:${accentSoft};`;
}

/** Through the object model, which a website's content policy lets through where it refuses a <style>. */
export function wear(root: ShadowRoot, css: string): void {
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    return;
  }
  const style = document.createElement("style");
  style.textContent = css;
  (root as ShadowRoot).append(style);
}
