// npm's jose behind a pipe, as peer.mjs: one JSON request a line in, one JSON answer a line out.
//   {"op": "key", "alg"}                         -> {"key": private JWK, "public": JWK, "thumbprint"}
//   {"op": "sign", "key", "alg", "header", "payload"} -> {"token"}
//   {"op": "verify", "key": public JWK, "token"} -> {"header", "payload"} or {"refused"}
import readline from 'node:readline';
import * as jose from 'jose';

const operations = {
  async key({alg}) {
    const {privateKey, publicKey} = await jose.generateKeyPair(alg, {extractable: true});
    const jwk = await jose.exportJWK(publicKey);
    return {key: await jose.exportJWK(privateKey), public: jwk, thumbprint: await jose.calculateJwkThumbprint(jwk)};
  },
  async sign({key, alg, header, payload}) {
    const signer = new jose.CompactSign(new TextEncoder().encode(JSON.stringify(payload)));
    return {token: await signer.setProtectedHeader({...header, alg}).sign(await jose.importJWK(key, alg))};
  },
  async verify({key, alg, token}) {
    try {
      const {payload, protectedHeader} = await jose.compactVerify(token, await jose.importJWK(key, alg), {algorithms: [alg]});
      return {header: protectedHeader, payload: JSON.parse(new TextDecoder().decode(payload))};
    } catch(error) {
      return {refused: error.code ?? error.message};
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
