/**
 * Programs that fetch a link without a person having followed it. They are sent on like everybody, and not counted.
 * An app's own browser is a person and must not be caught: "Line/14.1", "MicroMessenger/8.0" (WeChat fetches no
 * preview under a name of its own), "[FBAN/...]", "Instagram 300", "Slack/24 (iPhone ...)", "TelegramAndroid" ...
 */
const PREVIEWS: readonly RegExp[] = [
  /TelegramBot/i,
  /^WhatsApp\//i, // Signal too calls itself WhatsApp/2
  /Slackbot|Slack-ImgProxy/i,
  /Discordbot/i,
  /facebookexternalhit|facebookcatalog|Facebot|meta-external/i, // also Messenger, Instagram, iMessage
  /Twitterbot/i,
  /LinkedInBot/i,
  /line-poker|LineSpider|LineBot/i,
  /SkypeUriPreview|MicrosoftPreview|BingPreview/i, // Skype, Teams, Outlook
  /DingTalkBot/i,
  /LarkUrl2Png|FeishuBot/i,
  /^Viber\//i,
  /kakaotalk-scrap/i,
  /vkShare/i,
  /Mattermost-Bot|^Rocket\.Chat|^Synapse|Mastodon\//i,
  /Embedly|Iframely|Google-PageRenderer|GoogleImageProxy|Snap URL Preview/i,
  /YahooMailProxy|ms-office|Microsoft Office\//i, // Office looks at a link before it lets the browser have it
];

/** Search engines, monitors, scripts and browsers without a screen. */
const MACHINES: readonly RegExp[] = [
  /(?<!cu)bot(?![a-z])/i, // Googlebot, bingbot, Applebot ...; a Cubot is a telephone
  /crawler|spider|slurp|mediapartners|Google-InspectionTool|Chrome-Lighthouse/i,
  /HeadlessChrome|PhantomJS|Playwright|Puppeteer/i,
  /ChatGPT-User|Claude-User|Perplexity-User|GoogleOther|Google-Safety|Google-Read-Aloud|FeedFetcher|APIs-Google/i,
  /^Dalvik\/|CFNetwork\/.*Darwin\//i, // an app's own requests; a web view in it names itself as a browser
  /^(curl|Wget|python|Go-http-client|Java|okhttp|axios|node|undici|Ruby|PHP|libwww-perl|PostmanRuntime|HTTPie|Dart|Deno|Bun|aiohttp|reqwest|Faraday|Guzzle)\b/i,
  /Pingdom|StatusCake|Site24x7/i,
];

/** Is this no browser of a person? One that does not name itself is none. */
export function isMachine(userAgent: string | undefined): boolean {
  if (!userAgent?.trim()) return true;
  return PREVIEWS.some((name) => name.test(userAgent)) || MACHINES.some((name) => name.test(userAgent));
}

/** Does a browser fetch this ahead of a click that may never come? `purpose`: what its purpose headers say. */
export function isPrefetch(purpose: string | undefined): boolean {
  return purpose !== undefined && /prefetch|prerender|preview|preload/i.test(purpose);
}
