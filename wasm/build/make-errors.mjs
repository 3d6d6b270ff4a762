// Writes errors.mjs, the JavaScript classes of asyncio's exceptions, and their types (errors.d.mts), from the one table
// in src/include/asyncio/exception_types.h.
//
//   node make-errors.mjs exception_types.h errors.mjs

import { readFile, writeFile } from 'node:fs/promises';

const [table, output] = process.argv.slice(2);
const rows = [...(await readFile(table, 'utf8')).matchAll(/X\((\w+), (\w+), (\w+)\)/g)].map(
  ([, constant, name, base]) => ({ constant, name, base }),
);
const nameOf = new Map(rows.map(({ constant, name }) => [constant, name]));

/** Python's exceptions are Errors here, and its groups AggregateErrors, as a JavaScript reader expects. */
function parent({ constant, name, base }) {
  if (name === 'BaseExceptionGroup') return 'AggregateError';
  return constant === base ? 'Error' : nameOf.get(base);
}

await writeFile(
  output,
  `// Made from exception_types.h by make-errors.mjs: change that table, not this file.

${rows.map((row) => `export class ${row.name} extends ${parent(row)} {}`).join('\n')}

export const classes = { ${rows.map((row) => row.name).join(', ')} };
for (const [value, type] of Object.entries(classes))
  Object.defineProperty(type.prototype, 'name', { value, configurable: true, writable: true });
`,
);

const group = ({ name }) => /Group$/.test(name);
const GROUPS = `
  /** Of these, in this order. */
  constructor(errors: Iterable<unknown>, message?: string, options?: ErrorOptions);
`;
const declared = rows.map((row) => {
  const text = row.constant === row.base ? 'What all exceptions of asyncio derive from.' : `Python's \`${row.name}\`.`;
  return `/** ${text} */\nexport class ${row.name} extends ${parent(row)} ` + `{${group(row) ? GROUPS : ''}}`;
});

await writeFile(
  output.replace(/\.mjs$/, '.d.mts'),
  `// Made from exception_types.h by make-errors.mjs.

${declared.join('\n')}
/** All of the classes above, by name. */
export const classes: Record<string, new (message?: string, options?: ErrorOptions) => Error>;
`,
);
