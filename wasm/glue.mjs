// The JavaScript that a program carries (ASYNCIO_JS in C puts it into a custom section of the module), as functions.
//
// A build writes it out as a module of its own (`node glue.mjs program.wasm program.functions.mjs`), which a page with a
// strict Content-Security-Policy can load. Without that, compileFunctions makes functions of the text, which such a page
// forbids.

const SECTION = 'asyncio_js', BETWEEN = '\u0001', END = '\u0002';

/** The functions declared in a module: [{ type, name, parameters, body }]. */
export function declaredFunctions(module) {
  const decoder = new TextDecoder();
  return WebAssembly.Module.customSections(module, SECTION)
    .flatMap((section) => decoder.decode(section).split(END))
    .filter((text) => text)
    .map((text) => {
      const [type, name, parameters, body] = text.split(BETWEEN);
      return { type, name, parameters: parameterNames(parameters), body };
    });
}

/** The names in a C parameter list: the last identifier of each parameter. */
function parameterNames(list) {
  return list.replace(/^\(|\)$/g, '').split(',').map((parameter) => parameter.trim())
    .filter((parameter) => parameter && parameter !== 'void')
    .map((parameter) => parameter.match(/(\w+)\s*$/)[1]);
}

/** Whether a function starts something that C then awaits; it gets an AbortSignal first and is async. */
const isAsync = ({ type }) => type === 'asyncio_promise';

/** An AbortController costs more than all else about a promise: only a function that may look at its signal gets one. */
const usesSignal = ({ body }) => /\b(signal|eval)\b/.test(body);

function functionText(declared) {
  const parameters = isAsync(declared) ? ['signal', ...declared.parameters] : declared.parameters;
  return `{ name: ${JSON.stringify(declared.name)}, async: ${isAsync(declared)}, signal: ${usesSignal(declared)}, ` +
    `call: ${isAsync(declared) ? 'async ' : ''}(${parameters.join(', ')}) => ${declared.body} }`;
}

function listText(module) {
  return `[${declaredFunctions(module).map(functionText).join(',\n  ')}]`;
}

/** The text of a JavaScript module that exports the functions of a program. */
export function functionsModule(module) {
  return `// The JavaScript parts of a program for asyncio-wasm.\nexport default ({ text, bytes, value }) => ${listText(module)};\n`;
}

/** The same made on the spot. Throws where the page's policy forbids it. */
export function compileFunctions(module) {
  try {
    return new Function('{ text, bytes, value }', `return ${listText(module)};`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError(`in the JavaScript of an ASYNCIO_JS function: ${error.message}`);
    throw new Error('this program has JavaScript inside (ASYNCIO_JS), which this page\'s Content-Security-Policy does not ' +
      'allow to be made at run time: pass its functions module, as load(url, { functions })', { cause: error });
  }
}
