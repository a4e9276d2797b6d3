import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const river: MantineColorsTuple = [
  "#e6f5f2", "#d3ebe6", "#a7d7ce", "#77c2b4", "#51b09f", "#3cb5a3", "#1f8f80", "#0f6e63", "#0b5850", "#06413b",
]; // prettier-ignore

/** Darker than the library's own, so that words in it can be read on white. */
const red: MantineColorsTuple = [
  "#fff5f5", "#ffe3e3", "#ffc9c9", "#ffa8a8", "#ff8787", "#ff6b6b", "#e03131", "#c92a2a", "#b02525", "#8f1d1d",
]; // prettier-ignore

/** The component library in our own colours, type and spacing: it must not look like itself. */
const theme = createTheme({
  colors: { river, red },
  primaryColor: "river",
  primaryShade: { light: 7, dark: 7 }, // white words on it must be readable
  autoContrast: true,
  defaultRadius: 6,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontSizes: { xs: "12px", sm: "14px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "24px", xl: "28px" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "20px", lineHeight: "28px" }, h2: { fontSize: "16px" } } },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  focusRing: "auto",
  cursorType: "pointer",
  components: {
    Anchor: { defaultProps: { underline: "always" } },
    // Whoever has no mouse scrolls with the keys.
    TableScrollContainer: { defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } },
  },
});

/** The same, with what its own buttons are called for whoever hears the page. */
export function themeFor(close: string) {
  const named = { defaultProps: { closeButtonProps: { "aria-label": close } } };
  return createTheme({ ...theme, components: { ...theme.components, Drawer: named, Modal: named } });
}

export const variables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--text-quiet)",
    "--mantine-color-default-border": "var(--line)",
    "--mantine-color-error": "var(--danger)",
  };
  return { variables: {}, light: shared, dark: shared };
};
