import { Button, FileButton, Group, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { QuoteSettings } from "../../../../src/contract/api-documents.ts";
import { Empty } from "../../app/states.tsx";
import { useSpeech, type Translate } from "../../lib/i18n.ts";
import { AUDIENCES } from "./article-form.tsx";
import { DocumentPanel } from "./document-panel.tsx";
import { Answer, Card, Moment, More } from "./parts.tsx";
import { documentsQuery, quotingQuery, useChange, type DocumentView } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./knowledge.module.css";

const FILES = ".md,.markdown,.html,.htm,.pdf,.docx,.csv";

/** What the bot may quote from, beside the articles. */
export function Documents({ mayWrite, mayKeep }: { mayWrite: boolean; mayKeep: boolean }) {
  const { t } = useSpeech();
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const list = useInfiniteQuery({ ...documentsQuery(search), placeholderData: keepPreviousData });
  return (
    <>
      {mayWrite && <Add />}
      <TextInput
        type="search"
        aria-label={t("Search the documents")}
        placeholder={t("Search the documents")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Answer query={list} rows={4}>
        {({ pages }) => <Rows rows={pages.flatMap(({ items }) => items)} searched={search !== ""} />}
      </Answer>
      <More list={list} />
      <Quoting mayKeep={mayKeep} />
      <DocumentPanel mayWrite={mayWrite} />
    </>
  );
}

/** A file or a page of the web, read as a draft: nobody is answered from it before it was looked at. */
function Add() {
  const { t } = useSpeech();
  const { go } = usePlace();
  const [url, setUrl] = useState("");
  const onDone = ({ id }: DocumentView) => {
    setUrl("");
    go({ document: id });
  };
  const upload = useChange((file: File) => ({ path: "/documents/upload", method: "POST", file }), {
    onDone,
    quiet: true,
  });
  const read = useChange(() => ({ path: "/documents/import-page", body: { url: url.trim() } }), {
    onDone,
    quiet: true,
  });
  const error = upload.error ?? read.error;
  function submit(event: FormEvent) {
    event.preventDefault();
    read.mutate();
  }
  return (
    <Card
      title={t("Add a document")}
      says={t("Markdown, HTML, PDF, Word or CSV. It waits as a draft until you have looked at what was found in it.")}
    >
      <form onSubmit={submit} className={styles.bar}>
        <FileButton accept={FILES} onChange={(file) => file && upload.mutate(file)}>
          {(props) => (
            <Button {...props} loading={upload.isPending}>
              {t("Choose a file")}
            </Button>
          )}
        </FileButton>
        <TextInput
          className={styles.grow}
          type="url"
          aria-label={t("Address of a page")}
          placeholder="https://example.com/returns"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!url.trim()} loading={read.isPending}>
          {t("Read the page")}
        </Button>
      </form>
      {error && <p role="alert">{error.message}</p>}
    </Card>
  );
}

const STATES: Readonly<Record<DocumentView["state"], string>> = {
  draft: "Draft",
  published: "Published",
  archived: "Archived",
};

function Rows({ rows, searched }: { rows: readonly DocumentView[]; searched: boolean }) {
  const { t } = useSpeech();
  const { go } = usePlace();
  if (rows.length === 0) {
    return searched ? (
      <Empty title={t("No document says this")}>{t("Search with other words, or add it.")}</Empty>
    ) : (
      <Empty title={t("No document yet")}>
        {t("Where no article answers, the bot may quote a passage of a document, word for word, with its source.")}
      </Empty>
    );
  }
  return (
    <ul className={styles.rows}>
      {rows.map((row) => (
        <li key={row.id}>
          <button type="button" className={styles.row} onClick={() => go({ document: row.id })}>
            <span className={styles.title}>{row.title}</span>
            <span className="quiet">
              {factsOf(row, t).join(" · ")} · <Moment at={row.updatedAt} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function factsOf({ state, live, draft, audience }: DocumentView, t: Translate): string[] {
  const shown = draft ?? live;
  return [
    t(STATES[state]),
    ...(shown ? [t("passages: {n}", { n: shown.passages })] : []),
    ...(live && draft ? [t("a newer version waits")] : []),
    ...(draft && draft.findings.length > 0 ? [t("to be looked at: {n}", { n: draft.findings.length })] : []),
    ...(audience === "everyone" ? [] : [t(AUDIENCES[audience])]),
  ];
}

function Quoting({ mayKeep }: { mayKeep: boolean }) {
  const { t } = useSpeech();
  const settings = useQuery(quotingQuery).data;
  const change = useChange((body: QuoteSettings) => ({ path: "/documents/settings", method: "PUT", body }));
  if (!settings) return null;
  return (
    <Group>
      <Switch
        label={t("The bot may quote from published documents")}
        checked={settings.enabled}
        disabled={!mayKeep || change.isPending}
        onChange={(event) => change.mutate({ ...settings, enabled: event.currentTarget.checked })}
      />
    </Group>
  );
}
