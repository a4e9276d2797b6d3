/** Three thin strokes joining into one. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="1.6"
      strokeLinecap="round"
      aria-hidden
    >
      <path d="M3 3c2 6 5 8 9 10v9" />
      <path d="M12 2v20" />
      <path d="M21 3c-2 6-5 8-9 10" />
    </svg>
  );
}
