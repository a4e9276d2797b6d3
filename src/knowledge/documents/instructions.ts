/**
 * Text that speaks to a program instead of to a reader. A document may have good reasons for it (a manual of a chat
 * program), so it is shown to the author, and the passage is withheld until they say otherwise.
 */
interface Pattern {
  what: string;
  pattern: RegExp;
}

const MODEL = "(?:ai|a\\.i\\.|assistant|chat ?bots?|bots?|language models?|llms?|gpt|chatgpt|claude|gemini|model)";
const RULES =
  "(?:instructions?|rules?|prompts?|directions?|guidelines?|polic(?:y|ies)|restrictions?|safeguards?|constraints?|context|messages?|training|orders?)";

const PATTERNS: readonly Pattern[] = [
  { what: "asks to ignore instructions", pattern: new RegExp(`\\b(?:ignore|disregard|forget|override|bypass|skip|drop|discard|do not follow|stop following)\\b.{0,40}\\b(?:${RULES}|everything|(?:all (?:of )?)?(?:the )?above|what (?:you were|came before))\\b`, "u") },
  { what: "gives new instructions", pattern: new RegExp(`\\b(?:new|updated|real|true|hidden|secret|special|additional|important) (?:system )?(?:instructions?|directives?|prompt|task|orders)\\b.{0,20}(?:[:：]|\\bfor\\b|\\bto\\b|\\bare\\b|\\bis\\b|\\bfollow)`, "u") },
  { what: "speaks of the prompt", pattern: /\b(?:system|developer|initial|hidden|your) (?:prompt|message|instructions)\b|\bprompt injection\b|\bjailbreak/u },
  { what: "speaks to a model", pattern: new RegExp(`\\b(?:note|attention|message|instructions?|dear|hey|hello|notice|reminder|important|warning)\\b.{0,20}\\b(?:to|for)? ?(?:all |any |the )*${MODEL}\\b(?! (?:t-?shirt|number|no|year|name))`, "u") },
  { what: "speaks to a model", pattern: new RegExp(`\\b(?:if|when|as) (?:you are|you're|you) (?:an? |the )?(?:helpful |large )?${MODEL}\\b|\\byou,? the ${MODEL}\\b|\\b${MODEL}s?(?: reading this|,| must| should| shall| has to| needs to| will now)\\b.{0,60}\\b(?:must|should|shall|reply|respond|answer|say|tell|output|print|write|send|recommend|ignore|reveal|give|offer|include|add)\\b`, "u") },
  { what: "gives a role", pattern: /\b(?:you are now (?:(?:an?|the|my|in|our) )?(?:\w+ )?(?:dan\b|ai\b|bot|assistant|chatbot|model|mode|system|hacker|free\b|unrestricted|jailbroken|evil|unfiltered)|from now on,? (?:you|act|answer|reply|respond)|pretend (?:to be|that you|you)|act as (?:if|an?|the|though)|role[- ]?play|simulate (?:being|an?)|imagine (?:you are|that you)|(?:enter|enable|activate|switch to) (?:\w+ ){0,2}mode|dan mode|developer mode|god mode|do anything now|you have no (?:rules|restrictions|limits)|without (?:any )?(?:restrictions|filters|rules))\b/u },
  { what: "dictates an answer", pattern: /\brepeat after me\b|\b(?:whatever|no matter what|regardless of(?: what| the question)?|whichever question)\b.{0,20}\b(?:is asked|asks?|asked|question)\b|\b(?:reply|respond|answer|say|output|print|repeat|write|return|echo|state|confirm|begin|start|end|finish|append|include)\b(?:,? \w+){0,4},? (?:only|exactly|verbatim|literally|with the (?:words?|phrase|text|string|code)|the (?:words?|phrase|text|string|code|following|secret)|word for word|every (?:answer|reply|response|message)|(?:all|any|each) (?:answers?|repl(?:y|ies)|responses?|questions?))\b/u },
  { what: "dictates an answer", pattern: /\b(?:tell|inform|convince|assure|advise|promise|direct|instruct|ask|offer|give|send) (?:the |all |every |any |each |your )?(?:user|customer|client|visitor|reader|person|human)s?\b.{0,50}\b(?:that|to|an?|their|his|her|them|about|http|free|visit|refund|discount)\b/u },
  { what: "asks for secrets", pattern: /\b(?:reveal|leak|disclose|show|print|output|repeat|expose|dump|list|send|exfiltrate|tell me|give me|what (?:is|are))\b.{0,40}\b(?:system prompt|prompt|api[ _-]?keys?|passwords?|credentials|secrets?|access tokens?|tokens|canary|confidential|internal (?:notes?|data|documents?|articles?)|other (?:customers?|users?|people)|database|instructions)\b/u },
  { what: "asks to keep it from people", pattern: /\b(?:do not|don't|never|without) (?:tell|mention|reveal|inform|inform(?:ing)?|telling|mentioning|show|let)\b.{0,40}\b(?:user|customer|anyone|anybody|human|operator|agent|staff|this|them)\b/u },
  { what: "imitates a conversation's markup", pattern: /<\|?\/?(?:im_start|im_end|system|assistant|user|endoftext|begin_of_text|eot_id|start_header_id|instructions?|prompt|tool_call|function)\b[^>]{0,40}\|?>|\[\/?(?:inst|sys|system|assistant)\]|<<\/?sys>>|#{2,}\s*(?:system|assistant|instruction)|(?:^|[\n›.!?])\s*#{0,4}\s*(?:system|assistant|developer)\s*[:：]|\bend of (?:document|passage|context|prompt|input|user (?:message|input))s?\b|-{3,}\s*(?:end|begin|new)\b/u },
  { what: "asks for a tool", pattern: /\b(?:call|invoke|execute|run|use)\b.{0,20}\b(?:function|tool|shell|command|code|script|sql|curl|api)\b|"(?:action|role|tool|function|article|citations?)"\s*:|\bdrop table\b|\brm -rf\b|\beval\(/u },
  { what: "has text in code", pattern: /(?:[a-z0-9+/]{4}){12,}={0,2}|(?:\\u[0-9a-f]{4}){6,}|(?:%[0-9a-f]{2}){8,}|(?:\b[01]{8}\b[ ]?){6,}|(?:\b[0-9a-f]{2}\b[ ]){10,}|(?:\b[a-z] ){8,}|\b(?:base64|rot13|rot-13|hex-?encoded|decode (?:this|the following|it|and))\b/u },
  { what: "sends data out by a picture", pattern: /!\[[^\]]*\]\(\s*https?:|<img\b[^>]*src/u },
  { what: "asks to ignore instructions", pattern: /(?:忽略|無視|无视|忘记|忘掉|忘記|不要理会|不要遵守|不要遵循|别管|跳过|绕过|違反|违反|抛开|放弃|覆盖|推翻).{0,20}(?:指令|指示|规则|規則|提示|要求|限制|设定|設定|命令|约束|内容|一切|所有|以上|上述|之前|前面|上面|政策)/u },
  { what: "gives new instructions", pattern: /(?:新的?|真正的?|隐藏的?|秘密的?|重要的?|最新的?|特殊的?)(?:系统|系統)?(?:指令|指示|任务|任務|命令|提示词)|(?:系统|系統)(?:指令|提示|消息|讯息|通知|命令)|提示词|提示詞|越狱|越獄/u },
  { what: "speaks to a model", pattern: /(?:致|给|給|告诉|注意|请|如果你是|作为|作為|身为|亲爱的|各位)(?:.{0,6})(?:ai|人工智能|人工智慧|机器人|機器人|大?模型|语言模型|助手|聊天机器人|智能客服|gpt)|(?:ai|人工智能|机器人|機器人|模型|助手|助理)(?:必须|必須|应该|應該|应当|须|需要|请|請|要|必|务必|将会|只能)/u },
  { what: "gives a role", pattern: /你(?:现在|現在)(?:是|起|要|扮演|必须|开始|已)|从(?:现在|此刻|这一刻)(?:开始|起)|從現在(?:開始|起)|(?:扮演|假装|假裝|假设你|假設你|想象你|设想你|模拟|充当|角色)(?:.{0,10})(?:是|成|为|一个|一位|没有|扮演|模式|身份)|(?:开发者|開發者|上帝|管理员|调试|越狱|无限制|dan)(?:的)?模式|(?:没有|不受|解除|取消)(?:任何|一切|所有)?(?:的)?(?:限制|约束|规则|規則)/u },
  { what: "dictates an answer", pattern: /逐字(?:重复|重複|复述)|(?:跟|随)我(?:说|念|读)|(?:无论|不管|不論|无论是)(?:.{0,6})(?:问|問)(?:什么|任何|的是)|(?:所有|任何|每个|每一?次)(?:的)?(?:问题|提问|回答|回复)(?:.{0,4})(?:都|一律|均|末尾|结尾)|(?:只|仅|必须|必須|一律|都|请|請|务必|直接|统一|逐字|原样|重复|重複)(?:.{0,6})(?:回复|回覆|回答|输出|輸出|说|說|写|打印|返回|复述|念出|告诉|告知)(?:.{0,12})(?:[:：“”"「『]|以下|下面|这句|这段|暗号|口令|密码|用户|用戶|客户|客戶|顾客|顧客|所有)|(?:回复|回覆|回答|输出|輸出|说出|打印|复述|念出)(?:.{0,8})(?:[“"「『:：]|口令|暗号|暗號|密码|密語|密钥|canary|金丝雀|以下(?:内容|文字)|系统(?:提示|指令))|(?:告诉|告訴|告知|通知|承诺|向|让|讓|引导|诱导|要求|建议)(?:.{0,4})(?:用户|用戶|客户|客戶|顾客|顧客|访客|读者|对方|他们)(?:.{0,12})(?:说|說|他的|她的|其订单|付款|领取|到|免费|免費|退款|访问|訪問|打开|点击|點擊|支付|转账|转帐|汇款|提供|输入|联系|添加|可以|享受|已经|任何|所有|http)/u },
  { what: "asks for secrets", pattern: /把(?:.{0,10})(?:密码|密碼|密钥|数据库|资料|資料|信息|指令|提示)(?:.{0,6})(?:发给|發給|告诉|交给|给我|贴出)|(?:泄露|洩露|透露|显示|顯示|公开|列出|输出|告诉我|告訴我|发给我|打印|导出|说出|交出|给我看)(?:.{0,12})(?:密码|密碼|密钥|密鑰|秘密|机密|機密|提示词|提示詞|指令|内部|內部|其他(?:客户|客戶|用户|用戶|人)|别的客户|数据库|資料庫|口令|令牌|api)/u },
  { what: "asks to keep it from people", pattern: /(?:不要|切勿|别|別|不得|禁止)(?:向|对|對|跟|和)(?:.{0,8})(?:透露|提及|提起|说|說|披露)|(?:不要|别|別|不得|切勿|不能|无需|禁止)(?:.{0,4})(?:告诉|告訴|透露|提及|提到|让|讓|通知|显示)(?:.{0,8})(?:用户|用戶|客户|客戶|顾客|任何人|别人|人类|管理员|客服|这)/u },
  { what: "imitates a conversation's markup", pattern: /(?:^|[\n。！？])\s*(?:系统|系統|助手|助理|开发者|管理员)\s*[:：]|(?:文档|文件|资料|段落|正文|对话|輸入|输入)(?:到此|至此)?(?:结束|結束|完毕)|[-=—]{3,}\s*(?:结束|開始|开始|新)/u },
  { what: "has text in code", pattern: /(?:解码|解碼|译码|解密)(?:.{0,8})(?:执行|執行|以下|后|並|并|内容|这)|base64|十六进制|摩斯密码/u },
]; // prettier-ignore

/** Longer texts are looked at piece by piece, so that a hostile megabyte costs little. */
const WINDOW = 4_000;
const OVERLAP = 200;
const EXCERPT = 160;

interface Suspicion {
  what: string;
  excerpt: string;
}

/** What in a text reads like an instruction to a program; each kind once. */
export function instructionsIn(text: string): Suspicion[] {
  const found = new Map<string, Suspicion>();
  for (let at = 0; at < text.length; at += WINDOW) {
    const piece = folded(text.slice(Math.max(0, at - OVERLAP), at + WINDOW));
    for (const form of [piece, unspaced(piece), unleet(piece)]) {
      for (const { what, pattern } of PATTERNS) {
        const hit = found.has(what) ? null : pattern.exec(form);
        if (hit)
          found.set(what, { what, excerpt: form.slice(Math.max(0, hit.index - 40), hit.index + EXCERPT).trim() });
      }
    }
  }
  return [...found.values()];
}

/** Letters that look like Latin ones and are not; the common ones. */
const LOOKALIKES: Readonly<Record<string, string>> = { а: "a", е: "e", о: "o", р: "p", с: "c", у: "y", х: "x", і: "i", ѕ: "s", ј: "j", ԁ: "d", ո: "n", ν: "v", ο: "o", α: "a", ι: "i", κ: "k", τ: "t" }; // prettier-ignore
const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
};

function folded(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFKC")
    .replace(/[\p{Cf}\p{Mn}]/gu, "")
    .toLowerCase()
    .replace(/[а-јѕԁոανοικτ]/gu, (letter) => LOOKALIKES[letter] ?? letter)
    .replace(/[’‘`´]/gu, "'")
    .replace(/[^\S\n]+/gu, " ");
}

/** "1gn0re" as the word. */
function unleet(text: string): string {
  return text.replace(/(?<![\p{L}\d])(?=[a-z013457@$]*[a-z]{2})[a-z013457@$]{4,20}(?![\p{L}\d])/gu, (word) =>
    word.replace(/[013457@$]/gu, (digit) => LEET[digit] ?? digit),
  );
}

/** "i g n o r e" and "i-g-n-o-r-e" as the word; Chinese without spaces and marks inside. */
function unspaced(text: string): string {
  return text
    .replace(/(?<![\p{L}\d])(?:[a-z][ .\-_*]){3,}[a-z](?![\p{L}\d])/gu, (run) => run.replace(/[ .\-_*]/gu, ""))
    .replace(/(?<=\p{Script=Han})[\s.\-_*·]+(?=\p{Script=Han})/gu, "")
    .replace(/\n+/gu, " ");
}
