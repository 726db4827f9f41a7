// Reads a CloudEvent 1.0, structured (JSON) or binary (`ce-*` headers), as one event of ours.
//
// Sources: CloudEvents 1.0.2, §3.1 required and optional attributes; JSON event format §3; HTTP binding §3.1, §3.2.

import type { IncomingHttpHeaders } from 'node:http';
import { Type } from 'typebox';
import { compileCheck } from '../../../api/check.ts';
import { refusalOfJson, verbatimReader } from '../../../api/read-body.ts';
import { payloadRules, scanJson } from '../../../domain/json-scan.ts';
import { invalid, type FieldProblem } from '../../../domain/refusal.ts';
import type { Submission } from '../../../publish/publish.ts';
import { refuse } from '../wire/refuse.ts';
import { cutData } from './data.ts';
import { problemsOfText, problemsOfTime, problemsOfType } from './event-rules.ts';
import { CloudEventEnvelope } from './schemas.ts';
import { submissionOf } from './submission.ts';

const reader = verbatimReader(CloudEventEnvelope, 'data');
/** The attributes by their header names, so that a problem is told about the header. */
const checkHeaders = compileCheck(Type.Object(byHeader(CloudEventEnvelope.properties)));

/** Attributes that say how the event travelled, not what happened: they end here. */
const tracing = ['traceparent', 'tracestate'];
const known = new Set([...Object.keys(CloudEventEnvelope.properties), ...tracing]);

export function readCloudEvent(bytes: Uint8Array, dataBytesMax: number): Submission {
  const { rest, verbatim } = reader.read(bytes);
  const at = (name: string) => `/${name}`;
  refuse(problemsOfCloudEvent(rest, at));
  return toSubmission(rest, cutData(verbatim, dataBytesMax), at);
}

export function isBinaryCloudEvent(headers: IncomingHttpHeaders): boolean {
  return headers['ce-specversion'] !== undefined;
}

/** The body is the data, the attributes are headers. */
export function readBinaryCloudEvent(
  headers: IncomingHttpHeaders,
  bytes: Uint8Array,
  dataBytesMax: number,
): Submission {
  const attributes = attributesOf(headers);
  const at = (name: string) => `header/${headerOf(name)}`;
  refuse(problemsOfCloudEvent(attributes, at));
  return toSubmission(attributes, cutData(scanned(bytes), dataBytesMax, ''), at);
}

/** Where an attribute stands in the request. */
type At = (name: string) => string;

function toSubmission(event: CloudEventEnvelope, data: Uint8Array, at: At): Submission {
  return submissionOf({
    type: event.type,
    occurredAt: event.time,
    data,
    context: {
      publisherId: event.id,
      source: event.source,
      ...(event.subject === undefined ? {} : { object: { id: event.subject } }),
      ...(event.partitionkey === undefined ? {} : { orderingKey: event.partitionkey }),
    },
    idPointer: at('id'),
  });
}

function problemsOfCloudEvent(event: CloudEventEnvelope, at: At): FieldProblem[] {
  const texts = Object.entries(event).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return [
    ...(event.specversion === '1.0' ? [] : [wrongVersion(at('specversion'))]),
    ...problemsOfType(event.type, at('type')),
    ...problemsOfTime(at('time'), event.time),
    ...texts.filter(([name]) => name !== 'type').flatMap(([name, text]) => problemsOfText(at(name), text)),
    ...(isJson(event.datacontenttype ?? 'application/json') ? [] : [notJson(at('datacontenttype'))]),
    ...Object.keys(event)
      .filter((name) => !known.has(name))
      .map((name) => extension(at(name), name)),
  ];
}

function isJson(contentType: string): boolean {
  return /^application\/([\w.+-]+\+)?json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(contentType);
}

function wrongVersion(pointer: string): FieldProblem {
  return { pointer, rule: 'version', message: "The 'specversion' is not 1.0; send a CloudEvent 1.0" };
}

function notJson(pointer: string): FieldProblem {
  return {
    pointer,
    rule: 'type',
    message: "The 'datacontenttype' is not JSON; only application/json can be published",
  };
}

function extension(pointer: string, name: string): FieldProblem {
  if (name === 'data_base64') {
    return {
      pointer,
      rule: 'type',
      message: "'data_base64' is binary data; only a JSON object in 'data' can be published",
    };
  }
  const message = `There is no place for the extension attribute '${name}'; put it into 'data' or leave it out`;
  return { pointer, rule: 'extension', message };
}

/** The `ce-` headers as attributes: percent-decoded (HTTP binding §3.1.3.2), checked like a JSON event's. */
function attributesOf(headers: IncomingHttpHeaders): CloudEventEnvelope {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') attributes[name.slice(3)] = decoded(name, value);
  }
  if (typeof headers['content-type'] === 'string') attributes.datacontenttype = headers['content-type'];
  refuse(checkHeaders(byHeader(attributes), 'header'));
  return attributes as CloudEventEnvelope;
}

function byHeader<T>(attributes: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [headerOf(name), value]));
}

/** HTTP binding §3.1.1 and §3.1.3.1. */
function headerOf(attribute: string): string {
  return attribute === 'datacontenttype' ? 'content-type' : `ce-${attribute}`;
}

function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'));
  } catch {
    const message = `The header '${name}' is not percent-encoded UTF-8`;
    throw invalid([{ pointer: `header/${name}`, rule: 'encoding', message }]);
  }
}

/** The value alone: white space around it is no part of the data. */
function scanned(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length === 0) return undefined;
  const scan = scanJson(bytes, payloadRules);
  if (!scan.ok) throw refusalOfJson(scan.problem);
  const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
  const start = bytes.findIndex((byte) => !isSpace(byte));
  const end = bytes.findLastIndex((byte) => !isSpace(byte)) + 1;
  return bytes.subarray(start, end);
}
