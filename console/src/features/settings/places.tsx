import { Button, Group, Switch } from "@mantine/core";
import { useState } from "react";
import type { PlaceCode, PlaceView } from "../../../../src/contract/api-handover.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { Asked, Card, Once, useDo } from "./parts.tsx";

const PLACES = "/me/places";
const AVAILABILITY = "/me/availability";

/** Whether I am there, and from where I answer. */
export function Places() {
  const { t } = useSpeech();
  const [code, setCode] = useState<PlaceCode>();
  const make = useDo<PlaceCode>(() => ({ path: PLACES, method: "POST" }), [], { onDone: setCode });
  const remove = useDo<unknown, string>((id) => ({ path: `${PLACES}/${id}`, method: "DELETE" }), [PLACES]);
  const away = useDo<unknown, boolean>(
    (isAway) => ({ path: AVAILABILITY, method: "PUT", body: { isAway } }),
    [AVAILABILITY, "/experts"],
  );
  return (
    <Card title={t("Where I answer")}>
      <Asked<{ isAway: boolean }> path={AVAILABILITY}>
        {({ isAway }) => (
          <Switch
            label={t("I take new conversations")}
            checked={!isAway}
            onChange={(event) => away.mutate(!event.currentTarget.checked)}
          />
        )}
      </Asked>
      <Asked<{ items: PlaceView[] }> path={PLACES}>
        {({ items }) => (
          <>
            {items.map((place) => (
              <Group key={place.id} justify="space-between">
                <span>
                  {place.channel} · {place.name}
                </span>
                <Button size="xs" variant="default" onClick={() => remove.mutate(place.id)}>
                  {t("Remove")}
                </Button>
              </Group>
            ))}
          </>
        )}
      </Asked>
      {code && (
        <Once value={code.code}>
          {t(
            "Send this to our bot from your own Slack, Telegram or WeChat within ten minutes. That chat is then yours.",
          )}
        </Once>
      )}
      <Group>
        <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
          {t("Answer from a chat of my own")}
        </Button>
      </Group>
    </Card>
  );
}
