// The npm implementation behind a pipe: one JSON request a line in, one JSON answer a line out.
//   {"op": "key", "curve"?: "P-256" | "P-384"}          -> {"key": {...}, "did": "did:key:…"}, Ed25519 by default
//   {"op": "sign", "suite", "key", "credential"}        -> {"credential"}
//   {"op": "verify", "suite", "credential", "documents"} -> {"verified", "error"}
//   {"op": "rate", "what": "sign"|"verify", "suite", "key", "credential", "documents", "seconds"} -> {"count", "seconds"}
import readline from 'node:readline';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {present, sign, verify} from './suites.mjs';

const operations = {
  async key({curve}) {
    const pair = await (curve ? EcdsaMultikey.generate({curve}) : Ed25519Multikey.generate());
    const id = (await pair.export({publicKey: true})).publicKeyMultibase;
    const did = `did:key:${id}`;
    return {did, key: {...await pair.export({publicKey: true, secretKey: true}), id: `${did}#${id}`, controller: did}};
  },
  async sign(request) {
    return {credential: await sign(request)};
  },
  async present(request) {
    return {presentation: await present(request)};
  },
  async verify(request) {
    const {verified, error} = await verify(request);
    return {verified, error: error ? JSON.stringify({name: error.name, message: error.message, errors: error.errors?.map(e => e.message)}) : null};
  },
  async rate(request) {
    const act = request.what === 'sign' ? sign : verify;
    for(let i = 0; i < 5; i++) {
      const warm = await act(request);
      if(request.what === 'verify' && !warm.verified) {
        throw new Error('the credential to be timed does not verify');
      }
    }
    const start = performance.now();
    let count = 0;
    while(performance.now() - start < request.seconds * 1000) {
      await act(request);
      count++;
    }
    return {count, seconds: (performance.now() - start) / 1000};
  }
};

for await (const line of readline.createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  try {
    console.log(JSON.stringify(await operations[request.op](request)));
  } catch(error) {
    console.log(JSON.stringify({failed: `${error.name}: ${error.message}`, details: error.details ?? null}));
  }
}
