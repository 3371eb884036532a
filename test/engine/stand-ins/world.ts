import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Json } from './properties';

/** The folder that stands for everything outside of Pulumi: clusters, Google Cloud, and what is wrong with them today. */
const FOLDER = process.env.HOLDFAST_WORLD ?? '';

/** Things by their identity, in a file, so that providers, `kubectl`, `gcloud` and the tests see the same. */
export class World {
  private readonly file: string;

  constructor(
    name: string,
    private readonly folder = FOLDER,
  ) {
    if (folder === '') throw new Error('HOLDFAST_WORLD names no folder');
    fs.mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, `${name.replaceAll(/[^\w.-]+/g, '_')}.json`);
  }

  all(): Readonly<Record<string, Json>> {
    return fs.existsSync(this.file) ? JSON.parse(fs.readFileSync(this.file, 'utf8')) : {};
  }

  get(id: string): Json | undefined {
    return this.all()[id];
  }

  put(id: string, value: Json): void {
    this.write({ ...this.all(), [id]: value });
  }

  remove(id: string): void {
    this.write(Object.fromEntries(Object.entries(this.all()).filter(([other]) => other !== id)));
  }

  /** Writes down what happens, so that a test can say what did, in which order. Before it does: who sees a thing and then reads what happened finds it there. */
  note(line: string): void {
    fs.appendFileSync(path.join(this.folder, 'journal.txt'), `${line}\n`);
  }

  private write(things: Readonly<Record<string, Json>>): void {
    const next = `${this.file}.${process.pid}`;
    fs.writeFileSync(next, JSON.stringify(things, undefined, 2));
    fs.renameSync(next, this.file);
  }
}

/** What a test lets happen: how long making a thing takes, and what is refused. */
export interface Trouble {
  /** Seconds that making or changing it takes, by its identity or kind; that it takes to delete it, by `delete` and its kind. */
  readonly slow?: Readonly<Record<string, number>>;
  /** What is answered instead of making or changing it, by its identity or kind. */
  readonly refused?: Readonly<Record<string, string>>;
}

export function trouble(folder = FOLDER): Trouble {
  const file = path.join(folder, 'trouble.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}
