import fs, { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry, type Message, MessageLog } from '../../examples/chat-backend/message-log';

let folder: string;
const logs: MessageLog[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
});

afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): { readonly log: MessageLog; readonly heard: string[] } {
  const heard: string[] = [];
  const log = new MessageLog(folder, ({ message }: Entry) => heard.push(message.id));
  logs.push(log);
  return { log, heard };
}

const message = (id: string): Message => ({ id, from: 'someone', text: 'hello', at: Date.now() });
const lines = () => readFileSync(join(folder, 'messages.jsonl'), 'utf8').split('\n').filter(Boolean).length;

it('stores a message once that is sent again because its acknowledgement was lost', async () => {
  const { log, heard } = open();
  await log.append(message('a'));
  await log.append(message('a'));
  await Promise.all([log.append(message('b')), log.append(message('b'))]);
  log.catchUp();
  expect(heard).toEqual(['a', 'b']);
  expect(lines()).toBe(2);
});

it('stores it once although it is sent again to another replica, or to one that starts later', async () => {
  const [first, second] = [open(), open()];
  await first.log.append(message('a'));
  await second.log.append(message('a'));
  const later = open();
  await later.log.append(message('a'));
  second.log.catchUp();
  expect(lines()).toBe(1);
  expect(second.heard).toEqual(['a']);
  // Said before it was there.
  expect(later.heard).toEqual([]);
});

it('hands out the first of two that replicas stored at the same moment, live and to whoever was away', () => {
  const { log, heard } = open();
  const before = log.cursor;
  const line = `${JSON.stringify(message('a'))}\n`;
  appendFileSync(join(folder, 'messages.jsonl'), line + line + line.replace('"a"', '"b"'));
  log.catchUp();
  expect(heard).toEqual(['a', 'b']);
  expect(log.since(before).entries.map((entry) => entry.message.id)).toEqual(['a', 'b']);
  // Who has read the first one does not get the second.
  expect(log.since(before + line.length).entries.map((entry) => entry.message.id)).toEqual(['b']);
});

it('hands out what was stored behind the beginning of a message that a full disk cut off', async () => {
  const [first, second] = [open(), open()];
  await first.log.append(message('a'));
  appendFileSync(join(folder, 'messages.jsonl'), '{"id":"cut off","from":"so');
  await second.log.append(message('b'));
  await second.log.append(message('c'));
  first.log.catchUp();
  expect(first.heard).toEqual(['a', 'b', 'c']);
  expect(first.log.since(0).entries.map((entry) => entry.message.id)).toEqual(['a', 'b', 'c']);
});

it('goes on when the volume cannot be read for a moment, and says so', async () => {
  const told = jest.spyOn(console, 'error').mockImplementation(() => {});
  const { log, heard } = open();
  const read = jest.spyOn(fs, 'readSync').mockImplementation(() => {
    throw new Error('EIO: i/o error, read');
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await log.check()).errors).toEqual(['EIO: i/o error, read']);
  read.mockRestore();
  await log.append(message('a'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await log.check()).errors).toEqual([]);
  expect(heard).toEqual(['a']);
  expect(told).toHaveBeenCalledTimes(1);
  told.mockRestore();
});

it('does not read what is too old for anybody, whatever is asked for', async () => {
  const line = (id: string, at: number) => `${JSON.stringify({ ...message(id), text: 'x'.repeat(1000), at })}\n`;
  const old = Array.from({ length: 500 }, (_, i) => line(`old ${i}`, 1)).join('');
  appendFileSync(join(folder, 'messages.jsonl'), old + line('new', 1000));
  const { log } = open();
  const read = jest.spyOn(fs, 'readSync');
  const { entries, complete } = log.since(0, 1000);
  const bytes = read.mock.results.reduce((sum, { value }) => sum + (value as number), 0);
  read.mockRestore();
  expect(entries.map((entry) => entry.message.id)).toEqual(['new']);
  expect(complete).toBe(false);
  expect(bytes).toBeLessThan(2 * 65_536);
  expect(log.since(old.length, 1000).complete).toBe(true);
  expect(log.since(0).entries).toHaveLength(501);
});
