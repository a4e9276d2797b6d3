import { z } from "zod";
import { cleanText } from "./json.ts";
import { ROLES } from "./route.ts";

// People of ours: who they are, how they sign in, what they did.

export const RoleName = z.enum(ROLES as [...typeof ROLES]);
const Id = z.uuid();
const Moment = z.iso.datetime();

/** A person's name as a form or a program gives it. */
export const PersonName = z.string().trim().min(1).max(100).transform(cleanText);
export const Email = z.string().trim().toLowerCase().pipe(z.email().max(254));
/** As it was typed; whether it is good enough is decided where it is set. */
export const TypedPassword = z.string().min(1).max(1_000);
const Code = z.string().trim().min(6).max(40).meta({
  description: "Six digits of the authenticator app, or one of the recovery codes.",
});

// ── Signing in ──

export const SignInWays = z
  .object({
    claimed: z.boolean().meta({ description: "Whether the hub has an owner." }),
    provider: z.object({ name: z.string(), url: z.string() }).nullable().meta({
      description: "The organisation's own sign-in: send the browser to `url`.",
    }),
  })
  .meta({ id: "SignInWays" });
export type SignInWays = z.infer<typeof SignInWays>;

export const NewSession = z
  .object({ email: z.string().trim().max(254), password: TypedPassword, code: Code.optional() })
  .meta({ id: "NewSession" });
export type NewSession = z.infer<typeof NewSession>;

export const Me = z
  .object({
    staffId: Id.nullable(),
    name: z.string(),
    role: RoleName,
    email: z.string().nullable(),
    language: z.enum(["en", "zh"]).nullable(),
    theme: z.enum(["light", "dark"]).nullable(),
    hasPassword: z.boolean(),
    secondFactor: z.boolean(),
    sessionId: Id.nullable().meta({ description: "The session that asks; null for a token." }),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof Me>;

export const SignedIn = z
  .object({
    needsCode: z.literal(true).optional().meta({ description: "The password is right; ask again with the code." }),
    me: Me.optional(),
  })
  .meta({ id: "SignedIn" });
export type SignedIn = z.infer<typeof SignedIn>;

export const Done = z.object({});

// ── Oneself ──

export const MeChange = z
  .object({
    name: PersonName.optional(),
    language: z.enum(["en", "zh"]).nullable().optional().meta({ description: "null follows the browser." }),
    theme: z.enum(["light", "dark"]).nullable().optional(),
  })
  .meta({ id: "MeChange" });
export type MeChange = z.infer<typeof MeChange>;

export const PasswordChange = z
  .object({ current: TypedPassword, next: TypedPassword })
  .meta({ id: "PasswordChange", description: "All other sessions end." });

export const PasswordProof = z.object({ password: TypedPassword }).meta({ id: "PasswordProof" });

export const SecondFactorStart = z
  .object({
    secret: z.string().meta({ description: "Base32, to be typed where no camera is." }),
    uri: z.string(),
    svg: z.string().meta({ description: "The QR code of `uri`." }),
  })
  .meta({ id: "SecondFactorStart" });
export type SecondFactorStart = z.infer<typeof SecondFactorStart>;

export const CodeProof = z.object({ code: Code }).meta({ id: "CodeProof" });
export const RecoveryCodes = z
  .object({ codes: z.array(z.string()).meta({ description: "Shown this once; each works once." }) })
  .meta({ id: "RecoveryCodes" });

export const SessionView = z
  .object({
    id: Id,
    current: z.boolean().meta({ description: "It is the one that asks." }),
    method: z.enum(["password", "provider", "link"]),
    address: z.string(),
    agent: z.string(),
    createdAt: Moment,
    lastUsedAt: Moment.meta({ description: "To the minute." }),
    expiresAt: Moment,
  })
  .meta({ id: "Session" });
export type SessionView = z.infer<typeof SessionView>;

// ── People ──

export const PersonView = z
  .object({
    id: Id,
    name: z.string(),
    role: RoleName,
    email: z.string().nullable().meta({ description: "Shown to owners and admins, as is all that follows." }),
    hasPassword: z.boolean().nullable(),
    secondFactor: z.boolean().nullable(),
    lastSeenAt: Moment.nullable(),
    endedAt: Moment.nullable(),
  })
  .meta({ id: "Person" });
export type PersonView = z.infer<typeof PersonView>;

export const RoleChange = z.object({ role: RoleName }).meta({ id: "RoleChange" });
export const NewReset = z
  .object({
    forgetFactor: z.boolean().default(false).meta({
      description: "Whoever uses the link also loses the second factor and the identity provider's account.",
    }),
  })
  .meta({ id: "NewReset" });

export const OneTimeLink = z
  .object({ url: z.string().meta({ description: "Shown this once." }), expiresAt: Moment })
  .meta({ id: "OneTimeLink" });

export const NewInvitation = z.object({ email: Email, role: RoleName }).meta({ id: "NewInvitation" });
export type NewInvitation = z.infer<typeof NewInvitation>;
const invitationFields = {
  id: Id,
  email: z.string(),
  role: RoleName,
  madeBy: z.string(),
  createdAt: Moment,
  expiresAt: Moment,
};
export const InvitationView = z.object(invitationFields).meta({ id: "Invitation" });
export type InvitationView = z.infer<typeof InvitationView>;
export const MadeInvitation = z
  .object({ ...invitationFields, url: z.string().meta({ description: "Shown this once. Give it to them yourself." }) })
  .meta({ id: "MadeInvitation" });
export type MadeInvitation = z.infer<typeof MadeInvitation>;

// ── Tokens ──

const tokenFields = {
  id: Id,
  staffId: Id.nullable(),
  name: z.string(),
  role: RoleName,
  prefix: z.string().meta({ description: "How the token begins.", example: "trib_1a2b3c4d" }),
  createdAt: Moment,
  lastUsedAt: Moment.nullable().meta({ description: "To the minute." }),
  revokedAt: Moment.nullable(),
};
export const TokenView = z.object(tokenFields).meta({ id: "Token" });
export type TokenView = z.infer<typeof TokenView>;
export const MadeTokenView = z
  .object({ ...tokenFields, token: z.string().meta({ description: "Shown this once." }) })
  .meta({ id: "MadeToken" });
export const NewTokenBody = z
  .object({
    name: z.string().trim().min(1).max(100).meta({ description: "What it is for.", example: "till in the shop" }),
    role: RoleName,
    staffId: Id.optional().meta({ description: "The person it speaks for; without one it belongs to a machine." }),
  })
  .meta({ id: "NewToken" });

// ── The organisation's own sign-in ──

export const ProviderView = z
  .object({
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    newRole: RoleName.nullable(),
    callbackUrl: z.string().meta({ description: "To be allowed at the provider." }),
    updatedAt: Moment,
  })
  .meta({ id: "IdentityProvider" });
export type ProviderView = z.infer<typeof ProviderView>;

export const ProviderSettings = z
  .object({
    name: z.string().trim().min(1).max(60).meta({ description: "As the button says it.", example: "Example Ltd" }),
    issuer: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .meta({ example: "https://login.example.com/realms/shop" }),
    clientId: z.string().trim().min(1).max(300),
    secret: z.string().min(1).max(1_000).optional().meta({ description: "Left out, the one that is there stays." }),
    newRole: z.enum(["agent", "moderator", "marketer", "viewer"]).nullable().default(null).meta({
      description: "What people become whom nobody has invited; null: they are not let in.",
    }),
  })
  .meta({ id: "IdentityProviderSettings" });
export type ProviderSettings = z.infer<typeof ProviderSettings>;

export const ProviderCheck = z.object({ ok: z.boolean(), detail: z.string() });

// ── Audit ──

export const AuditView = z
  .object({
    seq: z.string(),
    at: Moment,
    asker: z.string().meta({ description: "staff:ID, token:ID, or a name such as cli." }),
    askerName: z.string().nullable(),
    action: z.string(),
    subject: z.string(),
    detail: z.json(),
    hash: z.string(),
  })
  .meta({ id: "AuditEntry" });
export type AuditView = z.infer<typeof AuditView>;

export const AuditFilter = z.object({
  action: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "It, or what begins with it and a dot.", example: "token" }),
  subject: z.string().max(200).optional(),
  asker: z.string().max(200).optional(),
});

const HEAD = /^\d{1,18}:[0-9a-f]{64}$/;
export const AuditSince = z.object({
  since: z.string().regex(HEAD, "A head looks like 42:HASH.").optional().meta({
    description: "The head of an earlier look: with it a tail that was cut off is found too.",
  }),
});
export const AuditVerdictView = z
  .object({
    ok: z.boolean(),
    entries: z.number().int().nullable(),
    head: z.string().nullable().meta({ description: "SEQ:HASH. Keep it elsewhere." }),
    brokenAt: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: "AuditVerdict" });
