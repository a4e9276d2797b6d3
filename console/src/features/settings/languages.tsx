import { MultiSelect } from "@mantine/core";
import { useSpeech } from "../../lib/i18n.ts";

/** What somebody speaks; none chosen is every one. */
export function Languages({
  value,
  onChange,
}: {
  value: readonly ("en" | "zh")[];
  onChange: (value: ("en" | "zh")[]) => void;
}) {
  const { t } = useSpeech();
  return (
    <MultiSelect
      label={t("Languages")}
      {...(value.length === 0 && { placeholder: t("every language") })}
      miw={180}
      data={[
        { value: "en", label: "English" },
        { value: "zh", label: "中文" },
      ]}
      value={[...value]}
      onChange={(chosen) => onChange(chosen as ("en" | "zh")[])}
    />
  );
}
