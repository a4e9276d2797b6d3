import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import styles from "./people.module.css";

/** One part of what is known of a person. */
export function Block({ title, children, tools }: { title: string; children: ReactNode; tools?: ReactNode }) {
  return (
    <section className={styles.block} aria-label={title}>
      <header className={styles.blockHead}>
        <Title order={2}>{title}</Title>
        {tools}
      </header>
      {children}
    </section>
  );
}
