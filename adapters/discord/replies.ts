import type { RawFile } from "discord.js";
import { ChannelError, type AdapterTools, type OutboundMessage } from "../../src/contract/index.ts";
import { refusedWith, type Call } from "./api.ts";
import type { Body } from "./encode.ts";

const TOKEN_LIFE_MS = 15 * 60_000;
/** The interaction is over or was never deferred; the webhook's token is not good (any more). */
const OVER = [10_008, 10_015, 10_062, 50_027];
const NO_ACCESS = [50_001, 50_013, 10_003];

/** What `decode` put into the referrer. */
interface Interacted {
  interaction: string;
  token: string;
  kind: "command" | "component";
  application: string;
}

export interface ReplyParts {
  call: Call;
  tools: AdapterTools;
  applicationId: string;
}

export type Receipt = { id?: unknown } | undefined;

/**
 * Answers to interactions. The first message that answers a command takes the place of "is thinking ...": it is written
 * there, so that doing it twice changes nothing. All others are ordinary messages with a nonce; where the bot may not
 * write itself (a server that it is no member of), they follow up on the interaction.
 */
export function createReplies({ call, tools, applicationId }: ReplyParts) {
  function readReferrer({ referrer }: OutboundMessage): Interacted | undefined {
    const data = referrer?.data;
    if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
    const { interaction, token, kind, application } = data;
    if (typeof interaction !== "string" || typeof token !== "string" || !/^[\w.-]{1,500}$/.test(token))
      return undefined;
    const named = typeof application === "string" && /^\d{1,20}$/.test(application) ? application : applicationId;
    return { interaction, token, kind: kind === "command" ? kind : "component", application: named };
  }

  /** The message in the place of "is thinking ...", or `undefined` where that is taken or gone. */
  async function inPlace(
    { interaction, token, kind, application }: Interacted,
    key: string,
    body: Body,
    files: RawFile[] | undefined,
    signal: AbortSignal,
  ): Promise<Receipt> {
    if (kind !== "command") return undefined;
    const first = await tools.cache.once(`answered:${interaction}`, TOKEN_LIFE_MS, async () => key);
    if (first !== key) return undefined;
    const { nonce: _nonce, enforce_nonce: _enforced, message_reference: _quoted, ...inside } = body;
    const options = { body: inside, auth: false, ...(files && { files }) };
    return call<Receipt>("PATCH", `/webhooks/${application}/${token}/messages/@original`, options, signal).catch(
      (error: unknown) => {
        if (refusedWith(error, ...OVER)) return undefined;
        throw error;
      },
    );
  }

  /** After the bot may not write by itself. */
  async function followUp(
    { token, application }: Interacted,
    body: Body,
    files: RawFile[] | undefined,
    refusal: unknown,
    signal: AbortSignal,
  ): Promise<Receipt> {
    if (!refusedWith(refusal, ...NO_ACCESS)) throw refusal;
    const { nonce: _nonce, enforce_nonce: _enforced, message_reference: _quoted, ...inside } = body;
    const options = { body: inside, auth: false, ...(files && { files }) };
    return call<Receipt>("POST", `/webhooks/${application}/${token}`, options, signal).catch((error: unknown) => {
      throw refusedWith(error, ...OVER) ? refusal : error;
    });
  }

  return { readReferrer, inPlace, followUp };
}

export function receiptId(result: Receipt): string {
  const id = result?.id;
  if (typeof id !== "string" || !/^\d{1,20}$/.test(id))
    throw new ChannelError("maybe-sent", "Discord took the message and named no id for it.");
  return id;
}
