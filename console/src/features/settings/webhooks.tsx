import { Anchor, Badge, Button, Checkbox, Drawer, Group, Stack, Table, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import {
  WEBHOOK_EVENTS,
  type MadeWebhook,
  type WebhookDeliveryView,
  type WebhookEvent,
  type WebhookView,
} from "../../../../src/contract/api-notify.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { ago, exactly } from "../../lib/time.ts";
import { Asked, Card, Fault, faultsOf, Head, Once, useDo } from "./parts.tsx";
import styles from "./settings.module.css";

const WEBHOOKS = "/webhooks";
const EVENT_WORDS: Readonly<Record<WebhookEvent, string>> = {
  "message.received": "A message came",
  "conversation.handed-over": "A person is to take over",
  "conversation.resolved": "A conversation was resolved",
  "conversion.recorded": "An order, booking or refund",
  "case.opened": "A case was opened",
};

/** Other programs that are told what happens here. */
export function Webhooks() {
  const { t } = useSpeech();
  const [open, setOpen] = useState<string>();
  return (
    <>
      <Head title={t("Webhooks")}>
        {t("Addresses of your programs that are told what happens, signed as Standard Webhooks asks.")}{" "}
        <Anchor href="https://www.standardwebhooks.com" target="_blank" rel="noreferrer">
          standardwebhooks.com
        </Anchor>
      </Head>
      <NewWebhookForm />
      <Asked<{ items: WebhookView[] }> path={WEBHOOKS}>
        {({ items }) => (
          <>
            {items.map((webhook) => (
              <WebhookCard key={webhook.id} webhook={webhook} onLog={() => setOpen(webhook.id)} />
            ))}
            <Drawer
              opened={open !== undefined}
              onClose={() => setOpen(undefined)}
              position="right"
              size="xl"
              title={t("What it was told")}
              closeButtonProps={{ "aria-label": t("Close") }}
            >
              {open && <DeliveryLog id={open} />}
            </Drawer>
          </>
        )}
      </Asked>
    </>
  );
}

function NewWebhookForm() {
  const { t } = useSpeech();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<string[]>([]);
  const [secret, setSecret] = useState<string>();
  const create = useDo<MadeWebhook>(() => ({ path: WEBHOOKS, body: { name, url, events } }), [WEBHOOKS], {
    quiet: true,
    onDone(made) {
      setSecret(made.secret);
      setName("");
      setUrl("");
      setEvents([]);
    },
  });
  const faults = faultsOf(create.error);
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <Card title={t("Tell a program")}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <div className={styles.two}>
            <TextInput
              label={t("Name")}
              required
              value={name}
              error={faults["body.name"]}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={t("Address")}
              placeholder="https://crm.example.com/hooks"
              type="url"
              required
              value={url}
              error={faults["body.url"]}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
          </div>
          <Checkbox.Group label={t("Events")} value={events} onChange={setEvents} error={faults["body.events"]}>
            <Stack gap="xs" mt="xs">
              {WEBHOOK_EVENTS.map((each) => (
                <Checkbox key={each} value={each} label={`${t(EVENT_WORDS[each])} (${each})`} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group>
            <Button type="submit" disabled={events.length === 0} loading={create.isPending}>
              {t("Tell it from now on")}
            </Button>
          </Group>
        </Stack>
      </form>
      {Object.keys(faults).length === 0 && <Fault error={create.error} />}
      {secret && (
        <Once value={secret}>
          {t("The secret that proves it is us, shown this once. The program checks signatures with it.")}
        </Once>
      )}
    </Card>
  );
}

function WebhookCard({ webhook, onLog }: { webhook: WebhookView; onLog: () => void }) {
  const { t, language } = useSpeech();
  const at = `${WEBHOOKS}/${webhook.id}`;
  const [secret, setSecret] = useState<string>();
  const change = useDo(() => ({ path: at, method: "PATCH", body: { enabled: !webhook.enabled } }), [WEBHOOKS]);
  const remove = useDo(() => ({ path: at, method: "DELETE" }), [WEBHOOKS]);
  const ping = useDo(() => ({ path: `${at}/ping`, method: "POST" }), [`${at}/deliveries`], { onDone: onLog });
  const renew = useDo<{ secret: string }>(() => ({ path: `${at}/secret`, method: "POST" }), [], {
    onDone: (made) => setSecret(made.secret),
  });
  return (
    <Card>
      <Group justify="space-between" wrap="nowrap">
        <strong>{webhook.name}</strong>
        {webhook.enabled ? (
          webhook.failingSince ? (
            <span className={styles.bad} title={exactly(webhook.failingSince, language)}>
              {t("fails since {moment}", { moment: ago(webhook.failingSince, new Date(), language) })}
            </span>
          ) : (
            <span className={styles.good}>{t("on")}</span>
          )
        ) : (
          <span className="quiet">{t("switched off")}</span>
        )}
      </Group>
      <span className={styles.code}>{webhook.url}</span>
      <Group gap="xs">
        {webhook.events.map((each) => (
          <Badge key={each} variant="light" radius="sm" tt="none">
            {each}
          </Badge>
        ))}
      </Group>
      {webhook.stoppedReason && <span className={styles.bad}>{webhook.stoppedReason}</span>}
      {secret && <Once value={secret}>{t("The new secret, shown this once. The old one is void.")}</Once>}
      <Group gap="sm">
        <Button size="xs" variant="default" onClick={onLog}>
          {t("What it was told")}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!webhook.enabled}
          loading={ping.isPending}
          onClick={() => ping.mutate()}
        >
          {t("Send a test")}
        </Button>
        <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate()}>
          {webhook.enabled ? t("Switch off") : t("Switch on")}
        </Button>
        <Button size="xs" variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
          {t("New secret")}
        </Button>
        <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("Remove")}
        </Button>
      </Group>
    </Card>
  );
}

const STATE_WORDS = { waiting: "waits", sent: "arrived", failed: "given up" } as const;

function DeliveryLog({ id }: { id: string }) {
  const { t, language } = useSpeech();
  const path = `${WEBHOOKS}/${id}/deliveries`;
  const again = useDo<unknown, string>((delivery) => ({ path: `${path}/${delivery}/retry`, method: "POST" }), [path]);
  const look = useDo(() => ({ path }), [path]);
  return (
    <Stack>
      <Group>
        <Button size="xs" variant="default" loading={look.isPending} onClick={() => look.mutate()}>
          {t("Look again")}
        </Button>
      </Group>
      <Asked<{ items: WebhookDeliveryView[] }> path={path}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t("Nothing yet. Send a test to see whether it arrives.")}</p>
          ) : (
            <Table.ScrollContainer minWidth={560}>
              <Table verticalSpacing="sm">
                <Table.Tbody>
                  {items.map((delivery) => (
                    <Table.Tr key={delivery.id}>
                      <Table.Td title={exactly(delivery.createdAt, language)}>
                        {ago(delivery.createdAt, new Date(), language)}
                      </Table.Td>
                      <Table.Td>{delivery.event}</Table.Td>
                      <Table.Td>
                        <span
                          className={
                            delivery.state === "sent" ? styles.good : delivery.state === "failed" ? styles.bad : "quiet"
                          }
                        >
                          {t(STATE_WORDS[delivery.state])}
                        </span>{" "}
                        {delivery.status ?? ""}
                        {delivery.reason && (
                          <>
                            <br />
                            <span className="quiet">{delivery.reason}</span>
                          </>
                        )}
                      </Table.Td>
                      <Table.Td className="number">{t("{n} tries", { n: delivery.attempts })}</Table.Td>
                      <Table.Td align="right">
                        {delivery.state !== "waiting" && (
                          <Button size="xs" variant="default" onClick={() => again.mutate(delivery.id)}>
                            {t("Send again")}
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Asked>
    </Stack>
  );
}
