// What the benchmark uses of nlp.js, which comes without types.
declare module "@nlpjs/core" {
  export function containerBootstrap(): Promise<{ use(plugin: unknown): void }>;
}
declare module "@nlpjs/lang-en" {
  export const LangEn: unknown;
}
declare module "@nlpjs/lang-zh" {
  export const LangZh: unknown;
}
declare module "@nlpjs/nlp" {
  export class Nlp {
    constructor(settings: { container: unknown; autoSave: boolean; autoLoad: boolean; nlu: { log: boolean } });
    addLanguage(language: string): void;
    addDocument(language: string, text: string, intent: string): void;
    train(): Promise<unknown>;
    process(language: string, text: string): Promise<{ classifications: { intent: string; score: number }[] }>;
  }
}
