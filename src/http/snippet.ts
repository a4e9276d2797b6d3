import type { RequestHandler } from "express";

/**
 * The script that a shop's page loads from the hub. It sets no cookie, reads nothing of the browser, and knows nobody: a
 * conversion is told only with the token that the website chat, or the page itself, has given it.
 */
export const SNIPPET = `(function () {
  "use strict";
  var me = document.currentScript;
  if (!me) return;
  var channel = me.getAttribute("data-channel");
  var hub = new URL(me.src).origin + new URL(me.src).pathname.replace(/s\\.js$/, "");
  var given = null;
  function token() {
    if (given) return given;
    try { return localStorage.getItem("tributary:" + channel); } catch (e) { return null; }
  }
  function wait(ms) { return new Promise(function (done) { setTimeout(done, ms); }); }
  function send(order, left) {
    var carried = token();
    if (!channel || !carried) return Promise.resolve({ recorded: false, reason: "This visitor carries no token." });
    return fetch(hub + "webhooks/" + channel + "/conversions", {
      method: "POST", keepalive: true, credentials: "omit",
      headers: { "content-type": "application/json", authorization: "Bearer " + carried },
      body: JSON.stringify(order)
    }).then(function (res) {
      if (res.status === 201) return { recorded: true };
      if (left > 0 && (res.status === 404 || res.status === 503)) return wait(1000).then(function () { return send(order, left - 1); });
      return res.json().then(function (problem) { return { recorded: false, reason: problem.detail }; });
    });
  }
  window.tributary = window.tributary || {};
  window.tributary.token = function (value) { given = value; };
  window.tributary.conversion = function (order) {
    return send(order, 3).catch(function (error) { return { recorded: false, reason: String(error && error.message || error) }; });
  };
})();
`;

/** Serves it to every website: it holds nothing of ours. */
export function snippet(): RequestHandler {
  return (_req, res) => {
    res.locals.route = "GET /s.js";
    res.set({ "Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin" });
    res.type("text/javascript").send(SNIPPET);
  };
}
