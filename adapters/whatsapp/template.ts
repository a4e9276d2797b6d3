import { ChannelError, type TemplatePart } from "../../src/contract/index.ts";

/**
 * A template as WhatsApp takes it. Values go where their names say: "1", "2" or a name into the body; "header" into the
 * heading, "header.image", "header.video" and "header.document" (an https address or a media id) above it;
 * "button.0" is the end of a button's address, "button.0.payload" what a quick reply gives back, "button.0.code" a code to copy.
 * @throws ChannelError where a value has no place
 */
export function templateFields({ name, language, values }: TemplatePart): object {
  if (!/^[a-z0-9_]{1,512}$/.test(name))
    throw new ChannelError("refused", "A template's name on WhatsApp is made of a-z 0-9 _.");
  const components = [...headerOf(values), ...bodyOf(values), ...buttonsOf(values)];
  return { name, language: { code: language }, ...(components.length > 0 && { components }) };
}

type Values = TemplatePart["values"];

function headerOf(values: Values): object[] {
  const [found, ...others] = Object.entries(values).filter(([key]) => /^header(\.|$)/.test(key));
  if (!found) return [];
  if (others.length > 0) throw new ChannelError("refused", "A template has one heading; these values name several.");
  const [key, value] = found;
  const kind = key.slice("header.".length) || "text";
  if (kind === "text") return [{ type: "header", parameters: [{ type: "text", text: value }] }];
  if (kind !== "image" && kind !== "video" && kind !== "document") throw noPlace(key);
  const media = /^https:\/\//i.test(value) ? { link: value } : { id: value };
  return [{ type: "header", parameters: [{ type: kind, [kind]: media }] }];
}

function bodyOf(values: Values): object[] {
  const keys = Object.keys(values).filter((key) => !/^(header|button)(\.|$)/.test(key));
  if (keys.length === 0) return [];
  const numbered = keys.every((key) => /^[1-9]\d{0,2}$/.test(key));
  if (!numbered) {
    for (const key of keys) if (!/^[a-z]\w{0,99}$/.test(key)) throw noPlace(key);
    const named = keys.map((key) => ({ type: "text", parameter_name: key, text: values[key] }));
    return [{ type: "body", parameters: named }];
  }
  const ordered = [...keys].sort((a, b) => Number(a) - Number(b));
  ordered.forEach((key, index) => {
    if (Number(key) !== index + 1)
      throw new ChannelError("refused", `The template's values leave out placeholder ${index + 1}.`);
  });
  return [{ type: "body", parameters: ordered.map((key) => ({ type: "text", text: values[key] })) }];
}

function buttonsOf(values: Values): object[] {
  return Object.entries(values)
    .filter(([key]) => /^button(\.|$)/.test(key))
    .map(([key, value]) => {
      const [, index, kind] = /^button\.(\d)(?:\.(payload|code))?$/.exec(key) ?? [];
      if (index === undefined) throw noPlace(key);
      const button = { type: "button", index };
      if (kind === "payload")
        return { ...button, sub_type: "quick_reply", parameters: [{ type: "payload", payload: value }] };
      if (kind === "code")
        return { ...button, sub_type: "copy_code", parameters: [{ type: "coupon_code", coupon_code: value }] };
      return { ...button, sub_type: "url", parameters: [{ type: "text", text: value }] };
    });
}

function noPlace(key: string): ChannelError {
  return new ChannelError("refused", `A template on WhatsApp has no place for the value "${key.slice(0, 60)}".`);
}
