// The page: the address' hash names a program and what the reader sees of it; lesson and workbench show it.

import { LessonView } from './lesson-view.mjs';
import { programs } from '../lessons/lessons.mjs';
import { misunderstood } from '../run/choices.mjs';
import { Workbench } from '../workbench/workbench.mjs';
import { decode, encode } from './share.mjs';

const find = (id) => document.getElementById(id);

const lesson = new LessonView({ nav: find('steps'), head: find('lesson'), foot: find('neighbours') });
export const workbench = new Workbench(find('workbench'));

let shown = ''; // the hash of what the page shows; where the address has another one, that is chosen and on its way

/// The program that the hash names, and the first one if it names none. What it says and cannot be understood is told.
async function show() {
  const { hash } = location;
  const view = await decode(hash);
  if (hash !== location.hash) return; // another has been chosen meanwhile
  if (view.id && document.getElementById(view.id) && workbench.program) return; // the link past the navigation
  shown = hash;
  const first = !view.id || document.getElementById(view.id);
  const program = first ? programs[0] : programs.find(({ id }) => id === view.id);
  const newStep = lesson.step !== undefined && lesson.step !== program?.step;
  find('workbench').hidden = !program;
  notice([]);
  if (program) open(program, view);
  else lesson.showUnknown(readable(view.id));
  if (newStep) startReading();
}

/// A hash has signs for what may not stand in an address.
function readable(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function open(program, view) {
  lesson.show(program);
  const file = (ending) => `programs/${program.id}.${ending}`;
  workbench.open({ ...program, c: file('c'), python: file('py'), wasm: file('wasm') }, view);
  const faults = misunderstood(program, view);
  notice(faults);
  if (Number.isInteger(view.at)) tellStep(view.at, faults);
}

/// How many steps there are is known once it has run.
function tellStep(at, faults) {
  const { program, stepper } = workbench;
  const check = () => {
    if (workbench.program === program && at > stepper.length)
      notice([...faults, `there is no step ${at}: the run has ${stepper.length}, and stands at its end`]);
  };
  workbench.addEventListener('run', check, { once: true });
}

/// What of the link has not been understood.
function notice(faults) {
  const place = find('link-notice');
  place.hidden = !faults.length;
  place.textContent = faults.length ? `Not all of this link makes sense here: ${faults.join('; ')}.` : '';
}

/// Another step is another text: to its beginning, with the keyboard's focus too.
function startReading() {
  scrollTo(0, 0);
  document.querySelector('h1').focus({ preventScroll: true });
}

/// The address follows what the reader does, so it can be copied at any time; it makes no entries in the history.
/** @type {any} */
let writing = 0;
workbench.addEventListener('change', () => {
  clearTimeout(writing);
  writing = setTimeout(writeAddress, 250);
});

/// Unless the reader has chosen something else meanwhile: then the address is theirs.
async function writeAddress() {
  const { program, root } = workbench;
  if (root.hidden || !programs.some(({ id }) => id === program.id)) return;
  const hash = await encode(workbench.view);
  if (workbench.program !== program || location.hash !== shown) return;
  history.replaceState(history.state, '', hash);
  shown = location.hash;
}

async function share() {
  await writeAddress();
  const copied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  );
  workbench.tell(copied ? 'The link is copied.' : 'The link is in the address bar.');
}
workbench.addTool('Link', 'Copy a link to what you see', share).id = 'share';

workbench.addEventListener('solved', (/** @type {any} */ { detail }) => lesson.solved(detail.id));

/// What the reader waits for goes first: what is kept for a day without a network is fetched when the first program has
/// been tried and the page has nothing to do. Without it the page needs its network, as any page.
const whenIdle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 1000)); // not every browser has it
const keepForLater = () => whenIdle(() => navigator.serviceWorker?.register('offline.mjs').catch(() => {}));

addEventListener('hashchange', show);
show()
  .then(() => workbench.rehearsal)
  .then(keepForLater);
