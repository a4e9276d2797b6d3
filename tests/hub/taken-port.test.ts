import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startHubProcess } from "../support/hub-process.ts";

test("a taken port ends the start with one sentence, and leaves no database running behind", async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), "tributary-port-"));
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    squatter.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const { port } = squatter.address() as AddressInfo;
  const start = startHubProcess({ TRIBUTARY_DATA_DIR: dataDir, PORT: String(port) });
  await expect(start).rejects.toThrow(`Port ${port} is taken by another program. Stop it, or set PORT to a free port.`);
  await expect
    .poll(() =>
      stat(path.join(dataDir, "postgres", "postmaster.pid")).then(
        () => true,
        () => false,
      ),
    )
    .toBe(false);
}, 60_000);
