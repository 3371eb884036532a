import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { eachText, printable } from '../input/printable';
import { InvalidInputError, shown } from '../input/problems';
import { whyNot } from '../input/why-not';
import type { Asked, Ended, Evidence, Recording } from './evidence';

/** An evidence file: what was asked, one line for each thing that was seen, and how it ended. */
export function recordingText({ asked, evidence, ended }: Recording): string {
  return `${[asked, ...evidence, ended].map((line) => JSON.stringify(eachText(line, printable))).join('\n')}\n`;
}

/**
 * @throws {InvalidInputError} where a file could not be written
 */
export function checkWritable(flag: string, file: string): void {
  try {
    const existing = fs.statSync(file, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw new Error('it is a folder');
    fs.accessSync(existing === undefined ? path.dirname(file) : file, fs.constants.W_OK);
  } catch (error) {
    throw new InvalidInputError([`${flag} ${shown(file)} cannot be written: ${whyNot(error)}`]);
  }
}

/** Writes an evidence file as a whole or not at all; compressed where its name ends in `.gz`. */
export function saveRecording(file: string, recording: Recording): void {
  const text = recordingText(recording);
  const part = `${file}.part`;
  try {
    fs.writeFileSync(part, file.endsWith('.gz') ? gzipSync(text) : text, { mode: 0o600 });
    fs.renameSync(part, file);
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw new InvalidInputError([`--save ${shown(file)} cannot be written: ${whyNot(error)}`]);
  }
}

/** Bytes of the largest evidence file that is read; those of a look have some hundred thousand. */
const MOST_BYTES = 1 << 28;

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InvalidInputError([
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `unpacked it has more than ${MOST_BYTES} bytes, which are more than any evidence`
        : `it cannot be unpacked (${message}); was it cut?`,
    ]);
  }
}

/**
 * Reads an evidence file.
 *
 * @throws {InvalidInputError} that says what is wrong with it, and in which line
 */
export function loadRecording(file: string): Recording {
  let bytes: Buffer;
  try {
    const { size } = fs.statSync(file);
    if (size > MOST_BYTES) throw new Error(`${size} bytes are more than any evidence`);
    bytes = fs.readFileSync(file);
  } catch (error) {
    throw new InvalidInputError([`${shown(file)} cannot be read: ${whyNot(error)}`]);
  }
  try {
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return parseRecording((zipped ? unpacked(bytes) : bytes).toString('utf8'));
  } catch (error) {
    const why = error instanceof InvalidInputError ? error.message : (error as Error).message;
    throw new InvalidInputError([`${shown(file)}: ${why}`]);
  }
}

/** What the first and the last line must hold for a report to be written. */
type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && /^(https?|wss?):$/.test(new URL(value).protocol);

const ASKED: Fields = {
  protocol: (value) => value === 'socket.io' || value === 'websocket',
  client: (value) => value === 'browser' || value === 'no-cookies',
  origin: (value) => isText(value) && URL.canParse(String(value)),
  crossSite: isFlag,
  sent: areTexts,
  startedAt: isText,
  quick: isFlag,
  budgetSeconds: isNumber,
  remarks: areTexts,
  cluster: (value) => value === undefined || (isObject(value) && isText(value.context) && isText(value.namespace)),
};

const ENDED: Fields = {
  ended: (value) => value === 'complete' || value === 'interrupted',
  seconds: isNumber,
  skipped: (value) =>
    Array.isArray(value) && value.every((one) => isObject(one) && isText(one.probe) && isText(one.why)),
};

function wrongIn(value: object, fields: Fields): readonly string[] {
  const given = value as Readonly<Record<string, unknown>>;
  return Object.keys(fields)
    .filter((name) => fields[name]?.(given[name]) !== true)
    .map((name) => `${name} ${shown(given[name])}`);
}

export function parseRecording(text: string): Recording {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map((line, i) => {
    try {
      return JSON.parse(line) as Record<string, unknown>;
    } catch {
      throw new InvalidInputError([`line ${i + 1} is no JSON; an evidence file is what holdfast doctor --save writes`]);
    }
  });
  const isAsked = (value: Record<string, unknown> | undefined) => value?.holdfast === 'evidence';
  const isEnded = (value: Record<string, unknown> | undefined) => value?.ended !== undefined;
  // Lines may have been moved; they know what they are.
  const asked = values.find(isAsked) as Asked | undefined;
  if (asked === undefined)
    throw new InvalidInputError(['it is no evidence file; give what holdfast doctor --save has written']);
  if (asked.version !== 1 || !isAddress(asked.url))
    throw new InvalidInputError([
      `version ${shown(asked.version)} of ${shown(asked.url)} cannot be read; use the holdfast that wrote it`,
    ]);
  const evidence = values.filter((value) => !isAsked(value) && !isEnded(value)) as unknown as Evidence[];
  const bad = evidence.findIndex(
    (one) =>
      typeof one?.ref !== 'string' ||
      typeof one.at !== 'number' ||
      typeof one.took !== 'number' ||
      typeof one.hop !== 'string' ||
      typeof one.probe !== 'string' ||
      !isObject(one.request) ||
      !isObject(one.answer),
  );
  if (bad >= 0) throw new InvalidInputError([`${shown(evidence[bad])} is no evidence; the file was changed by hand`]);
  const ended = values.find(isEnded) as Ended | undefined;
  const wrong = [...wrongIn(asked, ASKED), ...(ended === undefined ? [] : wrongIn(ended, ENDED))];
  if (wrong.length > 0)
    throw new InvalidInputError([
      `${wrong.join(' and ')} cannot be read; the file was changed by hand, or written by another holdfast`,
    ]);
  return { asked, evidence, ended: ended ?? { ended: 'interrupted', seconds: 0, skipped: [] } };
}
