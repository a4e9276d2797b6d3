import { ChannelError, type OutboundMessage, type TemplatePart } from "../../src/contract/index.ts";
import { menuAsText, replyOf, type Reply } from "./reply.ts";

/** One call of WeChat's interface. */
export interface Rendered {
  path: string;
  body: object;
  /** What to send instead where the account cannot send this. */
  otherwise?: object;
}

const CUSTOM = "/cgi-bin/message/custom/send";
const TEMPLATE = "/cgi-bin/message/template/send";

/** One message as one call. @param mediaId under which WeChat has the message's file */
export function encode({ parts, place }: OutboundMessage, mediaId?: string): Rendered {
  const touser = readPlace(place);
  const [part] = parts;
  if (part?.type === "template" && parts.length === 1) return { path: TEMPLATE, body: { touser, ...template(part) } };
  const reply = replyOf(
    parts.filter((each) => each.type !== "template"),
    mediaId,
  );
  const rendered = { path: CUSTOM, body: { touser, ...customOf(reply) } };
  if (reply.type !== "menu") return rendered;
  return { ...rendered, otherwise: { touser, ...textOf(menuAsText(reply.text, reply.options)) } };
}

/** A place is a person's openid. */
export function readPlace(place: string): string {
  if (!/^[\w-]{1,128}$/.test(place)) throw new ChannelError("refused", "This is not a place on WeChat.");
  return place;
}

function customOf(reply: Reply): object {
  switch (reply.type) {
    case "text":
      return textOf(reply.text);
    case "menu": {
      const list = reply.options.map(({ id, label }) => ({ id, content: label }));
      return { msgtype: "msgmenu", msgmenu: { head_content: reply.text, list, tail_content: "" } };
    }
    case "image":
    case "voice":
      return { msgtype: reply.type, [reply.type]: { media_id: reply.mediaId } };
    case "video": {
      // Without a picture of its own, WeChat takes the video's first.
      const { mediaId: media_id, title = "" } = reply;
      return { msgtype: "video", video: { media_id, thumb_media_id: media_id, title, description: "" } };
    }
    case "news": {
      const { title, text: description, url, image: picurl } = reply;
      return { msgtype: "news", news: { articles: [{ title, description, url, picurl }] } };
    }
  }
}

function textOf(content: string): object {
  return { msgtype: "text", text: { content } };
}

/** A value named by its position is WeChat's keywordN; `url` is where the message leads. */
function template({ name, values }: TemplatePart): object {
  const { url, ...placeholders } = values;
  const data = Object.entries(placeholders).map(([key, value]) => [
    /^\d{1,2}$/.test(key) ? `keyword${key}` : key,
    { value },
  ]);
  return { template_id: name, ...(url !== undefined && { url }), data: Object.fromEntries(data) as object };
}
