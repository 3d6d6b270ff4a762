// The JavaScript that a program carries (ASYNCIO_JS in C puts it into a custom section of the module), as functions.
//
// A build writes it out as a module of its own (`node glue.mjs program.wasm program.functions.mjs`), which a page with
// a strict Content-Security-Policy can load. Without that, compileFunctions makes functions of the text, which such a
// page forbids.

const SECTION = 'asyncio_js',
  BETWEEN = '\u0001',
  END = '\u0002';

/** The functions declared in a module: [{ type, name, parameters, body }]. */
export function declaredFunctions(module) {
  const decoder = new TextDecoder();
  return WebAssembly.Module.customSections(module, SECTION)
    .flatMap((section) => decoder.decode(section).split(END))
    .filter((text) => text)
    .map((text) => {
      const [type, name, parameters, body] = text.split(BETWEEN),
        list = parametersOf(parameters);
      return {
        type,
        name,
        parameters: list.map((parameter) => parameter.name),
        kinds: list.map((parameter) => parameter.kind),
        body,
      };
    });
}

/** A C parameter list as [{ name, kind }]. The name is the last identifier of each; what kind it is matters to
 * functions with types (ASYNCIO_JS_ASYNC). */
function parametersOf(list) {
  return list
    .replace(/^\(|\)$/g, '')
    .split(',')
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter && parameter !== 'void')
    .map((parameter) => ({ name: parameter.match(/(\w+)\s*$/)[1], kind: kindOf(parameter) }));
}

export function kindOf(parameter) {
  if (/\bchar\b[^*]*\*[^*]*$/.test(parameter)) return 'text';
  if (/\b(asyncio_js|asyncio_response)\b\s*\*/.test(parameter)) return 'value';
  return /\basyncio_bytes\b[^*]*$/.test(parameter) ? 'bytes' : 'number';
}

/** Whether a function starts something that C then awaits; it gets an AbortSignal first and is async. */
const isAsync = ({ type }) => /^asyncio_promise(_|$)/.test(type);

const NUMBERS = /\*|\b(double|float|int|(un)?signed|long|short|char|_?[Bb]ool|s?size_t|u?int(ptr|8|16|32)_t)\b/;

/** What its result is to be, as the bridge knows it; undefined for a type of the program's own. */
function resultOf({ type }) {
  if (/^void$/.test(type)) return 'nothing';
  if (/64_t\b|\blong long\b|\bu?intmax_t\b/.test(type) && !/\*/.test(type)) return 'large';
  return NUMBERS.test(type) ? 'number' : undefined;
}

/** Whether its arguments are to be what their types say, rather than numbers. */
const isTyped = ({ type }) => /^asyncio_promise_/.test(type);

/** Whether what it returns is a JavaScript value for C to hold. */
const givesValue = ({ type }) => type === 'asyncio_js_value';

/** An AbortController costs more than all else about a promise: only a function that may look at its signal gets one.
 * */
const usesSignal = ({ body }) => /\b(signal|eval)\b/.test(body);

function functionText(declared) {
  const parameters = isAsync(declared) ? ['signal', ...declared.parameters] : declared.parameters;
  const typed = isTyped(declared) ? `kinds: ${JSON.stringify(declared.kinds)}, ` : '';
  return (
    `{ name: ${JSON.stringify(declared.name)}, async: ${isAsync(declared)}, signal: ${usesSignal(declared)}, ` +
    `value: ${givesValue(declared)}, result: ${JSON.stringify(resultOf(declared))}, ${typed}` +
    `call: ${isAsync(declared) ? 'async ' : ''}(${parameters.join(', ')}) => ${declared.body} }`
  );
}

function listText(module) {
  return `[${declaredFunctions(module).map(functionText).join(',\n  ')}]`;
}

/** The text of a JavaScript module that exports the functions of a program. */
export function functionsModule(module) {
  return (
    '// The JavaScript parts of a program for asyncio-wasm.\nexport default ({ text, bytes, value }) => ' +
    `${listText(module)};\n`
  );
}

/** The same made on the spot. Throws where the page's policy forbids it. */
export function compileFunctions(module) {
  try {
    return new Function('{ text, bytes, value }', `return ${listText(module)};`);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new SyntaxError(`in the JavaScript of an ASYNCIO_JS function: ${error.message}`);
    throw new Error(
      "this program has JavaScript inside (ASYNCIO_JS), which this page's Content-Security-Policy does not " +
        'allow to be made at run time: pass its functions module, as load(url, { functions })',
      { cause: error },
    );
  }
}
