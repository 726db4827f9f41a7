// X.509 certificates made at test time: any name, age, key and hash, so that every way of not being trusted can be served.

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

export type Certificate = {
  readonly cert: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  readonly name: string;
};

export type CertificateOptions = {
  /** Common name; of a leaf, also its only subject alternative name. */
  readonly name: string;
  /** Signs with its own key when absent. */
  readonly issuer?: Certificate;
  readonly authority?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Bits of an RSA key; an EC key on P-256 when absent. */
  readonly rsaBits?: number;
  readonly hash?: 'sha256' | 'sha1';
};

const dayMs = 86_400_000;

export function makeCertificate(options: CertificateOptions): Certificate {
  const { name, issuer, hash = 'sha256' } = options;
  const { publicKey, privateKey } =
    options.rsaBits === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: options.rsaBits });
  const signer = issuer?.privateKey ?? privateKey;
  const algorithm = signatureAlgorithm(signer, hash);
  const notBefore = options.notBefore ?? new Date(Date.now() - dayMs);
  const notAfter = options.notAfter ?? new Date(Date.now() + 30 * dayMs);
  const publicKeyDer = publicKey.export({ type: 'spki', format: 'der' });
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    commonName(issuer?.name ?? name),
    sequence(time(notBefore), time(notAfter)),
    commonName(name),
    publicKeyDer,
    tagged(0xa3, sequence(...extensions(options, publicKeyDer))),
  );
  const der = sequence(content, algorithm, bitString(sign(hash, content, signer)));
  const body = der.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${body}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    name,
  };
}

function extensions({ name, authority = false }: CertificateOptions, publicKeyDer: Buffer): Buffer[] {
  const keyId = createHash('sha1').update(publicKeyDer).digest();
  const identified = extension('2.5.29.14', tagged(0x04, keyId));
  if (authority) {
    const mayIssue = sequence(tagged(0x01, Buffer.from([0xff])));
    return [identified, extension('2.5.29.19', mayIssue, true)];
  }
  const subject =
    isIP(name) === 4
      ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
      : tagged(0x82, Buffer.from(name));
  return [identified, extension('2.5.29.17', sequence(subject))];
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [tagged(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...flag, tagged(0x04, value));
}

function signatureAlgorithm(key: KeyObject, hash: 'sha256' | 'sha1'): Buffer {
  const rsa = { sha256: '1.2.840.113549.1.1.11', sha1: '1.2.840.113549.1.1.5' };
  const ec = { sha256: '1.2.840.10045.4.3.2', sha1: '1.2.840.10045.4.1' };
  return key.asymmetricKeyType === 'rsa'
    ? sequence(objectId(rsa[hash]), tagged(0x05, Buffer.alloc(0)))
    : sequence(objectId(ec[hash]));
}

function commonName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId('2.5.4.3'), tagged(0x0c, Buffer.from(name)))));
}

function time(at: Date): Buffer {
  return tagged(0x18, Buffer.from(at.toISOString().replaceAll(/[-:T]|\.\d{3}/g, '')));
}

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
