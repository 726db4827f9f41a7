// How a receiver verifies the JSON Web Token that stands for a body, as Xurrent signs.

import type { Snippets } from './snippets.ts';

/** `name` is the algorithm as tokens name it, such as ES256; `test` the call that has a signed test sent. */
export function jwt(name: string, test: string): Snippets {
  const shared = name.startsWith('HS');
  const key = shared ? 'WEBHOOK_SECRET' : 'WEBHOOK_PUBLIC_KEY';
  return {
    node: `// npm install jose
${shared ? '' : "import { createPublicKey } from 'node:crypto';\n"}import { jwtVerify } from 'jose';

// body: {"jwt":"…"}; answers what the token carries, and throws where it is not good.
export async function verify(body, key = process.env.${key}) {
  const { payload } = await jwtVerify(JSON.parse(body).jwt, ${shared ? "Buffer.from(key, 'base64')" : 'createPublicKey(key)'}, {
    algorithms: ['${name}'],
    clockTolerance: 60,
  });
  return payload.data;
}
`,
    python: `# pip install "pyjwt[crypto]"
import ${shared ? 'base64, json, os' : 'json, os'}
import jwt


# body: {"jwt":"…"}; answers what the token carries, and raises where it is not good.
def verify(body, key=os.environ.get("${key}", "")):
    token = json.loads(body)["jwt"]
    options = {"verify_aud": False}
    return jwt.decode(token, ${shared ? 'base64.b64decode(key)' : 'key'}, algorithms=["${name}"], leeway=60, options=options)["data"]
`,
    go: `package webhook

// go get github.com/golang-jwt/jwt/v5
import (
${shared ? '\t"encoding/base64"\n' : ''}	"encoding/json"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Verify takes {"jwt":"…"} and answers what the token carries.
func Verify(body []byte, key string) (any, error) {
	var sent struct{ JWT string }
	if err := json.Unmarshal(body, &sent); err != nil {
		return nil, err
	}
	keyOf := func(*jwt.Token) (any, error) { return ${goKey(name)} }
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(sent.JWT, claims, keyOf,
		jwt.WithValidMethods([]string{"${name}"}), jwt.WithLeeway(time.Minute))
	return claims["data"], err
}
`,
    java: `// com.auth0:java-jwt
import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.security.KeyFactory;
import java.security.interfaces.*;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

final class Webhook {
  /** The member "jwt" of the body; answers what the token carries, and throws where it is not good. */
  static Object verify(String token, String key) throws Exception {
    ${javaKey(name)}
    return JWT.require(algorithm).acceptLeeway(60).build().verify(token).getClaim("data").asMap();
  }
}
`,
    curl: test,
  };
}

function goKey(name: string): string {
  if (name.startsWith('HS')) return 'base64.StdEncoding.DecodeString(key)';
  return `jwt.Parse${name.startsWith('ES') ? 'EC' : 'RSA'}PublicKeyFromPEM([]byte(key))`;
}

function javaKey(name: string): string {
  const algorithm = { HS: 'HMAC', ES: 'ECDSA', RS: 'RSA' }[name.slice(0, 2)] ?? 'RSA';
  if (algorithm === 'HMAC')
    return `Algorithm algorithm = Algorithm.HMAC${name.slice(2)}(Base64.getDecoder().decode(key));`;
  const [family, type] = algorithm === 'ECDSA' ? ['EC', 'ECPublicKey'] : ['RSA', 'RSAPublicKey'];
  return `byte[] der = Base64.getMimeDecoder().decode(key.replaceAll("-----[A-Z ]+-----", ""));
    ${type} publicKey =
        (${type}) KeyFactory.getInstance("${family}").generatePublic(new X509EncodedKeySpec(der));
    Algorithm algorithm = Algorithm.${algorithm}${name.slice(2)}(publicKey, null);`;
}
