import { Button, Group, NumberInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { PrivacySettings } from "../../../../src/contract/api-privacy.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Asked, Card, Fault, Head, useDo } from "./parts.tsx";

const PRIVACY = "/privacy/settings";

/** For how long we keep what, and where one person's data is given out or erased. */
export function Data() {
  const { t } = useSpeech();
  return (
    <>
      <Head title={t("Data")}>{t("What is kept of people, for how long, and how they get it or have it erased.")}</Head>
      <Asked<PrivacySettings> path={PRIVACY}>{(kept) => <Lifetime kept={kept} />}</Asked>
      <Card title={t("One person's data")}>
        <p>
          {t(
            "Whoever asks what you keep of them, or to be forgotten, is found among the people; export and erasing stand on their page.",
          )}
        </p>
        <Group>
          <Button component={Link} to="/people" variant="default">
            {t("Find the person")}
          </Button>
        </Group>
      </Card>
      <Card title={t("All data")}>
        <p>{t("The whole organisation moves to another hub by a file: cli export and cli import, on the machine.")}</p>
      </Card>
    </>
  );
}

function Lifetime({ kept }: { kept: PrivacySettings }) {
  const { t } = useSpeech();
  const [touchMonths, setMonths] = useState<number>(kept.touchMonths);
  const save = useDo(() => ({ path: PRIVACY, method: "PUT", body: { touchMonths } }), [PRIVACY], {
    quiet: true,
    said: t("Saved"),
  });
  return (
    <Card title={t("How long touches say who it was")}>
      <Group align="flex-end">
        <NumberInput
          label={t("Months")}
          description={t("After that a touch counts, and names nobody.")}
          min={1}
          max={60}
          w={240}
          value={touchMonths}
          onChange={(value) => setMonths(Number(value))}
        />
        <Button
          variant="default"
          disabled={touchMonths === kept.touchMonths}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t("Save the months")}
        </Button>
      </Group>
      <Fault error={save.error} />
    </Card>
  );
}
