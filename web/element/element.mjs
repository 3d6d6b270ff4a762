// <asyncio-playground>: a program with its timeline, in any page. This module is small; what it takes to run a program
// is loaded when an element comes near the window. README.md is the author's guide.

const NEAR = '400px'; // how near

/// Where element and programs come from; a page of another origin may load them.
const home = new URL('./', import.meta.url);

/// On a server there is no HTMLElement: the module can be imported there, and does nothing.
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (class {});

export class AsyncioPlayground extends Base {
  static observedAttributes = ['lesson', 'program', 'params', 'panels', 'theme', 'height', 'step', 'clock'];

  #workbench;
  #shown = false;

  constructor() {
    super();
    // the author's own content, until there is more
    this.attachShadow({ mode: 'open' }).append(document.createElement('slot'));
  }

  connectedCallback() {
    this.watcher = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#show(), { rootMargin: NEAR });
    this.watcher.observe(this);
  }

  disconnectedCallback() {
    this.watcher.disconnect();
    this.#workbench?.runner.stop();
    this.#workbench?.scout.stop();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#workbench || before === now) return;
    if (['panels', 'theme', 'height'].includes(name)) this.#dress();
    else this.#open().catch((error) => this.#fail(error));
  }

  /// Runs the program, as the reader's click on Run does. Resolves with how it ended: {how, status, ...}.
  async run() {
    await this.#show();
    return this.#workbench.run();
  }

  async #show() {
    if (!this.#shown) {
      this.#shown = true;
      this.watcher?.disconnect();
      this.ready = this.#load().catch((error) => this.#fail(error));
    }
    return this.ready;
  }

  async #load() {
    const { dress, programs, Workbench } = await import('./element-parts.mjs');
    this.parts = { dress, programs };
    const root = document.createElement('section');
    root.setAttribute('aria-label', 'Program');
    const workbench = new Workbench(root);
    for (const type of ['run', 'predict', 'step', 'solved'])
      workbench.addEventListener(type, (/** @type {any} */ { detail }) => this.#tell(type, detail));
    this.#workbench = workbench;
    this.workbench = workbench;
    this.shadowRoot.replaceChildren(root);
    this.#dress();
    await this.#open();
    if (this.hasAttribute('autorun')) await workbench.run();
  }

  /// The author's static content stays in sight, with a word on what went wrong below.
  #fail(error) {
    const words = document.createElement('p');
    words.textContent = `The playground could not be loaded: ${error.message}`;
    this.shadowRoot.replaceChildren(document.createElement('slot'), words);
    this.#tell('error', { message: error.message });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(`playground-${type}`, { detail, bubbles: true, composed: true }));
  }

  async #open() {
    const lesson = this.getAttribute('lesson');
    const own = this.getAttribute('program'); // the URL of the author's own program, without its ending
    const program = own ? { id: own.split('/').at(-1) } : this.parts.programs.find(({ id }) => id === lesson);
    if (!program)
      throw new Error(
        `there is no lesson "${lesson ?? ''}"; there are ${this.parts.programs.map(({ id }) => id).join(', ')}`,
      );
    const base = own ? new URL(own, document.baseURI).href : new URL(`programs/${program.id}`, home).href;
    const python = !own || this.hasAttribute('python') ? `${base}.py` : '';
    const at = Number(this.getAttribute('step') || NaN);
    return this.#workbench.open(
      { ...program, c: `${base}.c`, python, wasm: `${base}.wasm` },
      { params: this.#params(), at, clock: this.getAttribute('clock') },
    );
  }

  #params() {
    try {
      return JSON.parse(this.getAttribute('params') || '{}');
    } catch (error) {
      console.error(`<asyncio-playground>: params is no JSON: ${error.message}`);
      return {};
    }
  }

  #dress() {
    this.parts.dress(this, { panels: this.getAttribute('panels'), height: this.getAttribute('height') });
  }
}

if (globalThis.customElements && !customElements.get('asyncio-playground'))
  customElements.define('asyncio-playground', AsyncioPlayground);
