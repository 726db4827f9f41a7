// The thread that sends requests to receivers.

import { workerData, type MessagePort } from 'node:worker_threads';
import { steadyClock } from '../clock.ts';
import { sendHere } from '../deliver/send-here.ts';

sendHere((workerData as { readonly port: MessagePort }).port, { clock: steadyClock() });
