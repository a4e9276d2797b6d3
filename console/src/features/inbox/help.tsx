import { Kbd, Modal, Table } from "@mantine/core";
import { useSpeech } from "../../lib/i18n.ts";

const KEYS: readonly [key: string, does: string][] = [
  ["j", "Next conversation"],
  ["k", "Previous conversation"],
  ["r", "Reply"],
  ["n", "Private note"],
  ["e", "Resolve or reopen"],
  ["s", "Put aside"],
  ["a", "Assign"],
  ["l", "Labels"],
  ["p", "Person"],
  ["/", "Search people and messages"],
  ["?", "These keys"],
  ["Esc", "Leave the field"],
];

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useSpeech();
  return (
    <Modal opened={opened} onClose={onClose} title={t("Keys")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([key, does]) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{t(does)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
