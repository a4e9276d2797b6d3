/** An error with a stable `code`; `http/errors.ts` gives each code its status. The message names the thing and the next step. */
export abstract class HubError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = this.constructor.name;
  }
}

/** How a platform failed us. Only `retry-after` and `unreachable` may be tried again blindly. */
export type Fault =
  | "retry-after" //    it is busy and said when to come back
  | "unreachable" //    it never took the request
  | "window-closed" //  it takes messages only for a while after the person wrote
  | "recipient-gone" // the person blocked us or left
  | "unauthorized" //   our token is no longer good
  | "refused" //        it said no
  | "maybe-sent"; //    the request went out and no answer came back

/** A platform would not take a message, or did not say whether it did. */
export class ChannelError extends HubError {
  readonly code = "channel_error";
  readonly retryAfterMs: number | undefined;
  /** What a `retry-after` is about: the whole account, unless the platform says it is this place alone. */
  readonly scope: "channel" | "place";

  constructor(
    readonly fault: Fault,
    message: string,
    options: { retryAfterMs?: number; scope?: "channel" | "place"; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.scope = options.scope ?? "channel";
  }

  /** Trying again can help when the platform was busy or out of reach, never when it said no. */
  get mayRetry(): boolean {
    return this.fault === "retry-after" || this.fault === "unreachable";
  }
}

/** A request that does not carry proof that it came from the platform. Nothing of it is stored. */
export class BadSignature extends HubError {
  readonly code = "bad_signature";

  constructor(
    message: string,
    /** Go with the refusal: without CORS headers a browser may not read why. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A proven request whose body cannot be read. It is stored as a dead arrival with this reason. */
export class BadPayload extends HubError {
  readonly code = "bad_payload";
}

/** Settings that cannot work. The message names each wrong setting and where to find the right value. */
export class ConfigError extends HubError {
  readonly code = "config_error";
}

/** What was asked for does not exist, or not for this asker. */
export class NotFound extends HubError {
  readonly code = "not_found";
}

/** The input is well-formed and still cannot be taken. `fields` maps a field's path to its fault. */
export class Invalid extends HubError {
  readonly code = "invalid";

  constructor(
    message: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** It contradicts what is already there. */
export class Conflict extends HubError {
  readonly code = "conflict";
}

/** No, or no longer valid, proof of who asks. */
export class Unauthorized extends HubError {
  readonly code = "unauthorized";
}

/** The asker is known and may not. */
export class Forbidden extends HubError {
  readonly code = "forbidden";
}

/** The hub cannot take more right now. */
export class Overloaded extends HubError {
  readonly code = "overloaded";

  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** Tried too often, or for the moment too much. */
export class TooMany extends HubError {
  readonly code = "too_many";

  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}
