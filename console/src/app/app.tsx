import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { firstLanguage, keepLanguage, SpeechContext, translator, type Language, type Speech } from "../lib/i18n.ts";
import { createClient } from "./query.ts";
import { createConsoleRouter } from "./router.tsx";
import { themeFor, variables } from "./theme.ts";

const client = createClient();
const router = createConsoleRouter(client);

export function App() {
  const [language, setLanguage] = useState<Language>(() => {
    const first = firstLanguage();
    keepLanguage(first);
    return first;
  });
  const speech = useMemo<Speech>(() => {
    const speak = (next: Language) => {
      keepLanguage(next);
      setLanguage(next);
    };
    return { language, t: translator(language), speak };
  }, [language]);
  const theme = useMemo(() => themeFor(speech.t("Close")), [speech]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <SpeechContext value={speech}>
        <QueryClientProvider client={client}>
          <Notifications position="bottom-right" autoClose={6_000} />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </SpeechContext>
    </MantineProvider>
  );
}
