/** Discord says no: status, its own number, and words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly errors?: object,
  ) {
    super(message);
  }
}

export const invalid = (message: string) =>
  new Refusal(400, 50_035, `Invalid Form Body: ${message}`, { _errors: [{ code: "BASE_TYPE", message }] });
export const unknownMessage = () => new Refusal(404, 10_008, "Unknown Message");
export const unknownChannel = () => new Refusal(404, 10_003, "Unknown Channel");
export const unknownInteraction = () => new Refusal(404, 10_062, "Unknown interaction");
export const missingAccess = () => new Refusal(403, 50_001, "Missing Access");
export const missingPermissions = () => new Refusal(403, 50_013, "Missing Permissions");
