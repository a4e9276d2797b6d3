import { adapters } from "../adapters/index.ts";
import type { Adapter, Capabilities } from "../src/contract/index.ts";

/** Both languages stand on one page: a row's words are read by whoever plans channels, in either. */
const ROWS: readonly (readonly [title: string, cell: (capabilities: Capabilities) => string])[] = [
  ["Text, at most 文本上限", ({ text }) => `${text.max} ${UNITS[text.unit]}`],
  ["Formatting 格式", ({ text }) => yes(text.formatting)],
  [
    "Buttons 按钮",
    ({ choice }) => (choice ? `${choice.maxOptions}, labels of ${choice.maxLabel}` : "numbered text 编号文本"),
  ],
  ["Cards 卡片", ({ parts, card }) => cards(parts.includes("card"), card)],
  ["Files 文件", ({ file }) => (file ? `${file.kinds.join(", ")}; ${megabytes(file.maxBytes)}` : "-")],
  ["Places 位置", ({ parts }) => yes(parts.includes("location"))],
  ["Templates 模板消息", ({ parts }) => yes(parts.includes("template"))],
  [
    "Edit, delete 编辑、撤回",
    (each) => [each.edit ? "edit" : "", each.delete ? "delete" : ""].filter(Boolean).join(", ") || "-",
  ],
  ["React 表情回应", ({ react }) => yes(react)],
  ["Quote 引用回复", ({ reply }) => yes(reply)],
  ["Threads 话题", ({ thread }) => yes(thread)],
  ["Typing 正在输入", ({ typing }) => yes(typing)],
  ["Receipts 回执", ({ receipts }) => receipts.join(", ") || "-"],
  ["Reply window 回复时限", ({ replyWindow }) => window(replyWindow)],
  ["No double send 不重发", ({ idempotentSend }) => yes(idempotentSend)],
  [
    "Rate 速率",
    ({ rates }) => [rate(rates.channel, "account"), rate(rates.place, "place")].filter(Boolean).join(", ") || "-",
  ],
  ["Where from 来源识别", ({ entry }) => entry.join(", ") || "typed codes 手输代码"],
];

const UNITS = { utf16: "characters", chars: "characters", bytes: "bytes" } as const;
const yes = (is: boolean) => (is ? "✓" : "-");
const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;

function cards(has: boolean, card: Capabilities["card"]): string {
  if (!has) return "-";
  const more = card
    ? [
        card.image ? "picture" : "",
        card.maxOptions ? `${card.maxOptions} buttons` : "",
        card.perMessage > 1 ? `${card.perMessage} side by side` : "",
      ]
    : [];
  return more.filter(Boolean).join(", ") || "✓";
}

function window(replyWindow: Capabilities["replyWindow"]): string {
  if (!replyWindow) return "always 随时";
  const { message, agentMs } = replyWindow;
  const quota = message.messages === undefined ? "" : `, ${message.messages} messages`;
  return `${duration(message.forMs)}${quota}${agentMs ? `; people ${duration(agentMs)}` : ""}`;
}

function duration(ms: number): string {
  if (ms % 86_400_000 === 0 && ms > 172_800_000) return `${ms / 86_400_000} days`;
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : `${Math.round(ms / 1_000)} s`;
}

function rate(given: { count: number; perMs: number } | undefined, per: string): string {
  return given ? `${given.count} per ${duration(given.perMs)} and ${per}` : "";
}

/** docs/channels.md, drawn from what the adapters say of themselves. */
export function channelsPage(): string {
  const sorted = [...adapters].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `# What each channel can do 各渠道能力

Drawn from the adapters by \`npm run docs:channels\`; a test fails when it is out of date. What a platform cannot carry is
degraded before it is sent: buttons become numbered text, long text is cut at sentence ends, cards become text.
"Reply window" is how long after the person's last message the platform lets us write.

本页由各适配器自动生成。平台不支持的内容会先降级再发送：按钮变为编号文本，长文本按句切分，卡片变为文本。“回复时限”指对方最后一次发言后，平台允许我们回复的时间。

${tableOf(sorted)}

How to connect each of them, and what was verified how: ${sorted.map(({ name }) => `[${name}](../adapters/${name}/README.md)`).join(", ")}.
All but the website chat were verified against this repository's emulators alone, which behave as the platforms' documents say.
`;
}

function tableOf(sorted: readonly Adapter[]): string {
  const head = ["", ...sorted.map(({ name }) => name)];
  const rows = ROWS.map(([title, cell]) => [title, ...sorted.map(({ capabilities }) => cell(capabilities))]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
