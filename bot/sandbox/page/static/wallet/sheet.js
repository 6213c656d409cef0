// The look of the wallet's dialog.

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
  * { box-sizing: border-box; margin: 0; font: inherit; color: inherit; }
  dialog {
    --paper: #fff; --ink: #16222a; --soft: #55656f; --well: #eef3f5; --line: #d5dfe3;
    --accent: #0b6178; --on-accent: #fff;
    width: min(26rem, calc(100vw - 24px)); max-height: calc(100dvh - 24px); margin: auto;
    padding: 20px; border: 1px solid var(--line); border-radius: 20px; overflow: auto;
    background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
    box-shadow: 0 24px 64px #0006; text-align: left;
  }
  dialog::backdrop { background: #0b1a22a6; }
  header { display: flex; gap: 12px; align-items: center; margin-bottom: 16px; }
  .kind { font-size: 14px; color: var(--soft); }
  .name { font-weight: 600; }
  h2 { font-size: 20px; font-weight: 650; }
  .from b { font-weight: 650; }
  pre {
    margin: 12px 0; padding: 12px; max-height: 40dvh; overflow: auto; border-radius: 12px;
    background: var(--well); font: 14px/1.5 ui-monospace, monospace; white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .note { color: var(--soft); font-size: 14px; }
  footer { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin: 16px 0 12px; }
  button {
    min-height: 48px; border-radius: 12px; border: 1px solid var(--line); background: none;
    font-weight: 600; cursor: pointer;
  }
  .sign { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
  button:hover { filter: brightness(.94); }
  :focus-visible { outline: 3px solid #e09b2d; outline-offset: 2px; }
  .address { font: 12px/1.4 ui-monospace, monospace; color: var(--soft); overflow-wrap: anywhere; }
  @media (prefers-color-scheme: dark) {
    dialog {
      --paper: #17232b; --ink: #eaf1f4; --soft: #9fb2bc; --well: #0f191f; --line: #2e414c;
      --accent: #57c3dd; --on-accent: #06222b;
    }
    button:hover { filter: brightness(1.12); }
  }
`);
