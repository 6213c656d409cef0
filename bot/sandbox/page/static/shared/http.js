// Talking to the sandbox's own routes.

/** Where the sandbox is mounted, with a slash at the end. */
export const BASE = new URL("../../", import.meta.url);

/** GET as JSON. */
export async function get(path) {
  return answer(await reach(path, { cache: "no-store" }));
}

/** POST fields as JSON; throws an Error with words for the person. */
export async function post(path, fields = {}) {
  const headers = { "Content-Type": "application/json" };
  return answer(await reach(path, { method: "POST", headers, body: JSON.stringify(fields) }));
}

/** POST texts and files as a form, the files under the name `part`. */
export async function postFiles(path, fields, files, part) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined) body.append(name, String(value));
  }
  for (const file of files) body.append(part, file, file.name);
  return answer(await reach(path, { method: "POST", body }));
}

async function reach(path, options) {
  try {
    return await fetch(new URL(path, BASE), options);
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
}

async function answer(response) {
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(said.error ?? `The sandbox answered ${response.status}.`);
  return said;
}
