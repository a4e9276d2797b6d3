import { Button, Drawer, Group, Stack, Table, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { CannedReplyView } from "../../../../src/contract/api-desk.ts";
import { CANNED_NAMES, fillCanned } from "../../../../src/contract/canned.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Asked, Card, Fault, faultsOf, Head, useDo } from "./parts.tsx";
import styles from "./settings.module.css";

const CANNED = "/canned-replies";

export function CannedReplies() {
  const { t, language } = useSpeech();
  const [open, setOpen] = useState<CannedReplyView | "new">();
  return (
    <>
      <Head title={t("Canned replies")} action={<Button onClick={() => setOpen("new")}>{t("Write one")}</Button>}>
        {t("Answers that agents keep ready. In the inbox, / and the shortcut put one in, in the customer's language.")}
      </Head>
      <Card>
        <Asked<{ items: CannedReplyView[] }> path={CANNED}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="quiet">{t("None yet. Begin with what you type every day.")}</p>
            ) : (
              <Table verticalSpacing="sm" highlightOnHover>
                <Table.Tbody>
                  {items.map((reply) => (
                    <Table.Tr key={reply.id}>
                      <Table.Td className={styles.code}>/{reply.shortcut}</Table.Td>
                      <Table.Td>
                        {reply.title}
                        <br />
                        <span className="quiet">
                          {(language === "zh" ? (reply.textZh ?? reply.textEn) : (reply.textEn ?? reply.textZh))?.slice(
                            0,
                            120,
                          )}
                        </span>
                      </Table.Td>
                      <Table.Td align="right">
                        <Button size="xs" variant="default" onClick={() => setOpen(reply)}>
                          {t("Change")}
                        </Button>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Asked>
      </Card>
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="lg"
        title={t("Canned reply")}
        closeButtonProps={{ "aria-label": t("Close") }}
      >
        {open && <CannedForm reply={open === "new" ? undefined : open} onDone={() => setOpen(undefined)} />}
      </Drawer>
    </>
  );
}

function CannedForm({ reply, onDone }: { reply: CannedReplyView | undefined; onDone: () => void }) {
  const { t } = useSpeech();
  const [body, setBody] = useState({
    shortcut: reply?.shortcut ?? "",
    title: reply?.title ?? "",
    textEn: reply?.textEn ?? "",
    textZh: reply?.textZh ?? "",
  });
  const sent = {
    ...body,
    textEn: body.textEn.trim() ? body.textEn : null,
    textZh: body.textZh.trim() ? body.textZh : null,
  };
  const save = useDo(
    () => ({ path: reply ? `${CANNED}/${reply.id}` : CANNED, method: reply ? "PUT" : "POST", body: sent }),
    [CANNED],
    { quiet: true, onDone },
  );
  const remove = useDo(() => ({ path: `${CANNED}/${reply?.id}`, method: "DELETE" }), [CANNED], { onDone });
  const faults = faultsOf(save.error);
  const sample = { name: t("Ana"), agent: t("Mei"), channel: "Telegram", order: "A-1234", organisation: t("Our shop") };
  const preview = [body.textEn, body.textZh].map((words) => fillCanned(words, sample).text).filter(Boolean);
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  const field = (name: keyof typeof body) => ({
    value: body[name],
    error: faults[`body.${name}`],
    onChange: (event: { currentTarget: { value: string } }) => setBody({ ...body, [name]: event.currentTarget.value }),
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t("Shortcut")} leftSection="/" required {...field("shortcut")} />
        <TextInput label={t("Title")} required {...field("title")} />
        <Textarea label="English" autosize minRows={3} {...field("textEn")} />
        <Textarea label="中文" autosize minRows={3} {...field("textZh")} />
        <p className="quiet">
          {t("These are put in:")} {CANNED_NAMES.map((name) => `{{${name}}}`).join(" ")}
        </p>
        {preview.length > 0 && (
          <div className={styles.card}>
            <strong>{t("What it looks like")}</strong>
            {preview.map((words) => (
              <p key={words} style={{ whiteSpace: "pre-wrap", margin: 0 }}>
                {words}
              </p>
            ))}
          </div>
        )}
        {Object.keys(faults).length === 0 && <Fault error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {t("Keep it")}
          </Button>
          {reply && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("Remove")}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
