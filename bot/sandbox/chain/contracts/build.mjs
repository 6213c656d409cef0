// Compiles the contracts kept here into one small JSON each: {name, compiler, abi, bytecode}, with
// `runtime` where the code itself is put at a published address.
// How to run it: README.md in this folder.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const solc = require("solc");
const here = dirname(fileURLToPath(import.meta.url));
const library = join(here, "node_modules");

const built = {
  TideAlbum: join(here, "TideAlbum.sol"),
  DelegateRegistry: join(here, "DelegateRegistry.sol"),
  Multicall3: join(library, "@chainlink/contracts/src/v0.8/vendor/multicall/ebd8b64/src/Multicall3.sol"),
};
const placed = new Set(["DelegateRegistry"]);

const input = {
  language: "Solidity",
  sources: Object.fromEntries(
    Object.entries(built).map(([name, path]) => [`${name}.sol`, { content: readFileSync(path, "utf8") }]),
  ),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "cancun",
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
  },
};

const fromLibrary = (path) => {
  try {
    return { contents: readFileSync(join(library, path), "utf8") };
  } catch {
    return { error: `${path} is not in ${library}: see README.md` };
  }
};

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: fromLibrary }));
const messages = output.errors ?? [];
for (const message of messages) console.error(message.formattedMessage);
if (messages.some((message) => message.severity === "error")) process.exit(1);

for (const name of Object.keys(built)) {
  const { abi, evm } = output.contracts[`${name}.sol`][name];
  const artefact = { name, compiler: solc.version(), abi, bytecode: `0x${evm.bytecode.object}` };
  if (placed.has(name)) artefact.runtime = `0x${evm.deployedBytecode.object}`;
  writeFileSync(join(here, `${name}.json`), `${JSON.stringify(artefact)}\n`);
  console.log(`${name}.json: ${evm.bytecode.object.length / 2} bytes of code`);
}
