import { HubError } from "../../contract/index.ts";

/** An encoder that gives no vectors; the answerer goes on without it. */
export class EmbedderFault extends HubError {
  readonly code = "embedder_fault";
}
