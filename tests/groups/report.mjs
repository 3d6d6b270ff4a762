// What a group of tests found: how many passed, and what failed with which words.

/** Compilers can say very much about one mistake. */
const LINES = 60;

function shorten(text) {
  const lines = text.trimEnd().split('\n');
  const left = lines.length - LINES;
  return left > 0 ? [...lines.slice(0, LINES), `... (${left} more lines)`].join('\n') : lines.join('\n');
}

export class Report {
  passed = 0;
  failures = [];

  pass(count = 1) {
    this.passed += count;
  }

  fail(name, text) {
    this.failures.push({ name, text });
  }

  print(title, seconds) {
    const { passed, failures } = this;
    if (!passed && !failures.length) return;
    const failed = failures.length ? `  ${failures.length} failed` : '';
    console.log(`${title.padEnd(20)} ${String(passed).padStart(4)} passed${failed}  (${seconds.toFixed(0)} s)`);
    for (const { name, text } of failures)
      console.log(`\nFAILED  ${title}: ${name}\n${shorten(text).replace(/^/gm, '    ')}\n`);
  }
}
