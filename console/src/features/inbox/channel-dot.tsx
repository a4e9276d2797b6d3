/** One hue for each platform, colour-blind safe; beside a name and in charts, nowhere else. */
const HUES: Readonly<Record<string, string>> = {
  telegram: "#0077bb",
  slack: "#aa3377",
  discord: "#6655aa",
  wechat: "#228833",
  whatsapp: "#44aa77",
  line: "#88bb22",
  messenger: "#3366cc",
  instagram: "#cc3366",
  web: "#997722",
};

export function ChannelDot({ adapter, name }: { adapter: string; name: string }) {
  const background = HUES[adapter] ?? "#777777";
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      style={{ width: 8, height: 8, borderRadius: 4, background, flex: "none" }}
    />
  );
}
