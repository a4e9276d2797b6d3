// A reference to a file of WeChat's: "media:MEDIA_ID", with the public address behind a blank where WeChat gave one.
// It holds no token.

export interface FileRef {
  mediaId: string;
  url?: string | undefined;
}

const MEDIA_ID = /^[\w-]{1,256}$/;

/** `undefined` when neither the id nor the address can be used. */
export function refOf({ mediaId, url }: FileRef): string | undefined {
  const id = MEDIA_ID.test(mediaId) ? mediaId : "";
  const address = url !== undefined && isWebAddress(url) ? url : "";
  return id === "" && address === "" ? undefined : `media:${id} ${address}`.trimEnd();
}

/** `undefined` when it is no reference of ours. */
export function readRef(ref: string): FileRef | undefined {
  const [, mediaId = "", url] = /^media:([\w-]{0,256})(?: (\S+))?$/.exec(ref) ?? [];
  if (mediaId === "" && url === undefined) return undefined;
  return { mediaId, ...(url !== undefined && isWebAddress(url) && { url: secured(url) }) };
}

function isWebAddress(url: string): boolean {
  return url.length <= 2_000 && /^https?:\/\/\S+$/.test(url) && URL.canParse(url);
}

/** WeChat names its picture server by http, and it speaks https. */
function secured(url: string): string {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && hostname.endsWith(".qpic.cn") ? url.replace(/^http:/, "https:") : url;
}
