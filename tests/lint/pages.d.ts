// What tsc cannot know of pages: what their selectors find, what browsers have beyond the standard's types, and what
// the build puts beside web/.

interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}

declare namespace WebAssembly {
  /** JSPI */
  const Suspending: any;
  const promising: any;
}

/** of service workers */
declare const clients: any, registration: any;
declare function skipWaiting(): Promise<void>;

/** what tests keep in a page */
declare var told: any, drawings: any;

declare module '*/vendor/prism/index.js';
declare module '*/vendor/prism/languages/c.js';
declare module '*/vendor/prism/languages/python.js';
declare module '*/element-css.mjs';
declare module '*.functions.mjs';
