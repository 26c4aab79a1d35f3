// For the public suites: this machine's server alone. BASE_URL and IDS come from conformance/suites.py.
const b = process.env.BASE_URL, ids = require(process.env.IDS);
const vc = {vc: ['1.1', '2.0']};
const all = ['vc2.0', 'eddsa-rdfc-2022', 'eddsa-jcs-2022', 'ecdsa-rdfc-2019', 'ecdsa-jcs-2019', 'ecdsa-sd-2023',
  'BitstringStatusList', 'vc-api', 'EnvelopingProof'];
const issuer = (name, id, tags, more = {}) => ({id, endpoint: `${b}/${name}/credentials/issue`, supports: vc, tags, ...more});
const curve = name => ({supportedEcdsaKeyTypes: [name]});
const jose = ['credential_jose', 'credential_cose', 'credential_sdjwt', 'presentation_jose', 'presentation_cose',
  'presentation_sdjwt'];
module.exports = {
  settings: {enableInteropTests: false, testAllImplementations: false},
  implementations: [{
    name: 'local', implementation: 'local',
    'jose-cose': {features: Object.fromEntries(jose.map(name => [name, true]))},
    issuers: [
      issuer('eddsa-rdfc-2022', ids.ed, ['vc2.0', 'eddsa-rdfc-2022', 'vc-api']),
      issuer('eddsa-jcs-2022', ids.ed, ['eddsa-jcs-2022']),
      issuer('status', ids.ed, ['BitstringStatusList']),
      issuer('enveloped', ids.ed, ['EnvelopingProof']),
      issuer('ecdsa-rdfc-2019-p256', ids.p256, ['ecdsa-rdfc-2019'], curve('P-256')),
      issuer('ecdsa-rdfc-2019-p384', ids.p384, ['ecdsa-rdfc-2019'], curve('P-384')),
      issuer('ecdsa-jcs-2019-p256', ids.p256, ['ecdsa-jcs-2019'], curve('P-256')),
      issuer('ecdsa-sd-2023', ids.p256, ['ecdsa-sd-2023'], curve('P-256'))
    ],
    verifiers: [{id: ids.ed, endpoint: `${b}/credentials/verify`, supports: vc, supportedEcdsaKeyTypes: ['P-256', 'P-384'], tags: all}],
    vpVerifiers: [{id: ids.ed, endpoint: `${b}/presentations/verify`, tags: all}],
    vcHolders: [{id: ids.p256, endpoint: `${b}/credentials/derive`, tags: ['vcHolder', 'ecdsa-sd-2023']}]
  }]
};
