import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSpeech, type Translate } from "../../lib/i18n.ts";
import { Answer, Moment, More } from "./parts.tsx";
import { useChange, versionsQuery, type ArticleVersionView, type ArticleView } from "./queries.ts";
import { differencesOf, type Difference, type Written } from "./versions.ts";
import styles from "./knowledge.module.css";

const CHANGES: Readonly<Record<ArticleVersionView["change"], string>> = {
  created: "Written",
  changed: "Changed",
  imported: "Imported",
  restored: "Brought back",
  deleted: "Deleted",
};
const TONGUE = { en: "English", zh: "中文" } as const;

/** Everything that was ever done to an article; any version comes back. */
export function ArticleVersions({
  articleId,
  mayWrite,
  onRestored,
}: {
  articleId: string;
  mayWrite: boolean;
  onRestored: () => void;
}) {
  const list = useInfiniteQuery(versionsQuery({ articleId }));
  return (
    <Answer query={list} rows={3}>
      {({ pages }) => {
        const versions = pages.flatMap(({ items }) => items);
        return (
          <>
            <ol className={styles.rows}>
              {versions.map((version, at) => (
                <Version
                  key={version.id}
                  version={version}
                  before={versions[at + 1]}
                  onRestored={mayWrite && at > 0 ? onRestored : undefined}
                />
              ))}
            </ol>
            <More list={list} />
          </>
        );
      }}
    </Answer>
  );
}

function Version({
  version,
  before,
  onRestored,
}: {
  version: ArticleVersionView;
  before: ArticleVersionView | undefined;
  onRestored: (() => void) | undefined;
}) {
  const { t } = useSpeech();
  const differs = before ? differencesOf(before.article as Written, version.article as Written) : [];
  return (
    <li className={styles.item}>
      <div className={styles.grow}>
        <p>
          <strong>{t(CHANGES[version.change])}</strong>{" "}
          <span className="quiet">
            {version.by} · <Moment at={version.at} />
          </span>
        </p>
        {version.why && <p>{version.why}</p>}
        {differs.length > 0 && <p className="quiet">{differs.map((each) => inWords(each, t)).join(" · ")}</p>}
        <details className={styles.details}>
          <summary>{t("As it was then")}</summary>
          <AsItWas article={version.article as Written} />
        </details>
      </div>
      {onRestored && <Restore version={version} onDone={onRestored} />}
    </li>
  );
}

export function Restore({ version, onDone }: { version: ArticleVersionView; onDone: (article: ArticleView) => void }) {
  const { t } = useSpeech();
  const restore = useChange<void, ArticleView>(
    () => ({ path: `/article-versions/${version.id}/restore`, method: "POST" }),
    { onDone },
  );
  return (
    <Button size="xs" variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
      {t("Bring this version back")}
    </Button>
  );
}

function AsItWas({ article: { texts = {}, phrasings = {} } }: { article: Written }) {
  return (["en", "zh"] as const).map((tongue) => {
    const text = texts[tongue];
    if (!text) return null;
    return (
      <div key={tongue} lang={tongue === "zh" ? "zh-CN" : "en"}>
        <p>
          <strong>{text.title}</strong>
        </p>
        <p className={styles.text}>{text.answer}</p>
        <p className="quiet">{(phrasings[tongue] ?? []).join(" · ")}</p>
      </div>
    );
  });
}

function inWords(difference: Difference, t: Translate): string {
  switch (difference.what) {
    case "title":
      return t("title ({language})", { language: TONGUE[difference.tongue] });
    case "answer":
      return t("answer ({language})", { language: TONGUE[difference.tongue] });
    case "phrasings":
      return t("phrasings ({language}): {added} more, {removed} fewer", {
        language: TONGUE[difference.tongue],
        added: difference.added,
        removed: difference.removed,
      });
    case "switch":
      return t("switched on or off");
    case "audience":
      return t("who may read it");
    case "time":
      return t("when it holds");
  }
}
