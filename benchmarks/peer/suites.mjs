// Sign, verify and present with the npm implementation: what the pipe and the HTTP server share.
// Contexts come from the files pinned in schemas/contexts and from nowhere else.
import fs from 'node:fs';
import path from 'node:path';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {createSignCryptosuite, createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import jsigs from 'jsonld-signatures';

const folder = path.resolve(import.meta.dirname, '../../schemas/contexts');
const pinned = new Map();
for(const {url, file} of JSON.parse(fs.readFileSync(path.join(folder, 'map.json'), 'utf8')).contexts) {
  pinned.set(url, JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')));
}

const loader = documents => async url => {
  const [base, fragment] = url.split('#');
  if(pinned.has(url)) {
    return {contextUrl: null, documentUrl: url, document: pinned.get(url)};
  }
  if(base.startsWith('did:key:') && !documents?.[base]) {
    const id = base.slice('did:key:'.length);
    const method = {
      '@context': 'https://w3id.org/security/multikey/v1', id: `${base}#${id}`, type: 'Multikey',
      controller: base, publicKeyMultibase: id
    };
    const document = fragment ? method : {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: base, verificationMethod: [method], assertionMethod: [method.id], authentication: [method.id]
    };
    return {contextUrl: null, documentUrl: url, document};
  }
  const document = documents?.[base];
  if(!document) {
    throw new Error(`${url} isn't among the documents given.`);
  }
  if(!fragment) {
    return {contextUrl: null, documentUrl: url, document};
  }
  const method = document.verificationMethod.find(m => m.id === url);
  return {contextUrl: null, documentUrl: url, document: {'@context': 'https://w3id.org/security/multikey/v1', ...method}};
};

const suites = {
  'eddsa-rdfc-2022': {sign: () => rdfc, verify: () => rdfc},
  'eddsa-jcs-2022': {sign: createSignCryptosuite, verify: createVerifyCryptosuite},
  'ecdsa-rdfc-2019': {sign: () => ecdsaRdfc, verify: () => ecdsaRdfc},
  'ecdsa-jcs-2019': {sign: ecdsaJcs.createSignCryptosuite, verify: ecdsaJcs.createVerifyCryptosuite}
};
const multikey = suite => suite.startsWith('ecdsa') ? EcdsaMultikey : Ed25519Multikey;

export const sign = async ({suite, key, credential, created}) => {
  const pair = await multikey(suite).from(key);
  return vc.issue({
    credential: structuredClone(credential), documentLoader: loader(),
    suite: new DataIntegrityProof({signer: pair.signer(), cryptosuite: suites[suite].sign(), ...(created ? {date: created} : {})})
  });
};

export const verify = async ({suite, credential, documents, now}) => vc.verifyCredential({
  credential: structuredClone(credential), documentLoader: loader(documents), ...(now ? {now: new Date(now)} : {}),
  suite: new DataIntegrityProof({cryptosuite: suites[suite].verify()})
});

export const present = async ({suite, key, credential, challenge, domain}) => {
  const pair = await multikey(suite).from(key);
  const presentation = {'@context': ['https://www.w3.org/ns/credentials/v2'], type: ['VerifiablePresentation'],
    holder: key.controller, verifiableCredential: [structuredClone(credential)]};
  return jsigs.sign(presentation, {
    documentLoader: loader(), suite: new DataIntegrityProof({signer: pair.signer(), cryptosuite: suites[suite].sign()}),
    purpose: new jsigs.purposes.AuthenticationProofPurpose({challenge, domain})
  });
};
