import { Button, Group, Menu, TextInput } from "@mantine/core";
import { useState, type ReactElement } from "react";
import { useSpeech } from "../../lib/i18n.ts";
import { shortly } from "../../lib/time.ts";
import { moments } from "./moments.ts";
import styles from "./inbox.module.css";

/** A moment in the future: one of the usual, or any. */
export function WhenMenu({
  title,
  opened,
  onChange,
  onChoose,
  children,
}: {
  title: string;
  opened: boolean;
  onChange: (opened: boolean) => void;
  onChoose: (at: Date) => void;
  children: ReactElement;
}) {
  const { t, language } = useSpeech();
  const [own, setOwn] = useState("");
  const at = own ? new Date(own) : undefined;
  function choose(moment: Date) {
    onChange(false);
    onChoose(moment);
  }
  return (
    <Menu opened={opened} onChange={onChange} position="bottom-end" withinPortal>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{title}</Menu.Label>
        {moments(new Date()).map(({ name, at: moment }) => (
          <Menu.Item
            key={name}
            onClick={() => choose(moment)}
            rightSection={<span className="quiet">{shortly(moment, language)}</span>}
          >
            {t(name)}
          </Menu.Item>
        ))}
        <Group gap="sm" p="sm" wrap="nowrap" className={styles.ownMoment}>
          <TextInput
            type="datetime-local"
            aria-label={t("Another moment")}
            value={own}
            onChange={(event) => setOwn(event.currentTarget.value)}
            onKeyDown={(event) => event.stopPropagation()}
          />
          <Button size="sm" variant="default" disabled={!at || at <= new Date()} onClick={() => at && choose(at)}>
            {t("Choose")}
          </Button>
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}
