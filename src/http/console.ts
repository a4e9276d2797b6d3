import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import express, { Router, type RequestHandler } from "express";

/**
 * What the console's page may do: its own scripts and the hub's API, nothing else. Its component library sets styles from
 * script, which is why styles may stand in the page; scripts may not.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Names carry a hash of the content, so that a browser may keep them for ever. */
const FOR_EVER = "public, max-age=31536000, immutable";

/**
 * The console's files, and its page for every address that is one of its rooms.
 * @returns `undefined` when the console was not built.
 */
export function consolePages(directory: string): Router | undefined {
  const index = path.join(directory, "index.html");
  if (!existsSync(index)) return undefined;
  const page = readFileSync(index);
  const router = Router();
  const files = express.static(directory, { index: false, redirect: false, cacheControl: false });
  const named = (name: string): RequestHandler => {
    return (_req, res, next) => {
      res.locals.route = name;
      next();
    };
  };
  router.use("/assets", named("GET /assets"), (_req, res, next) => {
    res.set("Cache-Control", FOR_EVER);
    next();
  });
  router.get(["/assets/{*file}", "/mark.svg"], named("GET /assets"), files);
  router.get(["/", "/{*room}"], (req, res, next) => {
    if (!isRoom(req.path, req.headers.accept)) return next();
    res.locals.route = "GET console";
    res.set("Content-Security-Policy", POLICY).type("html").send(page);
  });
  return router;
}

/** A page that a person opens in a browser, and no file, program's address or page of the hub's own. */
function isRoom(address: string, accept: string | undefined): boolean {
  return (
    (accept ?? "").includes("text/html") &&
    !/^\/(api|assets|webhooks|e|claim)(\/|$)/.test(address) &&
    !/\.\w+$/.test(address)
  );
}
