// How a receiver verifies X-Hub-Signature, as Confluence signs.

import type { Snippets } from './snippets.ts';
import { quoted } from './standard-webhooks.ts';

export const hubSignature = (url: string): Snippets => ({
  node: `import { createHmac, timingSafeEqual } from 'node:crypto';

// headers with names in lower case; body: the bytes as they came, before anything parses them.
export function verify(headers, body, secret = process.env.WEBHOOK_SECRET) {
  const expected = Buffer.from(\`sha256=\${createHmac('sha256', secret).update(body).digest('hex')}\`);
  const given = Buffer.from(headers['x-hub-signature'] ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
`,
  python: `import hashlib, hmac, os


# headers with names in lower case; body: the bytes as they came, before anything parses them.
def verify(headers, body, secret=os.environ.get("WEBHOOK_SECRET", "")):
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("x-hub-signature", "").encode(), expected.encode())
`,
  go: `package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// Verify takes the body as it came, before anything parses it.
func Verify(header http.Header, body []byte, secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	return hmac.Equal([]byte(header.Get("X-Hub-Signature")), []byte(expected))
}
`,
  java: `import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class Webhook {
  /** The header X-Hub-Signature, and the body as it came, before anything parses it. */
  static boolean verify(String signature, byte[] body, String secret) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes("UTF-8"), "HmacSHA256"));
    String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    return MessageDigest.isEqual(signature.getBytes("UTF-8"), expected.getBytes("UTF-8"));
  }
}
`,
  curl: `# Sends your receiver a request that is signed as Confluence signs: it must be accepted, and refused once a byte differs.
BODY='{"timestamp":1767225600000,"event":"page_created","userKey":""}'
SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" -r | cut -d' ' -f1)
curl -i ${quoted(url)} -H 'content-type: application/json' \\
  -H "X-Hub-Signature: sha256=$SIGNATURE" -d "$BODY"
`,
});
