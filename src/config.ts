import path from "node:path";
import { z } from "zod";
import { ConfigError } from "./contract/index.ts";

const flag = z.enum(["true", "false"]).transform((word) => word === "true");

/** Every setting of the process. Channel settings are not here: they are sealed rows in the database. */
export const Environment = z.object({
  PORT: z.coerce
    .number("a port is a number from 0 to 65535")
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .meta({ description: "Where the hub listens." }),
  HOST: z.string().min(1).default("127.0.0.1").meta({
    description: "The address it listens on. 0.0.0.0 lets other machines in; put a proxy with TLS before it.",
  }),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "an address such as https://hub.example.com" })
    .optional()
    .meta({
      description: "How the world reaches the hub: webhooks, QR codes and links begin with it. Default: HOST and PORT.",
    }),
  TRIBUTARY_DATA_DIR: z.string().min(1).default("data").meta({
    description: "Where the embedded database and the secret key lie. Back it up. Not used with DATABASE_URL.",
  }),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "an address such as postgres://user:password@host:5432/tributary" })
    .optional()
    .meta({
      description:
        "A PostgreSQL (14 or later) of your own, which several hubs may share. Without it the hub starts its own.",
    }),
  TRIBUTARY_SECRET: z
    .string()
    .min(16, "at least 16 characters; make one with: openssl rand -base64 32")
    .optional()
    .meta({
      description:
        "Seals the channels' tokens. Needed, and the same for all hubs, with DATABASE_URL. Default: secret.key in the data directory.",
    }),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"], "one of debug, info, warn, error, silent")
    .default("info")
    .meta({ description: "How much the log says." }),
  TRUST_PROXY: z
    .union([z.coerce.number().int().min(1), z.string().min(1)], "a number of hops, or addresses such as 10.0.0.0/8")
    .optional()
    .meta({
      description:
        "Whose X-Forwarded-For is believed: a number of proxies, or their addresses and networks. Default: nobody's.",
    }),
  ALLOW_PRIVATE_ADDRESSES: flag.default(false).meta({
    description:
      "true lets channels call addresses of this machine and its network (a local Bot API server, an emulator).",
  }),
  KEEP_ARRIVALS_DAYS: z.coerce.number().int().min(1).default(30).meta({
    description: "How many days what platforms delivered stays replayable. Dead arrivals stay until somebody decides.",
  }),
  MAX_FILE_MB: z.coerce.number().int().min(1).max(100).default(25).meta({
    description: "The largest file that the hub fetches from a platform, or takes to be sent, in megabytes.",
  }),
  MOST_WAITING: z.coerce.number().int().min(1_000).default(500_000).meta({
    description: "So many arrivals may wait before platforms are asked to deliver again later.",
  }),
});

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: URL | undefined;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly secret: string | undefined;
  readonly logLevel: string;
  /** None, so many hops, or these addresses and networks. */
  readonly trustProxy: false | number | readonly string[];
  readonly allowPrivateAddresses: boolean;
  readonly keepArrivalsDays: number;
  readonly maxFileBytes: number;
  readonly mostWaiting: number;
}

/**
 * Reads the environment.
 * @param defaults stand in for what it does not set, in place of the hub's own.
 * @throws ConfigError that names every wrong variable at once, and never a value.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, defaults: NodeJS.ProcessEnv = {}): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const given = { ...defaults, ...set };
  const result = Environment.safeParse(given);
  const faults = result.success
    ? []
    : result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  if (given["DATABASE_URL"] && !given["TRIBUTARY_SECRET"]) {
    faults.push(
      "  TRIBUTARY_SECRET: needed with DATABASE_URL, the same for every hub; make one with: openssl rand -base64 32",
    );
  }
  if (!result.success || faults.length > 0) {
    throw new ConfigError(
      `The environment has ${faults.length} wrong setting(s):\n${faults.join("\n")}\n.env.example explains each of them.`,
    );
  }
  const env = result.data;
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    publicUrl: env.PUBLIC_URL === undefined ? undefined : new URL(env.PUBLIC_URL.replace(/\/*$/, "/")),
    dataDir: path.resolve(env.TRIBUTARY_DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    secret: env.TRIBUTARY_SECRET,
    logLevel: env.LOG_LEVEL,
    trustProxy: typeof env.TRUST_PROXY === "string" ? env.TRUST_PROXY.split(/[\s,]+/) : (env.TRUST_PROXY ?? false),
    allowPrivateAddresses: env.ALLOW_PRIVATE_ADDRESSES,
    keepArrivalsDays: env.KEEP_ARRIVALS_DAYS,
    maxFileBytes: env.MAX_FILE_MB * 1_048_576,
    mostWaiting: env.MOST_WAITING,
  });
}

/** Whether faults shall be shown in full; asked for even where other settings are wrong. */
export function wantsDebugging(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment["LOG_LEVEL"] === "debug";
}
