import { z } from "zod";
import { MediaView, UploadedFile } from "../contract/api-media.ts";
import { defineRoute, Download, NotFound, type Clock, type Role, type Route, type Upload } from "../contract/index.ts";
import type { Channels } from "../corridor/index.ts";
import type { Database } from "../store/index.ts";
import { isShown, judge } from "./judge.ts";
import { readMedia, retryMedia, storeUpload, type MediaRow } from "./store.ts";

const READERS: readonly Role[] = ["owner", "admin", "agent", "moderator"];
const WRITERS: readonly Role[] = ["owner", "admin", "agent"];
const ById = z.object({ id: z.uuid() });

interface Parts {
  db: Database;
  channels: Channels;
  clock: Clock;
  maxBytes: number;
}

export function mediaRoutes(parts: Parts): Route[] {
  return [...copyRoutes(parts), uploadRoute(parts)];
}

function copyRoutes({ db, clock }: Parts): Route[] {
  async function existing(id: string) {
    const row = await readMedia(db, id);
    if (!row) throw new NotFound(`There is no file ${id}.`);
    return row;
  }
  return [
    defineRoute({
      method: "get",
      path: "/media/{id}",
      summary: "A file that somebody sent: what it is, and whether we have a copy",
      roles: READERS,
      params: ById,
      response: MediaView,
      handle: async ({ params }) => present(await existing(params.id)),
    }),
    defineRoute({
      method: "get",
      path: "/media/{id}/content",
      summary: "The file itself; it is saved, or shown where it is a picture, a sound or a film",
      roles: READERS,
      params: ById,
      response: Download,
      download: true,
      async handle({ params }) {
        const { bytes, name, mimeType, kind, reason, state } = await existing(params.id);
        if (bytes && mimeType) return { bytes, mimeType, name: name ?? kind, inline: isShown(mimeType) };
        throw new NotFound(state === "refused" ? `There is no copy: ${reason}` : "The file is still being fetched.");
      },
    }),
    defineRoute({
      method: "post",
      path: "/media/{id}/retry",
      summary: "Fetch a refused file once more",
      roles: WRITERS,
      params: ById,
      response: MediaView,
      async handle({ params }) {
        await existing(params.id);
        await retryMedia(db, params.id, clock.now());
        return present(await existing(params.id));
      },
    }),
  ];
}

function uploadRoute({ db, channels, maxBytes }: Parts): Route {
  return defineRoute({
    method: "post",
    path: "/channels/{id}/files",
    summary: "Upload a file to be sent on this channel: `ref` of the answer goes into a message's file part",
    roles: WRITERS,
    params: ById,
    upload: { maxBytes },
    response: UploadedFile,
    status: 201,
    async handle({ params, body }) {
      if (!channels.get(params.id)) throw new NotFound(`There is no open channel ${params.id}.`);
      const { bytes, name } = body as Upload;
      const judgement = await judge(bytes, "document");
      const mimeType = judgement.ok ? judgement.mimeType : "application/octet-stream";
      const kind = kindOf(mimeType);
      const ref = await storeUpload(db, { channelId: params.id, kind, name, mimeType, bytes });
      return { ref, kind, name, mimeType, size: bytes.length };
    },
  });
}

function kindOf(mimeType: string): UploadedFile["kind"] {
  const [group] = mimeType.split("/");
  return group === "image" || group === "audio" || group === "video" ? group : "document";
}

function present({ id, channelId, kind, state, reason, name, mimeType, size }: MediaRow): MediaView {
  return { id, channelId, kind, state, reason, name, mimeType, size };
}
