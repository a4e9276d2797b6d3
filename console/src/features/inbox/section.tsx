import type { ReactNode } from "react";
import styles from "./inbox.module.css";

/** One part of what is known of a person. */
export function Section({ title, tools, children }: { title: string; tools?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <header className={styles.sectionHead}>
        <h3>{title}</h3>
        {tools}
      </header>
      {children}
    </section>
  );
}
