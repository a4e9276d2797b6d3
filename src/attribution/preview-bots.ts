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
];

/** Search engines, monitors, scripts and browsers without a screen. */
const MACHINES: readonly RegExp[] = [
  /(?<!cu)bot(?![a-z])/i, // Googlebot, bingbot, Applebot ...; a Cubot is a telephone
  /crawler|spider|slurp|mediapartners|Google-InspectionTool|Chrome-Lighthouse/i,
  /HeadlessChrome|PhantomJS|Playwright|Puppeteer/i,
  /^(curl|Wget|python|Go-http-client|Java|okhttp|axios|node|undici|Ruby|PHP|libwww-perl|PostmanRuntime|HTTPie)\b/i,
  /Pingdom|StatusCake/i,
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
