import { Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import {
  BookOpen,
  CircleUser,
  DoorOpen,
  ChartNoAxesColumn,
  Inbox,
  Megaphone,
  Radio,
  Settings as SettingsIcon,
  Users,
  type LucideIcon,
} from "lucide-react";
import { useEffect, useState } from "react";
import { api } from "../lib/api.ts";
import { useSpeech } from "../lib/i18n.ts";
import { listenLive, type LiveState } from "../lib/live.ts";
import { meQuery, type Role } from "../lib/me.ts";
import { Mark } from "./mark.tsx";
import styles from "./shell.module.css";

interface Room {
  to: string;
  name: string;
  Icon: LucideIcon;
  roles: readonly Role[];
}

const EVERYBODY: readonly Role[] = ["owner", "admin", "agent", "moderator", "marketer", "viewer"];

/** The rooms of the console, in the order of a day. */
const ROOMS: readonly Room[] = [
  { to: "/inbox", name: "Inbox", Icon: Inbox, roles: ["owner", "admin", "agent", "moderator"] },
  {
    to: "/entry-points",
    name: "Entry points",
    Icon: DoorOpen,
    roles: ["owner", "admin", "agent", "marketer", "viewer"],
  },
  {
    to: "/attribution",
    name: "Attribution",
    Icon: ChartNoAxesColumn,
    roles: ["owner", "admin", "marketer", "viewer"],
  },
  { to: "/people", name: "People", Icon: Users, roles: ["owner", "admin", "agent", "moderator", "marketer"] },
  { to: "/knowledge", name: "Knowledge", Icon: BookOpen, roles: EVERYBODY },
  { to: "/voice", name: "Voice", Icon: Megaphone, roles: EVERYBODY },
  {
    to: "/channels",
    name: "Channels",
    Icon: Radio,
    roles: ["owner", "admin", "agent", "moderator", "marketer", "viewer"],
  },
  { to: "/settings", name: "Settings", Icon: SettingsIcon, roles: EVERYBODY },
];

export function Shell() {
  const { t } = useSpeech();
  const { data: me } = useSuspenseQuery(meQuery);
  const lost = useLive();
  return (
    <div className={styles.shell}>
      <nav className={styles.rail} aria-label={t("Rooms")}>
        <span className={styles.mark}>
          <Mark />
        </span>
        {ROOMS.filter(({ roles }) => roles.includes(me.role)).map(({ to, name, Icon }) => (
          <Tooltip key={to} label={t(name)} position="right" openDelay={300}>
            <Link to={to} className={styles.link} aria-label={t(name)}>
              <Icon size={20} strokeWidth={1.6} />
              <span className={styles.label}>{t(name)}</span>
            </Link>
          </Tooltip>
        ))}
        <div className={styles.foot}>
          <OwnMenu name={me.name} />
        </div>
      </nav>
      <main className={styles.main}>
        {lost && (
          <div className={styles.lost} role="status">
            {t("The line to the hub is lost. What you see may be old; it comes back by itself.")}
          </div>
        )}
        <Outlet />
      </main>
    </div>
  );
}

/** True while the live line is down for more than a moment. */
function useLive(): boolean {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("open");
  const [lost, setLost] = useState(false);
  useEffect(() => listenLive(client, setState), [client]);
  useEffect(() => {
    if (state === "open") return setLost(false);
    const timer = setTimeout(() => setLost(true), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  return lost;
}

function OwnMenu({ name }: { name: string }) {
  const { t, language, speak } = useSpeech();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  async function signOut() {
    await api("/session", { method: "DELETE" }).catch(() => undefined);
    client.clear();
    await navigate({ to: "/sign-in" });
  }
  return (
    <Menu position="right-end" withinPortal>
      <Menu.Target>
        <button type="button" className={styles.link} aria-label={t("Your account")}>
          <CircleUser size={20} strokeWidth={1.6} />
          <span className={styles.label}>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Item onClick={() => speak(language === "en" ? "zh" : "en")}>
          {language === "en" ? "中文" : "English"}
        </Menu.Item>
        <Menu.Item onClick={() => setColorScheme(colorScheme === "dark" ? "light" : "dark")}>
          {colorScheme === "dark" ? t("Light") : t("Dark")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={signOut}>{t("Sign out")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
