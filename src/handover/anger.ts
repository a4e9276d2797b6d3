// A few plain signals; several together are anger. One alone is a bad day, a joke or a keyboard.

const STRONG = [
  /\b(?:fuck(?:ing|ed)?|bullshit|piece of shit|you (?:idiots?|morons?|liars?|thieves)|scam(?:mers?)?|rip-?off)\b/i,
  /(?:骗子|騙子|垃圾(?:公司|服务|服務|客服|东西|東西)?|混蛋|王八蛋|他妈的|他媽的|操你|傻[逼比]|去死|滚蛋|滾蛋)/u,
  /\b(?:i(?:'| a)?m|i am|we are) (?:so |very |really |absolutely )?(?:angry|furious|outraged|livid|fed up|sick (?:and tired )?of)\b/i,
  /(?:气死|氣死|太过分|太過分|忍无可忍|忍無可忍|受够了|受夠了)/u,
];
const WEAK = [
  /\b(?:unacceptable|ridiculous|outrageous|disgusting|terrible|horrible|worst|useless|pathetic|joke)\b/i,
  /\b(?:third|fourth|fifth|tenth|\d+(?:rd|th)) time\b|\bstill (?:no|not|nothing|waiting)\b|\bhow many times\b|\bfor (?:weeks|days|months)\b/i,
  /\b(?:complain|complaint|lawyer|sue|police|report you|trading standards|refund (?:now|immediately))\b/i,
  /[!！]{3,}|[?？!！]{4,}/u,
  /(?:无语|無語|差劲|差勁|太差|恶心|噁心|什么破|什麼破|敷衍|坑人|黑心|离谱|離譜)/u,
  /(?:投诉|投訴|举报|舉報|律师|律師|报警|報警|消协|消協|12315|曝光)/u,
  /(?:第[三四五六七八九十]次|多少次|几次了|幾次了|等了(?:好久|半天|几天|幾天|这么久|這麼久)|还没(?:有)?(?:收到|解决|回复)|還沒(?:有)?(?:收到|解決|回覆))/u,
];
const NOT = /(?:\bnot (?:at all )?|\bisn'?t |\bno longer |不|没|沒|別|别)$/i;
const SHOUTED_LETTERS = 12;

/** How angry the text sounds: 2 or more is anger. */
export function angerOf(text: string): number {
  const plain = text.normalize("NFKC").slice(0, 2_000);
  const has = (pattern: RegExp) => {
    const found = pattern.exec(plain);
    return found !== null && !NOT.test(plain.slice(0, found.index));
  };
  return 2 * STRONG.filter(has).length + WEAK.filter(has).length + (isShouted(plain) ? 1 : 0);
}

/** Is the person angry? */
export function isAngry(text: string): boolean {
  return angerOf(text) >= 2;
}

function isShouted(text: string): boolean {
  const letters = text.match(/[a-z]/gi) ?? [];
  return letters.length >= SHOUTED_LETTERS && (text.match(/[A-Z]/g)?.length ?? 0) > 0.8 * letters.length;
}
