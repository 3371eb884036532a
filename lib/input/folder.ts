import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Makes a folder, and what is missing above it. `fs.mkdirSync` with `recursive` never comes back where a file system takes no folders and says that
 * there is nothing, as /proc does.
 *
 * @throws what the file system says, with the path that it refused
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !isFolder(at); at = path.dirname(at)) missing.unshift(at);
  for (const at of missing) {
    try {
      fs.mkdirSync(at);
    } catch (error) {
      // Somebody else may make it at the same time.
      if (!isFolder(at)) throw error;
    }
  }
}

/** The root of the file system always is one. */
function isFolder(at: string): boolean {
  return fs.statSync(at, { throwIfNoEntry: false })?.isDirectory() === true;
}
