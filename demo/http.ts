const BROWSER =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/** Follows an entry point's code as a telephone does. Resolves with the address it leads to. */
export async function follow(url: URL, code: string): Promise<URL> {
  const response = await look(url, code, BROWSER);
  const target = response.headers.get("location");
  if (response.status !== 302 || target === null) {
    throw new Error(`The entry code ${code} led nowhere: the hub answered ${response.status}.`);
  }
  return new URL(target);
}

/** Asks for a code's address under the name of a program or browser, and goes no further. */
export async function look(url: URL, code: string, userAgent: string): Promise<Response> {
  const response = await fetch(new URL(`e/${encodeURIComponent(code)}`, url), {
    redirect: "manual",
    headers: { "user-agent": userAgent },
  });
  await response.arrayBuffer();
  return response;
}
