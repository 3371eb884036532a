/** Why the file system refused, in words. */
export function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REFUSALS[code]) ?? message;
}

const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder; name a file',
  EEXIST: 'it is a file',
  ENOSPC: 'the disk is full',
  ELOOP: 'its symbolic links go round in a loop',
};
