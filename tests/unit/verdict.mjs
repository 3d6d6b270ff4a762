// Whether a unit test passed: what its program did, held against what it said that it expects (unit.h: lines on stdout
// that begin with @). Runs in Node and in browsers.

/** The expectations in a program's output: { status, stderr: [text], crash }. */
export function expectations(stdout) {
  const said = { status: 0, stderr: [], crash: undefined };
  for (const [, what, text] of stdout.matchAll(/^@(\w+) (.*)$/gm)) {
    if (what === 'status') said.status = Number(text);
    else if (what === 'stderr') said.stderr.push(text);
    else if (what === 'crash') said.crash = text;
  }
  return said;
}

/** The first of the parts that does not follow the ones before it in the text. */
function firstMissing(parts, text) {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return part;
    from = at + part.length;
  }
  return undefined;
}

/** A crash is status 134 with a message natively, a rejected run() in WebAssembly. */
function crashProblems({ status, crash, stderr }, expected) {
  const message = crash ?? (status === 134 ? stderr : undefined);
  if (message === undefined) return [`it ended with status ${status}, expected a crash: ${expected}`];
  return message.includes(expected) ? [] : [`it crashed with\n    ${message}\n  expected\n    ${expected}`];
}

/**
 * What was wrong, as sentences; nothing: the test has passed.
 *
 * @param outcome  status: exit status (undefined if there is none); crash: the message that run() rejected with;
 *                 stdout, stderr: text; timedOut: seconds after which it was stopped
 */
export function problems(outcome) {
  const expected = expectations(outcome.stdout);
  if (outcome.timedOut) return [`it had not ended after ${outcome.timedOut} s`];
  if (expected.crash !== undefined) return crashProblems(outcome, expected.crash);
  const found = [];
  if (outcome.crash !== undefined) found.push(`it crashed: ${outcome.crash}`);
  else if (outcome.status !== expected.status)
    found.push(`it ended with status ${outcome.status}, expected ${expected.status}`);
  const missing = firstMissing(expected.stderr, outcome.stderr);
  if (missing !== undefined) found.push(`stderr lacks (here): ${missing}`);
  if (!expected.stderr.length && outcome.stderr && !found.length)
    found.push('it wrote to stderr, which was not expected');
  return found;
}

/** All that is known of a failure, for people. */
export function describe(outcome) {
  const part = (name, text) => (text ? `${name}:\n${text.trimEnd().replace(/^/gm, '  ')}` : undefined);
  return [...problems(outcome), part('stdout', outcome.stdout), part('stderr', outcome.stderr)]
    .filter(Boolean)
    .join('\n');
}
