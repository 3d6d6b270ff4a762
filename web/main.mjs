// The page: the address' hash names a program, and the lesson and the workbench show it.

import { LessonView } from './lesson-view.mjs';
import { programs } from './lessons.mjs';
import { Workbench } from './workbench.mjs';

const find = (id) => document.getElementById(id);

const lesson = new LessonView({ nav: find('steps'), head: find('lesson'), foot: find('neighbours') });
export const workbench = new Workbench(find('workbench'));

/// The program that the hash names; the first one for an unknown name.
function chosen() {
  const id = location.hash.slice(1); // ids need no escaping
  return programs.find((program) => program.id === id) ?? programs[0];
}

function show() {
  const program = chosen();
  const newStep = lesson.step !== undefined && lesson.step !== program.step;
  lesson.show(program);
  const file = (ending) => `programs/${program.id}.${ending}`;
  workbench.open({ ...program, c: file('c'), python: file('py'), wasm: file('wasm') });
  if (newStep) startReading();
}

/// Another step is another text: to its beginning, with the keyboard's focus too.
function startReading() {
  scrollTo(0, 0);
  document.querySelector('h1').focus({ preventScroll: true });
}

addEventListener('hashchange', show);
show();
