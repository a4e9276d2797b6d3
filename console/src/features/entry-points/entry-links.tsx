import { Anchor, Button, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import type { EntryPointDetail } from "../../../../src/contract/api-attribution.ts";
import { useSpeech } from "../../lib/i18n.ts";
import styles from "./entry-points.module.css";

/** What to print and to share: the QR code, the short link, the code, and each platform's own link. */
export function EntryLinks({ entryPoint }: { entryPoint: EntryPointDetail }) {
  const { t } = useSpeech();
  const { id, name, code, url, qr, keyword, links } = entryPoint;
  return (
    <Stack gap="lg">
      <Group align="flex-start" gap="lg">
        <img src={new URL(qr.svg).pathname} alt={t("QR code of {name}", { name })} className={styles.qr} />
        <Stack gap="sm">
          <Button component="a" href={new URL(qr.svg).pathname} download={`${code}.svg`} variant="default">
            {t("Save as SVG, for print")}
          </Button>
          <Button component="a" href={new URL(qr.png).pathname} download={`${code}.png`} variant="default">
            {t("Save as PNG")}
          </Button>
          <Button
            component="a"
            href={`/api/v1/entry-points/sheet?ids=${id}`}
            target="_blank"
            rel="noopener"
            variant="default"
          >
            {t("Print a label")}
          </Button>
        </Stack>
      </Group>
      <Address title={t("Short link, to print")} address={url} />
      <Address title={t("Code, to be typed or spoken")} address={code} />
      {keyword !== null && <Address title={t("Keyword")} address={keyword} />}
      {links.map((link) => (
        <Platform key={link.channelId} link={link} />
      ))}
    </Stack>
  );
}

function Platform({ link }: { link: EntryPointDetail["links"][number] }) {
  const { t, language } = useSpeech();
  return (
    <div>
      {link.url === null ? (
        <>
          <Title order={2}>{link.name}</Title>
          <Text className="quiet">{link.problem ?? t("Its channel gives no link right now.")}</Text>
        </>
      ) : (
        <Address title={t("Opens the chat at once: {channel}", { channel: link.name })} address={link.url} isLink />
      )}
      {link.limits.map(({ name, says }) => (
        <Text key={name} size="xs" className="quiet">
          {says[language]}
        </Text>
      ))}
    </div>
  );
}

function Address({ title, address, isLink = false }: { title: string; address: string; isLink?: boolean }) {
  const { t } = useSpeech();
  return (
    <div>
      <Title order={2}>{title}</Title>
      <Group gap="sm" wrap="nowrap">
        <Code className={styles.address}>
          {isLink && /^https?:/.test(address) ? (
            <Anchor href={address} target="_blank" rel="noopener noreferrer" inherit>
              {address}
            </Anchor>
          ) : (
            address
          )}
        </Code>
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" className={styles.copy} onClick={copy}>
              {copied ? t("Copied") : t("Copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
