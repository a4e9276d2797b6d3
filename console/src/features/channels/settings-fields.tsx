import { PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import { useSpeech } from "../../lib/i18n.ts";
import type { AdapterRow, Field } from "./queries.ts";

export type Values = Record<string, unknown>;

/** One input for each setting that the schema names, in the language of the console. */
export function SettingsFields({
  schema,
  values,
  faults,
  onChange,
}: {
  schema: AdapterRow["settings"];
  values: Values;
  faults: Readonly<Record<string, string>>;
  onChange: (values: Values) => void;
}) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => (
    <OneField
      key={name}
      name={name}
      field={field}
      required={required.has(name) && field.default === undefined}
      value={values[name]}
      fault={faults[`settings.${name}`] ?? faults[`body.settings.${name}`]}
      onChange={(value) => {
        const { [name]: _before, ...rest } = values;
        onChange(value === undefined || value === "" ? rest : { ...rest, [name]: value });
      }}
    />
  ));
}

interface OneFieldProps {
  name: string;
  field: Field;
  required: boolean;
  value: unknown;
  fault: string | undefined;
  onChange: (value: unknown) => void;
}

function OneField({ name, field, required, value, fault, onChange }: OneFieldProps) {
  const { language } = useSpeech();
  const chinese = language === "zh";
  const words = {
    label: (chinese ? field.title_zh : field.title) ?? field.title ?? name,
    description: (chinese ? field.description_zh : field.description) ?? field.description,
    ...(fault !== undefined && { error: fault }),
  };
  if (field.enum) {
    return (
      <Select
        {...words}
        data={field.enum}
        value={String(value ?? field.default ?? "")}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  }
  if (field.type === "boolean") {
    return (
      <Switch
        {...words}
        checked={Boolean(value ?? field.default)}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  const text = { ...words, required, value: String(value ?? ""), placeholder: String(field.default ?? "") };
  if (field.secret) {
    return <PasswordInput {...text} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  return <TextInput {...text} onChange={(event) => onChange(typed(event.currentTarget.value, field))} />;
}

/** Numbers and lists as the schema wants them; what does not fit stays text, and the hub says what is wrong with it. */
function typed(text: string, { type }: Field): unknown {
  if ((type === "number" || type === "integer") && text.trim() !== "" && Number.isFinite(Number(text)))
    return Number(text);
  return type === "array" ? text.split(",").map((each) => each.trim()) : text;
}
