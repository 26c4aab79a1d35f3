// @digitalcredentials/verifier-core behind a pipe: {"credential"} a line in; a line out with its "log", its
// "errors" and what "more" it says (the schema).
// What it would fetch comes from the files pinned in schemas/ and from nowhere else.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'schemas/contexts');
const pinned = new Map();
for(const {url, file} of JSON.parse(fs.readFileSync(path.join(folder, 'map.json'), 'utf8')).contexts) {
  pinned.set(url, fs.readFileSync(path.join(folder, file)));
}
const schemas = path.join(root, 'schemas/credentials');
for(const file of fs.readdirSync(schemas).filter(name => name.endsWith('.schema.json'))) {
  const text = fs.readFileSync(path.join(schemas, file));
  pinned.set(JSON.parse(text).$id, text);
}
// Its validator has no JSON Schema 2020-12 of its own; its package has the files.
const draft = 'https://json-schema.org/draft/2020-12/';
const refs = path.join(import.meta.dirname, 'node_modules/ajv/dist/refs/json-schema-2020-12');
for(const name of ['schema', ...fs.readdirSync(path.join(refs, 'meta')).map(file => `meta/${path.parse(file).name}`)]) {
  pinned.set(draft + name, fs.readFileSync(path.join(refs, `${name}.json`)));
}
globalThis.fetch = async request => {
  const url = String(request.url || request);
  const found = pinned.get(url);
  return found ? new Response(found, {headers: {'content-type': 'application/ld+json'}}) : new Response('', {status: 404});
};
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

for await (const line of readline.createInterface({input: process.stdin})) {
  const {credential} = JSON.parse(line);
  try {
    const answer = await verifyCredential({credential, knownDIDRegistries: [], reloadIssuerRegistry: false});
    console.log(JSON.stringify({log: answer.log, errors: answer.errors, more: answer.additionalInformation}));
  } catch(error) {
    console.log(JSON.stringify({failed: String(error)}));
  }
}
