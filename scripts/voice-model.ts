import { writeFileSync } from "node:fs";
import { MODEL_FILE } from "../src/voice/files.ts";
import { trainVoice } from "../src/voice/train.ts";

/** Trains the voice models on the texts that ship, so that a hub has them the moment it starts. */
writeFileSync(process.argv[2] ?? MODEL_FILE, trainVoice([]));
