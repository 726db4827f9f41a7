// The request and the answer of an attempt: headers, and bodies as far as they are kept.

import type { Attempt, DeliveryDetail } from '../../api/types.ts';
import { CopyAction } from '../copy.tsx';
import { bytesOfBase64, Payload, textOfBytes } from '../payload.tsx';
import * as texts from '../../texts/texts.ts';
import { curlOf } from './curl.ts';
import type { Scheme } from './signature-facts.ts';

const words = texts.attempts;

export function RequestView({
  attempt: { id, request },
  body,
  scheme,
}: {
  readonly attempt: Pick<Attempt, 'id' | 'request'>;
  readonly body: DeliveryDetail['requestBody'];
  readonly scheme: Scheme | undefined;
}) {
  const bytes = body === null ? null : bytesOfBase64(body.bodyBase64);
  const fileName = `${id}.json`;
  const isToken = scheme === 'jwt';
  const curl = bytes === null || isToken ? undefined : curlOf(request, bytes, fileName);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="font-mono text-xs break-all">
        <span className="font-semibold">{request.method}</span> {request.url}
      </p>
      <div className="flex flex-col items-start gap-1">
        {curl === undefined ? (
          <p className="text-xs text-quiet">{isToken ? words.curlToken : words.curlNoBody}</p>
        ) : (
          <>
            <CopyAction text={curl.command}>{words.curl}</CopyAction>
            <p className="text-xs text-quiet">
              {curl.file === undefined ? words.curlHint : words.curlLarge(curl.file)}
            </p>
          </>
        )}
      </div>
      <Headers headers={request.headers} />
      <section className="flex min-w-0 flex-col gap-1.5">
        <h4 className="font-medium">{words.body}</h4>
        {isToken && <p className="text-xs text-quiet">{words.tokenBody}</p>}
        {bytes === null ? (
          <p className="text-quiet">{words.noRequestBody}</p>
        ) : (
          <Payload text={textOfBytes(bytes) ?? null} bytes={bytes} label={words.body} fileName={fileName} />
        )}
      </section>
    </div>
  );
}

export function ResponseView({
  attempt: { id, response },
}: {
  readonly attempt: Pick<Attempt, 'id' | 'response'>;
}) {
  if (response === null) return <p className="text-quiet">{words.noResponse}</p>;
  const { status, reason, headers, bodyBase64, bodyText, bodyLength, bodyTruncated } = response;
  const bytes = bytesOfBase64(bodyBase64);
  const encoding = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
  const isCompressed = bodyText === null;
  const isText = !isCompressed && !isBinary(bytes);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p className="font-mono text-xs">
        <span className="font-semibold">{status}</span> {reason}
      </p>
      <Headers headers={headers} />
      <section className="flex min-w-0 flex-col gap-1.5">
        <h4 className="font-medium">{words.body}</h4>
        {isCompressed && (
          <p className="text-quiet">
            {words.payload.compressed(encoding ?? '', texts.numbers.bytes(bodyLength))}
          </p>
        )}
        {(bodyTruncated || bodyLength > bytes.length) && (
          <p className="rounded-md bg-warn-soft px-3 py-1.5 text-warn">
            {words.payload.truncated(
              texts.numbers.bytes(bytes.length),
              texts.numbers.bytes(bodyLength),
              bodyTruncated,
            )}
          </p>
        )}
        <Payload text={isText ? bodyText : null} bytes={bytes} label={words.body} fileName={`${id}-answer`} />
      </section>
    </div>
  );
}

/** Bytes that no text has. What is cut in the midst of a character is text all the same. */
function isBinary(bytes: Uint8Array): boolean {
  return (
    bytes.includes(0) ||
    [0, 1, 2, 3].every((cut) => textOfBytes(bytes.subarray(0, bytes.length - cut)) === undefined)
  );
}

function Headers({ headers }: { readonly headers: Readonly<Record<string, string>> }) {
  return (
    <section className="flex min-w-0 flex-col gap-1.5">
      <h4 className="font-medium">{words.headers}</h4>
      <dl className="grid gap-x-4 gap-y-0.5 rounded-md border border-line bg-sunken p-3 font-mono text-xs sm:grid-cols-[minmax(6rem,max-content)_1fr]">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="break-all text-quiet max-sm:mt-1">{name}</dt>
            <dd className="min-w-0 break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
