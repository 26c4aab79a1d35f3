// @sd-jwt/core behind a pipe, as peer.mjs: one JSON request a line in, one JSON answer a line out.
//   {"op": "key"}                                                    -> {"key": private JWK (P-256)}
//   {"op": "issue", "claims", "frame", "header", "key"}               -> {"token"}
//   {"op": "present", "token", "show", "kb"?: payload, "holder"?: key} -> {"token"}
//   {"op": "verify", "token", "key": public JWK, "nonce"?}            -> {"claims", "kb"?} or {"refused"}
import crypto from 'node:crypto';
import readline from 'node:readline';
import {SDJwtInstance} from '@sd-jwt/core';

const sign = jwk => {
  const key = crypto.createPrivateKey({key: jwk, format: 'jwk'});
  return data => crypto.sign('sha256', Buffer.from(data), {key, dsaEncoding: 'ieee-p1363'}).toString('base64url');
};
const check = (jwk, data, signature) => crypto.verify('sha256', Buffer.from(data),
  {key: crypto.createPublicKey({key: jwk, format: 'jwk'}), dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url'));

const instance = more => new SDJwtInstance({
  signAlg: 'ES256', hashAlg: 'sha-256', omitTyp: true,
  hasher: (data, alg) => new Uint8Array(crypto.createHash(alg.replace('sha-', 'sha')).update(Buffer.from(data)).digest()),
  saltGenerator: length => crypto.randomBytes(length).toString('base64url'), ...more
});

const operations = {
  key() {
    return {key: crypto.generateKeyPairSync('ec', {namedCurve: 'P-256'}).privateKey.export({format: 'jwk'})};
  },
  async issue({claims, frame, header, key}) {
    return {token: await instance({signer: sign(key)}).issue(claims, frame, {header})};
  },
  async present({token, show, kb, holder}) {
    const options = kb ? {kb: {payload: kb}} : undefined;
    const more = holder ? {kbSigner: sign(holder), kbSignAlg: 'ES256'} : {};
    return {token: await instance(more).present(token, show, options)};
  },
  async verify({token, key, nonce, now}) {
    const verifier = instance({
      verifier: (data, signature) => check(key, data, signature),
      kbVerifier: (data, signature, payload) => check(payload.cnf.jwk, data, signature)
    });
    try {
      const {payload, kb} = await verifier.verify(token, {currentDate: now, ...(nonce ? {keyBindingNonce: nonce} : {})});
      return {claims: payload, ...(kb ? {kb: kb.payload} : {})};
    } catch(error) {
      return {refused: error.message};
    }
  }
};

for await (const line of readline.createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  try {
    console.log(JSON.stringify(await operations[request.op](request)));
  } catch(error) {
    console.log(JSON.stringify({failed: `${error.name}: ${error.message}`}));
  }
}
