// Compiles Wallets.sol and Tokens.sol into ../artefacts/<Contract>.json: {name, compiler, bytecode}. Run it by
// `npm install && node build.mjs` in this folder; the tests use what is kept and compile nothing.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const solc = createRequire(import.meta.url)("solc");
const here = dirname(fileURLToPath(import.meta.url));
const sources = ["Wallets.sol", "Tokens.sol"];
const read = (source) => [source, { content: readFileSync(join(here, source), "utf8") }];
const input = {
  language: "Solidity",
  sources: Object.fromEntries(sources.map(read)),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "cancun",
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const errors = (output.errors ?? []).filter((message) => message.severity === "error");
for (const message of errors) console.error(message.formattedMessage);
if (errors.length) process.exit(1);
for (const [name, { evm }] of sources.flatMap((source) => Object.entries(output.contracts[source]))) {
  const artefact = { name, compiler: solc.version(), bytecode: `0x${evm.bytecode.object}` };
  writeFileSync(join(here, "..", "artefacts", `${name}.json`), `${JSON.stringify(artefact)}\n`);
}
