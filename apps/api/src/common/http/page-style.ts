/** How the few pages look that the API serves itself: in light and dark, at any width, with any text size. */
export const PAGE_STYLE = `
  :root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --page: #f6f8fa; --card: #fff; --line: #8c959f;
    --accent: #0b5cad; --on-accent: #fff; --bad: #b3261e; }
  @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9ea7b3; --page: #0d1117; --card: #161b22;
    --line: #6e7681; --accent: #6cb6ff; --on-accent: #0d1117; --bad: #ff8a80; } }
  * { box-sizing: border-box; }
  body { margin: 0; padding: 2rem 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
  main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 2rem 2rem; background: var(--card); border-radius: .75rem; }
  h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
  p { margin: 0; }
  .field { margin-top: 1.25rem; }
  label { font-weight: 600; }
  .hint { color: var(--soft); font-size: .875rem; }
  input:not([type=checkbox]) { width: 100%; margin-top: .25rem; padding: .55rem .7rem; font: inherit; color: inherit;
    background: transparent; border: 1px solid var(--line); border-radius: .4rem; }
  input[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
  .error { margin-top: .25rem; color: var(--bad); font-size: .9rem; }
  .show { display: flex; gap: .5rem; align-items: center; margin-top: .75rem; font-weight: 400; }
  .notice { margin-top: 1.25rem; padding: .75rem 1rem; border-left: 4px solid var(--bad); }
  button, .button { display: inline-block; margin-top: 1.5rem; padding: .6rem 1.2rem; font: inherit; font-weight: 600;
    color: var(--on-accent); background: var(--accent); border: 0; border-radius: .4rem; text-decoration: none; cursor: pointer; }
  button[aria-disabled=true] { opacity: .6; cursor: progress; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  [tabindex='-1']:focus { outline: none; }
  [hidden] { display: none; }`;
