// The npm implementation behind a plain Node HTTP server, for the benchmark: one process, no framework.
//   node server.mjs PORT FILE   (FILE: {"<did>": <DID document>, …})
//   POST / with {"credential": {…}} -> 200 {"verified": true} or 400 {"verified": false, "error": …}
import fs from 'node:fs';
import http from 'node:http';
import {verify} from './suites.mjs';

const [port, file] = process.argv.slice(2);
const documents = JSON.parse(fs.readFileSync(file, 'utf8'));

const answer = async body => {
  const {credential} = JSON.parse(body);
  const [proof] = [credential.proof].flat();
  // As our server does it, the DID documents are at hand: nothing is fetched by either.
  const {verified, error} = await verify({suite: proof.cryptosuite, credential, documents});
  return {verified, ...(error ? {error: error.message} : {})};
};

http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', async () => {
    let result;
    try {
      result = await answer(Buffer.concat(parts));
    } catch(error) {
      result = {verified: false, error: error.message};
    }
    const text = JSON.stringify(result);
    response.writeHead(result.verified ? 200 : 400,
      {'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text)});
    response.end(text);
  });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
