import { Button, Group, Select, Table, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { TokenView } from "../../../../src/contract/api-staff.ts";
import { useSpeech } from "../../lib/i18n.ts";
import type { Role } from "../../lib/me.ts";
import { ago, exactly } from "../../lib/time.ts";
import { Asked, Card, Fault, faultsOf, Head, Once, useDo } from "./parts.tsx";
import { ROLE_WORDS, useRoles } from "./team.tsx";

const TOKENS = "/tokens?limit=200";

export function Tokens() {
  const { t, language } = useSpeech();
  const roles = useRoles();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [made, setMade] = useState<string>();
  const create = useDo<{ token: string }>(() => ({ path: "/tokens", body: { name, role } }), [TOKENS], {
    quiet: true,
    onDone({ token }) {
      setMade(token);
      setName("");
    },
  });
  const revoke = useDo<unknown, string>((id) => ({ path: `/tokens/${id}`, method: "DELETE" }), [TOKENS]);
  const faults = faultsOf(create.error);
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <>
      <Head title={t("API tokens")}>{t("Tokens for programs. Whoever has one may do what its role may.")}</Head>
      <Card title={t("Make a token")}>
        <form onSubmit={submit}>
          <Group align="flex-end">
            <TextInput
              label={t("What it is for")}
              placeholder={t("Till in the shop")}
              required
              w={280}
              value={name}
              error={faults["body.name"]}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select
              label={t("Role")}
              w={180}
              allowDeselect={false}
              data={roles}
              value={role}
              onChange={(value) => setRole((value ?? role) as Role)}
            />
            <Button type="submit" loading={create.isPending}>
              {t("Make the token")}
            </Button>
          </Group>
        </form>
        {Object.keys(faults).length === 0 && <Fault error={create.error} />}
        {made && <Once value={made}>{t("The token, shown this once. Keep it where the program finds it.")}</Once>}
      </Card>
      <Card>
        <Asked<{ items: TokenView[] }> path={TOKENS}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="quiet">{t("No program has a token yet.")}</p>
            ) : (
              <Table.ScrollContainer minWidth={600}>
                <Table verticalSpacing="sm">
                  <Table.Thead>
                    <Table.Tr>
                      {["Name", "Role", "Begins with", "Last used"].map((head) => (
                        <Table.Th key={head}>{t(head)}</Table.Th>
                      ))}
                      <Table.Th aria-label={t("Revoke")} />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {items.map((token) => (
                      <Table.Tr key={token.id}>
                        <Table.Td>{token.name}</Table.Td>
                        <Table.Td>{t(ROLE_WORDS[token.role])}</Table.Td>
                        <Table.Td>{token.prefix}</Table.Td>
                        <Table.Td title={token.lastUsedAt ? exactly(token.lastUsedAt, language) : undefined}>
                          {token.lastUsedAt ? (
                            ago(token.lastUsedAt, new Date(), language)
                          ) : (
                            <span className="quiet">{t("never")}</span>
                          )}
                        </Table.Td>
                        <Table.Td align="right">
                          {token.revokedAt ? (
                            <span className="quiet">{t("revoked")}</span>
                          ) : (
                            <Button size="xs" variant="default" onClick={() => revoke.mutate(token.id)}>
                              {t("Revoke")}
                            </Button>
                          )}
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )
          }
        </Asked>
      </Card>
    </>
  );
}
