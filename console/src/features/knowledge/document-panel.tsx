import { Anchor, Button, Drawer, FileButton, Group, Stack } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DocumentFinding, DocumentVersionView } from "../../../../src/contract/api-documents.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { DocumentForm } from "./document-form.tsx";
import { Answer, Card, Moment, More, Notice } from "./parts.tsx";
import { documentQuery, passagesQuery, useChange, type DocumentView, type PassageView } from "./queries.ts";
import { usePlace } from "./search.ts";
import styles from "./knowledge.module.css";

/** The document that the address names: what was found in it, its passages, and what becomes of it. */
export function DocumentPanel({ mayWrite }: { mayWrite: boolean }) {
  const { t } = useSpeech();
  const { place, go } = usePlace();
  const found = useQuery({ ...documentQuery(place.document ?? ""), enabled: place.document !== undefined });
  const close = () => go({ document: undefined });
  return (
    <Drawer
      opened={place.document !== undefined}
      onClose={close}
      position="right"
      size="xl"
      title={found.data?.title ?? t("Document")}
      closeButtonProps={{ "aria-label": t("Close") }}
    >
      {place.document !== undefined && (
        <Answer query={found}>
          {(document) => (
            <Stack key={document.id} gap="lg">
              {document.draft && <Version document={document} version={document.draft} isDraft mayWrite={mayWrite} />}
              {document.live && <Version document={document} version={document.live} mayWrite={mayWrite} />}
              {mayWrite && <Renew document={document} />}
              <DocumentForm key={document.updatedAt} document={document} mayWrite={mayWrite} />
              {mayWrite && <End document={document} onGone={close} />}
            </Stack>
          )}
        </Answer>
      )}
    </Drawer>
  );
}

interface VersionProps {
  document: DocumentView;
  version: DocumentVersionView;
  isDraft?: boolean;
  mayWrite: boolean;
}

function Version({ document, version, isDraft = false, mayWrite }: VersionProps) {
  const { t } = useSpeech();
  const { findings } = version;
  const publish = useChange(() => ({
    path: `/documents/${document.id}/publish`,
    body: { versionId: version.id, findingsSeen: findings.length },
  }));
  return (
    <Card
      title={
        isDraft
          ? t("Draft, version {n}", { n: version.number })
          : t("Answered from, version {n}", { n: version.number })
      }
      says={
        <>
          <Anchor size="sm" href={`/api/v1/documents/${document.id}/versions/${version.id}/file`} download>
            {version.fileName}
          </Anchor>{" "}
          · {version.by} · <Moment at={version.at} />
        </>
      }
      tools={
        isDraft &&
        mayWrite && (
          <Button size="xs" loading={publish.isPending} onClick={() => publish.mutate()}>
            {findings.length > 0 ? t("I have looked: answer from it") : t("Answer from it")}
          </Button>
        )
      }
    >
      <Findings findings={findings} />
      <Passages document={document} version={version} mayWrite={mayWrite} />
    </Card>
  );
}

const KINDS: Readonly<Record<DocumentFinding["kind"], string>> = {
  hidden: "Text that readers do not see; it is left out.",
  "invisible-characters": "Characters that are not seen; they were taken out.",
  instructions: "Text that speaks to a program; its passage is withheld until you release it.",
};

function Findings({ findings }: { findings: readonly DocumentFinding[] }) {
  const { t } = useSpeech();
  if (findings.length === 0) return null;
  return (
    <Notice title={t("To be looked at: {n}", { n: findings.length })}>
      <ul className={styles.examples}>
        {findings.map(({ kind, excerpt, heading, page }, at) => (
          <li key={at}>
            {t(KINDS[kind])} <q>{excerpt}</q>{" "}
            <span className="quiet">
              {[heading, page !== null && t("page {n}", { n: page })].filter(Boolean).join(" · ")}
            </span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Passages({ document, version, mayWrite }: VersionProps) {
  const { t } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const list = useInfiniteQuery({ ...passagesQuery(document.id, version.id), enabled: isOpen });
  return (
    <details className={styles.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t("passages: {n}", { n: version.passages })}
        {version.withheld > 0 && ` · ${t("withheld: {n}", { n: version.withheld })}`}
      </summary>
      {isOpen && (
        <Answer query={list} rows={3}>
          {({ pages }) => (
            <>
              <ul className={styles.plain}>
                {pages
                  .flatMap(({ items }) => items)
                  .map((passage) => (
                    <Passage key={passage.id} documentId={document.id} passage={passage} mayWrite={mayWrite} />
                  ))}
              </ul>
              <More list={list} />
            </>
          )}
        </Answer>
      )}
    </details>
  );
}

function Passage({ documentId, passage, mayWrite }: { documentId: string; passage: PassageView; mayWrite: boolean }) {
  const { t } = useSpeech();
  const { id, heading, text, page, language, withheld } = passage;
  const change = useChange(() => ({
    path: `/documents/${documentId}/passages/${id}`,
    method: "PATCH",
    body: { withheld: !withheld },
  }));
  return (
    <li>
      <div className={styles.head}>
        <strong>{[heading, page !== null && t("page {n}", { n: page })].filter(Boolean).join(" · ")}</strong>
        {mayWrite && (
          <Button size="compact-xs" variant="default" loading={change.isPending} onClick={() => change.mutate()}>
            {withheld ? t("Release") : t("Withhold")}
          </Button>
        )}
      </div>
      {withheld && <p className={styles.warn}>{t("Nobody is answered from this passage.")}</p>}
      <p className={styles.text} lang={language === "zh" ? "zh-CN" : "en"}>
        {text}
      </p>
    </li>
  );
}

/** A newer file, or the same page once more. */
function Renew({ document: { id, sourceUrl } }: { document: DocumentView }) {
  const { t } = useSpeech();
  const upload = useChange((file: File) => ({ path: `/documents/${id}/versions`, method: "POST", file }));
  const again = useChange(() => ({ path: `/documents/${id}/refetch`, body: {} }));
  return (
    <Group gap="sm">
      <FileButton accept=".md,.markdown,.html,.htm,.pdf,.docx,.csv" onChange={(file) => file && upload.mutate(file)}>
        {(props) => (
          <Button {...props} variant="default" loading={upload.isPending}>
            {t("Upload a newer version")}
          </Button>
        )}
      </FileButton>
      {sourceUrl !== null && (
        <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          {t("Read the page again")}
        </Button>
      )}
    </Group>
  );
}

/** Kept and no longer answered from, or gone for good; only the first can be taken back, so the second asks. */
function End({ document: { id, state }, onGone }: { document: DocumentView; onGone: () => void }) {
  const { t } = useSpeech();
  const [isAsked, setAsked] = useState(false);
  const archive = useChange(() => ({ path: `/documents/${id}/archive`, body: {} }));
  const remove = useChange(() => ({ path: `/documents/${id}`, method: "DELETE" }), { onDone: onGone });
  return (
    <Group gap="sm">
      {state === "published" && (
        <Button variant="default" loading={archive.isPending} onClick={() => archive.mutate()}>
          {t("Answer from it no more")}
        </Button>
      )}
      {isAsked ? (
        <>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("Delete it with all versions, for good")}
          </Button>
          <Button variant="default" onClick={() => setAsked(false)}>
            {t("Keep it")}
          </Button>
        </>
      ) : (
        <Button variant="default" onClick={() => setAsked(true)}>
          {t("Delete the document")}
        </Button>
      )}
    </Group>
  );
}
