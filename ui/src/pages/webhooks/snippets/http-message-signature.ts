// How a receiver verifies HTTP Message Signatures (RFC 9421): rebuild what was signed, and check it with the webhook's
// secret or the public key of its pair.

import type { MessageAlgorithm, Snippets } from './snippets.ts';
import { quoted } from './standard-webhooks.ts';

/** `test` is the call that has a signed test sent, for keys that only Posthorn can sign with. */
export function httpMessageSignature(algorithm: MessageAlgorithm, url: string, test: string): Snippets {
  return {
    node: node(algorithm),
    python: python(algorithm),
    go: go(algorithm),
    java: java(algorithm),
    curl: algorithm === 'hmac-sha256' ? signedByShell(url) : test,
  };
}

const nodeChecks: Readonly<Record<MessageAlgorithm, { readonly uses: string; readonly check: string }>> = {
  'hmac-sha256': {
    uses: 'createHash, createHmac, timingSafeEqual',
    check: `const expected = createHmac('sha256', key).update(base).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);`,
  },
  ed25519: {
    uses: 'createHash, verify as verifyWith',
    check: 'return verifyWith(null, Buffer.from(base), key, given);',
  },
  'ecdsa-p256-sha256': {
    uses: 'createHash, verify as verifyWith',
    check: "return verifyWith('sha256', Buffer.from(base), { key, dsaEncoding: 'ieee-p1363' }, given);",
  },
  'rsa-v1_5-sha256': {
    uses: 'createHash, verify as verifyWith',
    check: "return verifyWith('sha256', Buffer.from(base), key, given);",
  },
  'rsa-pss-sha512': {
    uses: 'constants, createHash, verify as verifyWith',
    check: `const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verifyWith('sha512', Buffer.from(base), { key, padding, saltLength: 64 }, given);`,
  },
};

const keyName = (algorithm: MessageAlgorithm) =>
  algorithm === 'hmac-sha256' ? 'WEBHOOK_SECRET' : 'WEBHOOK_PUBLIC_KEY';

function node(algorithm: MessageAlgorithm): string {
  const { uses, check } = nodeChecks[algorithm];
  return `import { ${uses} } from 'node:crypto';

// url: the webhook's, whole; headers with names in lower case; body: the bytes as they came.
export function verify({ method, url, headers, body }, key = process.env.${keyName(algorithm)}) {
  const digest = \`sha-256=:\${createHash('sha256').update(body).digest('base64')}:\`;
  if (headers['content-digest'] !== digest) return false;

  const input = (headers['signature-input'] ?? '').replace(/^sig=/, '');
  const created = Number(/;created=(\\d+)/.exec(input)?.[1]);
  if (!(Math.abs(Date.now() / 1000 - created) <= 300)) return false;

  const names = [...input.slice(0, input.indexOf(')')).matchAll(/"([^"]+)"/g)].map((match) => match[1]);
  if (!['@method', '@target-uri', 'content-digest'].every((name) => names.includes(name))) return false;
  const values = { ...headers, '@method': method, '@target-uri': url };
  const lines = names.map((name) => \`"\${name}": \${values[name]}\`);
  const base = [...lines, \`"@signature-params": \${input}\`].join('\\n');

  const given = Buffer.from(/^sig=:(.+):$/.exec(headers.signature)?.[1] ?? '', 'base64');
  ${check}
}
`;
}

const pythonChecks: Readonly<Record<MessageAlgorithm, { readonly uses: string; readonly check: string }>> = {
  'hmac-sha256': {
    uses: '',
    check: `expected = hmac.new(key.encode(), base, hashlib.sha256).digest()
    return hmac.compare_digest(given, expected)`,
  },
  ed25519: { uses: '', check: 'load_pem_public_key(key.encode()).verify(given, base)' },
  'ecdsa-p256-sha256': {
    uses: 'from cryptography.hazmat.primitives.asymmetric import ec, utils',
    check: `r, s = int.from_bytes(given[:32]), int.from_bytes(given[32:])
        der = utils.encode_dss_signature(r, s)
        load_pem_public_key(key.encode()).verify(der, base, ec.ECDSA(hashes.SHA256()))`,
  },
  'rsa-v1_5-sha256': {
    uses: 'from cryptography.hazmat.primitives.asymmetric import padding',
    check: 'load_pem_public_key(key.encode()).verify(given, base, padding.PKCS1v15(), hashes.SHA256())',
  },
  'rsa-pss-sha512': {
    uses: 'from cryptography.hazmat.primitives.asymmetric import padding',
    check: `pss = padding.PSS(padding.MGF1(hashes.SHA512()), 64)
        load_pem_public_key(key.encode()).verify(given, base, pss, hashes.SHA512())`,
  },
};

function python(algorithm: MessageAlgorithm): string {
  const { uses, check } = pythonChecks[algorithm];
  const pair = algorithm !== 'hmac-sha256';
  const imports = pair
    ? `# pip install cryptography
import base64, hashlib, os, re, time
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
${uses === '' ? '' : `${uses}\n`}from cryptography.hazmat.primitives.serialization import load_pem_public_key`
    : 'import base64, hashlib, hmac, os, re, time';
  const judged = pair
    ? `try:
        ${check}
        return True
    except InvalidSignature:
        return False`
    : check;
  return `${imports}


# url: the webhook's, whole; headers with names in lower case; body: the bytes as they came.
def verify(method, url, headers, body, key=os.environ.get("${keyName(algorithm)}", "")):
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if headers.get("content-digest") != f"sha-256=:{digest}:":
        return False

    params = headers.get("signature-input", "").removeprefix("sig=")
    created = re.search(r";created=(\\d+)", params)
    if created is None or abs(time.time() - int(created[1])) > 300:
        return False

    names = re.findall(r'"([^"]+)"', params.split(")")[0])
    if not {"@method", "@target-uri", "content-digest"} <= set(names):
        return False
    values = {**headers, "@method": method, "@target-uri": url}
    lines = [f'"{name}": {values.get(name, "")}' for name in names]
    base = "\\n".join([*lines, f'"@signature-params": {params}']).encode()

    given = base64.b64decode(headers.get("signature", "").removeprefix("sig=:").removesuffix(":"))
    ${judged}
`;
}

const goChecks: Readonly<
  Record<MessageAlgorithm, { readonly uses: readonly string[]; readonly key: string; readonly check: string }>
> = {
  'hmac-sha256': {
    uses: ['crypto/hmac'],
    key: 'secret string',
    check: `mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(base))
	return hmac.Equal(given, mac.Sum(nil))`,
  },
  ed25519: {
    uses: ['crypto/ed25519'],
    key: 'key ed25519.PublicKey',
    check: 'return ed25519.Verify(key, []byte(base), given)',
  },
  'ecdsa-p256-sha256': {
    uses: ['crypto/ecdsa', 'math/big'],
    key: 'key *ecdsa.PublicKey',
    check: `hash := sha256.Sum256([]byte(base))
	half := len(given) / 2
	first, second := new(big.Int).SetBytes(given[:half]), new(big.Int).SetBytes(given[half:])
	return ecdsa.Verify(key, hash[:], first, second)`,
  },
  'rsa-v1_5-sha256': {
    uses: ['crypto', 'crypto/rsa'],
    key: 'key *rsa.PublicKey',
    check: `hash := sha256.Sum256([]byte(base))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, hash[:], given) == nil`,
  },
  'rsa-pss-sha512': {
    uses: ['crypto', 'crypto/rsa', 'crypto/sha512'],
    key: 'key *rsa.PublicKey',
    check: `hash := sha512.Sum512([]byte(base))
	return rsa.VerifyPSS(key, crypto.SHA512, hash[:], given, nil) == nil`,
  },
};

function go(algorithm: MessageAlgorithm): string {
  const { uses, key, check } = goChecks[algorithm];
  const imports = [
    ...uses,
    'crypto/sha256',
    'encoding/base64',
    'math',
    'net/http',
    'regexp',
    'strconv',
    'strings',
    'time',
  ].toSorted();
  const fromPem =
    algorithm === 'hmac-sha256'
      ? ''
      : '\n// The key is what x509.ParsePKIXPublicKey reads from the PEM of the page “Signing”.';
  return `package webhook

import (
${imports.map((name) => `\t"${name}"`).join('\n')}
)

var (
	createdAt = regexp.MustCompile(\`;created=(\\d+)\`)
	component = regexp.MustCompile(\`"([^"]+)"\`)
)

// Verify takes the webhook's whole URL, and the body as it came, before anything parses it.${fromPem}
func Verify(r *http.Request, url string, body []byte, ${key}) bool {
	digest := sha256.Sum256(body)
	if r.Header.Get("content-digest") != "sha-256=:"+base64.StdEncoding.EncodeToString(digest[:])+":" {
		return false
	}
	params := strings.TrimPrefix(r.Header.Get("signature-input"), "sig=")
	created := createdAt.FindStringSubmatch(params)
	if created == nil {
		return false
	}
	seconds, _ := strconv.ParseInt(created[1], 10, 64)
	if math.Abs(float64(time.Now().Unix()-seconds)) > 300 {
		return false
	}
	covered, _, _ := strings.Cut(params, ")")
	base, needed := "", 3
	for _, match := range component.FindAllStringSubmatch(covered, -1) {
		value := r.Header.Get(match[1])
		switch match[1] {
		case "@method":
			value, needed = r.Method, needed-1
		case "@target-uri":
			value, needed = url, needed-1
		case "content-digest":
			needed--
		}
		base += \`"\` + match[1] + \`": \` + value + "\\n"
	}
	base += \`"@signature-params": \` + params
	encoded := strings.TrimSuffix(strings.TrimPrefix(r.Header.Get("signature"), "sig=:"), ":")
	given, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || needed != 0 {
		return false
	}
	${check}
}
`;
}

const javaChecks: Readonly<Record<MessageAlgorithm, string>> = {
  'hmac-sha256': `Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes("UTF-8"), "HmacSHA256"));
    return MessageDigest.isEqual(given, mac.doFinal(base.getBytes("UTF-8")));`,
  ed25519: `Signature check = Signature.getInstance("Ed25519");`,
  'ecdsa-p256-sha256': `Signature check = Signature.getInstance("SHA256withECDSAinP1363Format");`,
  'rsa-v1_5-sha256': `Signature check = Signature.getInstance("SHA256withRSA");`,
  'rsa-pss-sha512': `Signature check = Signature.getInstance("RSASSA-PSS");
    check.setParameter(new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));`,
};

const javaFamilies = {
  ed25519: 'Ed25519',
  'ecdsa-p256-sha256': 'EC',
  'rsa-v1_5-sha256': 'RSA',
  'rsa-pss-sha512': 'RSA',
} as const;

function java(algorithm: MessageAlgorithm): string {
  const check =
    algorithm === 'hmac-sha256'
      ? javaChecks[algorithm]
      : `byte[] der = Base64.getMimeDecoder().decode(key.replaceAll("-----[A-Z ]+-----", ""));
    ${javaChecks[algorithm]}
    check.initVerify(
        KeyFactory.getInstance("${javaFamilies[algorithm]}").generatePublic(new X509EncodedKeySpec(der)));
    check.update(base.getBytes("UTF-8"));
    return check.verify(given);`;
  const imports =
    algorithm === 'hmac-sha256'
      ? `import java.security.MessageDigest;
import java.time.Instant;
import java.util.*;
import java.util.regex.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;`
      : `import java.security.*;
import java.security.spec.*;
import java.time.Instant;
import java.util.*;
import java.util.regex.*;`;
  return `${imports}

final class Webhook {
  /** The webhook's whole URL, headers with names in lower case, the body as it came, and the ${algorithm === 'hmac-sha256' ? 'secret' : 'public key as PEM'}. */
  static boolean verify(
      String method, String url, Map<String, String> headers, byte[] body, String key) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
    String digest = "sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":";
    if (!digest.equals(headers.get("content-digest"))) return false;

    String input = headers.getOrDefault("signature-input", "").replaceFirst("^sig=", "");
    Matcher created = Pattern.compile(";created=(\\\\d+)").matcher(input);
    if (!created.find()) return false;
    if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(created.group(1))) > 300) return false;

    Map<String, String> values = new HashMap<>(headers);
    values.put("@method", method);
    values.put("@target-uri", url);
    Set<String> needed = new HashSet<>(Set.of("@method", "@target-uri", "content-digest"));
    StringBuilder lines = new StringBuilder();
    Matcher names = Pattern.compile("\\"([^\\"]+)\\"").matcher(input.split("\\\\)")[0]);
    while (names.find()) {
      needed.remove(names.group(1));
      lines.append('"' + names.group(1) + "\\": " + values.get(names.group(1)) + "\\n");
    }
    if (!needed.isEmpty()) return false;
    String base = lines + "\\"@signature-params\\": " + input;

    String encoded = headers.getOrDefault("signature", "").replaceAll("^sig=:|:$", "");
    byte[] given = Base64.getDecoder().decode(encoded);
    ${check}
  }
}
`;
}

function signedByShell(url: string): string {
  return `# Sends your receiver a request that is signed as Posthorn signs: it must be accepted, and refused once a byte differs.
URL=${quoted(url)}
BODY='{"id":"test","type":"posthorn.test","data":{}}'
DIGEST="sha-256=:$(printf %s "$BODY" | openssl dgst -sha256 -binary | openssl base64 -A):"
INPUT="(\\"@method\\" \\"@target-uri\\" \\"content-digest\\");created=$(date +%s);alg=\\"hmac-sha256\\""
SIGNATURE=$(printf '"@method": POST\\n"@target-uri": %s\\n"content-digest": %s\\n"@signature-params": %s' "$URL" "$DIGEST" "$INPUT" |
  openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" -binary | openssl base64 -A)
curl -i "$URL" -H 'content-type: application/json' -H "content-digest: $DIGEST" \\
  -H "signature-input: sig=$INPUT" -H "signature: sig=:$SIGNATURE:" -d "$BODY"
`;
}
