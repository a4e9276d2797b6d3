// Read before the bot answers: whoever asks for a person must not be asked which article they mean.

const PERSON_EN = String.raw`(?:human(?: being| agent| operator)?|real (?:person|human)|live (?:agent|person|chat)|(?:actual |living )?person|someone(?: real)?|somebody(?: real)?|agent|operator|representative|rep|colleague|staff member|support (?:agent|person|team)|customer (?:service|support)(?: agent| rep(?:resentative)?)?|advisor|supervisor|manager)`;

/** Whole wishes: a verb of asking with a person in it. */
const ASKS_EN = [
  new RegExp(
    String.raw`\b(?:talk|speak|chat|talking|speaking|connect(?: me)?|transfer(?: me)?|put me through|get(?: me)?|switch(?: me)?|pass me|hand me(?: over)?|escalate(?: (?:this|it|me))?) (?:(?:directly|please|over) )?(?:to|with)? ?(?:an? |the |your |some |one of your )?${PERSON_EN}\b`,
  ),
  new RegExp(
    String.raw`\b(?:i (?:just )?(?:want|need|would like|wish for|prefer|demand)|i'?d (?:like|prefer|rather have)|give me|can i (?:have|get)|could i (?:have|get)|may i (?:have|get)) (?:an? |the |some )?(?:${PERSON_EN})(?: (?:please|now|to (?:help|answer|call)\b.*))?[.!? ]*$`,
  ),
  /\b(?:i (?:want|need|would like)|i'?d like) (?:to (?:talk|speak|chat) (?:to|with) )?(?:a |an )?(?:real |live |actual )?(?:human|person|agent|operator|representative)\b/,
  /\b(?:is there|are there) (?:a |an |any )?(?:real |live |actual )?(?:person|people|human|humans|human being|agent|operator)\b/,
  /\bhuman (?:help|support|assistance|service|contact)\b/,
];

/** A short message that is nothing but the wish: "human please", "Agent!". */
const ALONE_EN = new RegExp(
  String.raw`^(?:please,? )?(?:an? |the |real |live )*(?:${PERSON_EN}|humans?|people|real people)(?:,? please)?(?: now)?[.!? ]*$`,
);
/** Words that alone say too little ("Someone", "manager"). */
const TOO_LITTLE = /^(?:someone|somebody|staff member|colleague|customer (?:service|support)|advisor)[.!? ]*$/;

const NOT_EN =
  /\b(?:don'?t|do not|doesn'?t|no need|not (?:want|need|necessary)|without|rather not|never|no longer|instead of|stop|won'?t|hate)\b[^.!?;,]{0,40}$/;
/** Talk about it, no wish: "I spoke to an agent yesterday". */
const PAST_EN = /\b(?:spoke|talked|chatted|was talking|was speaking|already|yesterday|last (?:week|time))\b/;
/** Something else that has such a word in it. */
const OTHER_EN =
  /\b(?:estate agent|travel agent|agent (?:fee|discount|price|program)|per person|in person|contact person|person(?:s)? (?:can|room|fit|limit|under|over))\b/;

const ZH = [
  /(?:转|接|切|換|换|轉)(?:到|成|入|一下|个|個)?(?:真?人工|人工客服|真人|客服)/u,
  /(?:找|要|联系|聯繫|聯絡|叫|呼叫|需要|想要|请|請|有没有|有沒有|能不能|给我|給我|来个|來個|换个|換個)(?:一下|一个|一個|个|個|你们的?|你們的?|贵司的?)?(?:真?人工(?:客服|服务|服務)?|真人|活人|客服(?:人员|人員)?|专员|專員|同事|经理|經理|主管)/u,
  /(?:跟|和|与|與|同)(?:一个|一個|个|個|你们的?|你們的?)?(?:真人|活人|人工(?:客服)?|客服|同事|专员|專員)(?:说|說|谈|談|聊|讲|講|沟通|溝通|对话|對話|联系|聯繫)/u,
  /^(?:请|請)?(?:真?人工(?:客服|服务|服務)?|真人(?:客服)?|客服)(?:在吗|在嗎|呢|吧|谢谢|謝謝|，|,|。|！|!|？|\?|\s)*$/u,
  /(?:不想|不要|别|別)(?:再)?(?:跟|和|与|與)?(?:机器人|機器人)/u,
];
const NOT_ZH =
  /(?:不用|不必|不需要|不要|无需|無需|不想|没必要|沒必要|别|別|暂时不|暫時不|已经|已經|刚才|剛才)(?:再|帮我|幫我|给我|給我)?$/u;
/** The rule about robots has its own "not". */
const ROBOT_ZH = /机器人|機器人/u;

/** Does the text ask for a person? */
export function wantsPerson(text: string): boolean {
  const plain = text.normalize("NFKC").toLowerCase().replaceAll("’", "'").replaceAll(/\s+/g, " ").trim();
  return plain.length <= 1_000 && (inEnglish(plain) || inChinese(plain));
}

function inEnglish(text: string): boolean {
  if (ALONE_EN.test(text) && !TOO_LITTLE.test(text)) return true;
  if (OTHER_EN.test(text)) return false;
  return ASKS_EN.some((pattern) => {
    const found = pattern.exec(text);
    return found !== null && !NOT_EN.test(text.slice(0, found.index)) && !PAST_EN.test(text);
  });
}

function inChinese(text: string): boolean {
  return ZH.some((pattern) => {
    const found = pattern.exec(text);
    if (!found) return false;
    return ROBOT_ZH.test(found[0]) || !NOT_ZH.test(text.slice(0, found.index));
  });
}
