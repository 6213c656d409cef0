// Asking our server, and its refusals in words that a person can read.

export class Told extends Error {
  constructor({ text, code }) {
    super(text);
    this.code = code;
  }
}

const UNREACHABLE = {
  text: "The club's server cannot be reached. Check your connection, then try again.",
  code: "E-OFFLINE",
};

export function post(path, fields) {
  return told(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  });
}

export function get(path) {
  return told(path, { headers: { Accept: "application/json" } });
}

async function told(path, request) {
  const answer = await fetch(path, { ...request, signal: AbortSignal.timeout(20_000) }).catch(() => { throw new Told(UNREACHABLE); });
  const said = await answer.json().catch(() => { throw new Told(UNREACHABLE); });
  if (!answer.ok) throw new Told(said);
  return said;
}
