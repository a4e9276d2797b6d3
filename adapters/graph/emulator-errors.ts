export interface GraphErrorBody {
  message: string;
  code: number;
  type?: string;
  error_subcode?: number;
  /** Longer words, where WhatsApp has them: `error_data.details`. */
  details?: string;
}

/** An answer that is no success. */
export class GraphRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`The emulated platform refuses with ${status}.`);
  }
}

/** An error in Graph's own shape. */
export function graphError(
  status: number,
  { details, type = "OAuthException", ...error }: GraphErrorBody,
  headers: Readonly<Record<string, string>> = {},
): GraphRefusal {
  const data = details === undefined ? {} : { error_data: { messaging_product: "whatsapp", details } };
  return new GraphRefusal(
    status,
    { error: { ...error, type, ...data, fbtrace_id: "AbCdEfGhIjKlMnOpQrStUv" } },
    headers,
  );
}

export const expiredToken = () =>
  graphError(401, { message: "Error validating access token: Session has expired.", code: 190, error_subcode: 463 });

export const unknownObject = (id: string) =>
  graphError(400, {
    message: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    code: 100,
    error_subcode: 33,
    type: "GraphMethodException",
  });

export const badParameter = (details: string) =>
  graphError(400, { message: "(#100) Invalid parameter", code: 100, details });

export const serverTrouble = () =>
  graphError(500, { message: "An unexpected error has occurred. Please retry your request later.", code: 2 });
