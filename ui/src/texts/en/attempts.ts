// One attempt: what was sent, what came back, how long each part took, and how the receiver can tell that it is ours.

export const attempts = {
  title: 'Attempts',
  none: 'No attempt has been made yet.',
  number: (number: number | null) => (number === null ? 'Test' : `Attempt ${number}`),
  waits: 'waits',
  next: (number: number) => `Attempt ${number}`,
  hint: 'What to do',
  details: 'Detail',
  tabs: { response: 'Response', request: 'Request', timing: 'Timing', signature: 'Signature' },
  tabsLabel: (attempt: string) => `Parts of ${attempt}`,
  noResponse: 'No answer came.',
  headers: 'Headers',
  body: 'Body',
  curl: 'Copy as curl',
  curlHint:
    'The exact body and headers of this attempt. Secrets are masked: put yours in where it says [redacted].',
  curlLarge: (file: string) =>
    `The body is too long for a command line: download it as ${file} beside the command.`,
  curlToken:
    'Each attempt has a token of its own and none is kept, so that this can’t be sent again by hand.',
  curlNoBody: 'The body can’t be made again, since the event or the webhook is gone.',
  noRequestBody: 'The body can’t be made again: the event or the webhook is gone, or a secret can’t be read.',
  tokenBody: 'What the token of each attempt carried as “data”.',
  payload: {
    tree: 'Tree',
    raw: 'Raw',
    view: 'How to show the body',
    empty: 'Empty',
    download: 'Download',
    compressed: (encoding: string, size: string) =>
      `Compressed (${encoding}), ${size}. Posthorn never unpacks what a receiver sends; download the bytes to look into them.`,
    binary: (size: string) => `Not text, ${size}. Download the bytes to look into them.`,
    truncated: (kept: string, read: string, more: boolean) =>
      more ? `The first ${kept} of more than ${read}.` : `The first ${kept} of ${read}.`,
    large: (size: string) => `${size} are a lot to show; this is the start. Download it to see all.`,
  },
  timing: {
    label: 'How long each part took',
    started: 'Began',
    dns: 'DNS',
    connect: 'Connect',
    tls: 'TLS',
    wait: 'First byte',
    receive: 'Receive',
    total: 'Total',
    kept: 'A kept connection was used, so there was nothing to look up or to open.',
    none: 'Nothing was measured: the request never left.',
  },
  signature: {
    scheme: 'Scheme',
    headers: 'Headers',
    signed: 'What was signed',
    verify: 'How to verify it',
    names: {
      'standard-webhooks': 'Standard Webhooks',
      'http-message-signature': 'HTTP Message Signatures (RFC 9421)',
      'hub-signature': 'X-Hub-Signature',
      jwt: 'JSON Web Token',
      none: 'None',
    },
    unsigned:
      'This request carries no signature. Give the webhook a secret if its receiver should be able to check.',
    body: (size: string) => `‹the body, ${size}›`,
    standard: {
      lead: 'HMAC-SHA256 with the webhook’s secret over id, time and the body’s exact bytes, joined by dots.',
      steps: [
        'Take the body as bytes, before anything parses it.',
        'Compute the HMAC-SHA256 of webhook-id, “.”, webhook-timestamp, “.” and the body, with the base64-decoded part of the secret after whsec_.',
        'Compare its base64, in constant time, with each “v1,…” of webhook-signature: one match is enough, there are two during a rotation.',
        'Refuse a webhook-timestamp that is more than 5 minutes off, and remember webhook-id to know repetitions.',
      ],
    },
    hub: {
      lead: 'HMAC-SHA256 with the webhook’s secret over the body’s exact bytes, in hex.',
      steps: [
        'Take the body as bytes, before anything parses it.',
        'Compute its HMAC-SHA256 with the secret’s text as the key.',
        'Compare “sha256=” and its hex, in constant time, with the header.',
      ],
    },
    message: {
      lead: 'One signature over the parts of the request that signature-input names, in its order.',
      steps: [
        'Check that content-digest is the SHA-256 of the body’s exact bytes.',
        'Build the signature base from the covered parts: a line for each, and “@signature-params” at the end.',
        'Verify signature over it with the webhook’s secret, or with the public key of its keyid in /.well-known/jwks.json.',
        'Refuse a created that is more than 5 minutes off.',
      ],
    },
    jwt: {
      lead: 'The body is {"jwt": "…"}: a token signed by the webhook’s policy, with the event in its claim “data”.',
      steps: [
        'Verify the token’s signature with the policy’s key, or with the public key of its kid.',
        'Check exp, nbf, aud and iss; remember jti to know repetitions.',
        'Read the event from the claim “data”.',
      ],
    },
    shell: 'In a shell, with the body as body.json',
  },
} as const;
