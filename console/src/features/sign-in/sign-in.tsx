import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { Mark } from "../../app/mark.tsx";
import { api, ApiError } from "../../lib/api.ts";
import { useSpeech } from "../../lib/i18n.ts";
import { meQuery } from "../../lib/me.ts";
import styles from "./sign-in.module.css";

interface SignedIn {
  /** The password was right, and the second factor is asked for. */
  needsCode?: boolean;
}

export function SignIn() {
  const { t, language, speak } = useSpeech();
  const client = useQueryClient();
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);

  const signIn = useMutation({
    mutationFn: () => api<SignedIn>("/session", { body: { email, password, ...(needsCode && { code }) } }),
    async onSuccess(result) {
      if (result.needsCode) return setNeedsCode(true);
      client.removeQueries({ queryKey: meQuery.queryKey });
      router.history.push(safeTarget(new URLSearchParams(location.search).get("to")));
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate();
  }

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit}>
        <Stack gap="lg">
          <Stack gap="sm">
            <Mark size={32} />
            <Title order={1}>{t("Sign in to Tributary")}</Title>
            <Text className="quiet">{t("Your account is made by an invitation from the owner of this hub.")}</Text>
          </Stack>
          {signIn.error && (
            <Alert color="red" variant="light" role="alert">
              {wordsOf(signIn.error, t)}
            </Alert>
          )}
          <TextInput
            label={t("E-mail")}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("Password")}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {needsCode && (
            <TextInput
              label={t("Code from your authenticator app")}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              autoFocus
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          <Button type="submit" loading={signIn.isPending}>
            {t("Sign in")}
          </Button>
          <Button variant="subtle" onClick={() => speak(language === "en" ? "zh" : "en")}>
            {language === "en" ? "中文" : "English"}
          </Button>
        </Stack>
      </form>
    </main>
  );
}

/** Only a place of this console: a link must not lead away after the sign-in. */
function safeTarget(to: string | null): string {
  return to && /^\/(?![/\\])/.test(to) ? to : "/inbox";
}

function wordsOf(error: Error, t: (english: string) => string): string {
  if (!(error instanceof ApiError)) return t("This did not work.");
  if (error.status === 0) return t("The hub cannot be reached.");
  if (error.status === 401) return t("E-mail, password or code are not right.");
  if (error.status === 429) return t("Too many attempts. Wait a minute and try again.");
  return error.message;
}
