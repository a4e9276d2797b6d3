export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Server-sent events out of a stream of bytes. A stream that is silent for `patienceMs` is taken for dead. */
export async function* readEvents(body: ReadableStream<Uint8Array>, patienceMs: number): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), patienceMs);
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function eventOf(block: string): ServerEvent | undefined {
  const fields: ServerEvent = { id: "", event: "message", data: "" };
  let hasData = false;
  for (const line of block.split("\n")) {
    const [, name, value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === "id") fields.id = value;
    else if (name === "event") fields.event = value;
    else if (name === "data") {
      fields.data += hasData ? `\n${value}` : value;
      hasData = true;
    }
  }
  return hasData ? fields : undefined;
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The stream fell silent.")), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
