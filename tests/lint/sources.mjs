// The files that are the project's own: what git knows, and what is new and not ignored.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Their paths from the top; with a pattern those that it fits. */
export function sources(pattern = /./) {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' });
  return listed.split('\n').filter((file) => file && pattern.test(file) && existsSync(file));
}
