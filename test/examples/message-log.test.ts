import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
const lines = () => readFileSync(join(folder, 'messages.jsonl'), 'utf8').trim().split('\n').length;

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
  expect(log.since(before).map((entry) => entry.message.id)).toEqual(['a', 'b']);
  // Who has read the first one does not get the second.
  expect(log.since(before + line.length).map((entry) => entry.message.id)).toEqual(['b']);
});
