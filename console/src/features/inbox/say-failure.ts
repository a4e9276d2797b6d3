import { notifications } from "@mantine/notifications";

/** Beside what was tried there is no room: the sentence stands in the corner. */
export function sayFailure(error: Error): void {
  notifications.show({ color: "red", message: error.message });
}
