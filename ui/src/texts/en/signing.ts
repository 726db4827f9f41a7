// Secrets, keys and signatures.

export const signing = {
  schemes: {
    'standard-webhooks': 'Standard Webhooks',
    'http-message-signature': 'HTTP Message Signatures',
    'hub-signature': 'X-Hub-Signature',
    jwt: 'JSON Web Tokens',
    none: 'Not signed',
  },
  algorithms: {
    'hmac-sha256': 'HMAC SHA-256 (shared secret)',
    ed25519: 'Ed25519 (pair of keys)',
    'ecdsa-p256-sha256': 'ECDSA P-256 (pair of keys)',
    'rsa-pss-sha512': 'RSA-PSS SHA-512 (pair of keys)',
    'rsa-v1_5-sha256': 'RSA PKCS#1 v1.5 SHA-256 (pair of keys)',
  },
  secretOf: {
    native: 'Signing secret',
    confluence: 'Secret',
    xurrent: 'Secret',
    entrust: 'Token',
  },
  newSecretOf: {
    native: 'New signing secret',
    confluence: 'New secret',
    xurrent: 'New secret',
    entrust: 'New token',
  },
  publicKey: 'Public key',
  verify: 'Verify what arrives',
  verifyLead: {
    'standard-webhooks':
      'The receiver computes the signature over id, time and body with the secret, and compares. Any Standard Webhooks library does the same.',
    'http-message-signature':
      'The receiver rebuilds what was signed (RFC 9421) from method, URL and headers, checks the digest of the body, and then the signature.',
    'hub-signature': 'The receiver computes HMAC SHA-256 over the body with the secret, and compares.',
    jwt: 'The body is {"jwt":"…"}; the receiver verifies the token and reads what it carries.',
  },
  languages: { node: 'Node', python: 'Python', go: 'Go', java: 'Java', curl: 'curl' },
  snippetIn: (language: string) => `Verifying in ${language}`,
  unsigned: 'Deliveries are not signed',
  unsignedLead: {
    confluence: 'Give the webhook a secret in its settings, and each delivery carries X-Hub-Signature.',
    xurrent: 'Choose a webhook policy in the settings, and each delivery is a JSON Web Token.',
  },
  toSettings: 'Open the settings',
  rotate: 'Rotate secret',
  rotatePair: 'Rotate keys',
  current: 'Current',
  active: 'Active',
  expires: 'Expires',
  made: 'made',
  since: 'Since',
  state: 'State',
  kid: 'Key id (kid)',
  algorithm: 'Algorithm',
  audience: 'Audience',
  policy: 'Policy',
  tokenExpiry: 'Tokens expire',
  never: 'Never',
  minutes: (count: number) => `After ${count} min`,
  jwks: 'Receivers find the public keys at',
  sharedSecret: 'Receivers verify with the secret that was shown when the policy was made.',
  policyUnknown: 'The policy is not known any more.',
  rotation: {
    title: (name: string) => `A new key for “${name}”`,
    confirm: 'Rotate',
    lead: {
      both: 'A new secret is made and shown once. The old one goes on signing beside it, so that no delivery fails while receivers change over.',
      oneAtATime:
        'A new key is made. The old one alone goes on signing until its time is over, then the new one follows: give it to receivers before that.',
    },
    grace: 'The old one stays good for',
    none: 'No time',
    atOnce:
      'The old one ends at once: receivers that still have it refuse what arrives until they get the new one.',
    graceHint: {
      both: 'During this time requests carry both signatures.',
      oneAtATime: 'During this time requests are signed with the old one.',
    },
  },
} as const;
