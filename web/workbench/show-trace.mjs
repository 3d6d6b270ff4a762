// Shows a trace in the panes, in bites, so that the page answers meanwhile.

import { BITE } from '../panes/timeline/timeline.mjs';

const LONG = 1000; // events: so many are drawn with a picture in between
const HIDDEN = 100; // milliseconds after which no frame is to be expected: the page is in the background

/// Shows a trace, with the reader at position `at` or at the end; false if the reader has moved on before it is shown.
export function showTrace(workbench, model, at) {
  const { events, panes } = workbench;
  const position = Math.min(Math.max(at ?? model.length, 0), model.length); // a link may say anything
  const bites = [
    () => {
      panes.timeline.prepare(model);
      panes.compare.prepare({ ...workbench.shown, model });
    },
    () => {
      workbench.closeLegend();
      workbench.root.dataset.phase = 'drawing';
      panes.timeline.drawLabels();
    },
    () => panes.timeline.draw(BITE),
    () => panes.timeline.drawMore(),
    () => workbench.each('load', model, position),
    () => {
      workbench.model = model;
      workbench.stepper.load(model, position);
      workbench.root.dataset.phase = 'ran';
    },
  ];
  return inBites(model.length, bites, () => workbench.events !== events);
}

/// Takes one bite after the other, each again as long as it answers true: there is more of it. False if, before the
/// end, `moved()` says that the reader has moved on. `length` is how many events the work is about.
async function inBites(length, bites, moved) {
  for (const bite of bites) {
    do {
      await (length > LONG ? nextFrame() : pause());
      if (moved()) return false;
    } while (bite());
  }
  return true;
}

/// Lets the browser do what it has to do: a task of its own, which no timer delays.
function pause() {
  return new Promise((/** @type {(value?: any) => void} */ done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(0);
  });
}

/// The same after a picture has been painted, if any is to be: of a long trace that takes time, too.
function nextFrame() {
  return Promise.race([
    new Promise((done) => requestAnimationFrame(done)),
    new Promise((done) => setTimeout(done, HIDDEN)),
  ]).then(pause);
}
