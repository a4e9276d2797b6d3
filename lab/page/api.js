import { words } from "./words.js";

/** Asks the lab; rejects with its own words, or with ours where it is gone. */
async function ask(address, body) {
  const request = body && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(address, request).catch(() => {
    throw new Error(words().lost);
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Error(answer.detail ?? `${response.status}`);
}

export const readState = (platform, person) => ask(`/state?${new URLSearchParams({ platform, person })}`);
export const readPlatforms = () => ask("/state");
export const readTrace = (platform, after) => ask(`/trace?${new URLSearchParams({ platform, after })}`);
export const act = (platform, person, deed) => ask("/act", { platform, person, deed });
export const refuseNext = (platform, times, seconds) => ask("/fault", { platform, times, seconds });

/** Tells when something is new, and whether the lab is there at all. Returns how to stop. */
export function listen(platform, person, { onNews, onLine }) {
  const source = new EventSource(`/live?${new URLSearchParams({ platform, person })}`);
  source.onopen = () => onLine(true);
  source.onerror = () => onLine(false);
  source.onmessage = ({ data }) => onNews(JSON.parse(data));
  return () => source.close();
}
