// The text around the workbench: the steps to choose from, the question, the explanation, the step's programs.

import { el, prose } from '../panes/dom.mjs';
import { lessons } from '../lessons/lessons.mjs';
import { solvedTasks } from '../panes/make-view.mjs';

const GUIDE = lessons.filter(({ beyond }) => !beyond).length;

export class LessonView {
  /// `nav`, `head` and `foot` are the elements to fill (index.html).
  constructor({ nav, head, foot }) {
    this.head = head;
    this.foot = foot;
    this.links = lessons.map((lesson, index) => stepLink(lesson, index));
    nav.append(
      el(
        'ol',
        {},
        this.links.map((link, index) => el('li', { class: lessons[index].beyond ? 'beyond' : null }, link)),
      ),
    );
    for (const id of solvedTasks()) this.solved(id);
  }

  /// The task of a program is done: its lesson says so from now on.
  solved(id) {
    const index = lessons.findIndex((lesson) => lesson.programs.some((program) => program.id === id));
    if (index < 0 || this.links[index].classList.contains('solved')) return;
    this.links[index].classList.add('solved');
    this.links[index].append(el('span', { class: 'step-solved', title: 'You have done its task' }, ' ✓'));
  }

  show(program) {
    const { step, lesson } = program;
    for (const [index, link] of this.links.entries()) current(link, index + 1 === step, 'step');
    const link = this.links[step - 1];
    link.closest('nav').scrollLeft = link.offsetLeft - link.closest('nav').clientWidth / 3;
    if (this.step !== step) this.write(step, lesson);
    for (const choice of this.head.querySelectorAll('.programs a'))
      current(choice, choice.hash === `#${program.id}`, 'page');
    document.title = `${program.title} · ${lesson.name} · asyncio-wasm`;
  }

  /// A link names a program that there is not.
  showUnknown(id) {
    this.step = 0; // of no lesson
    for (const link of this.links) current(link, false, 'step');
    const [first] = lessons;
    this.head.replaceChildren(
      el('p', { class: 'eyebrow' }, 'A link that leads nowhere'),
      el('h1', { tabindex: -1 }, `There is no program “${id}” here.`),
      el(
        'div',
        { class: 'lesson-text' },
        el('p', {}, 'The link may have been mistyped or cut off. All steps stand above; ', 'the first one asks: ', [
          el('a', { href: addressOf(first.programs[0]) }, first.question),
        ]),
      ),
    );
    this.foot.replaceChildren();
    document.title = 'Not found · asyncio-wasm';
  }

  write(step, lesson) {
    this.step = step;
    this.head.replaceChildren(
      el(
        'p',
        { class: 'eyebrow' },
        lesson.beyond ? `Beyond the guide · ${lesson.name}` : `Step ${step} of ${GUIDE} · ${lesson.name}`,
      ),
      el('h1', { tabindex: -1 }, lesson.question),
      el(
        'div',
        { class: 'lesson-text' },
        lesson.text.map((paragraph) => el('p', {}, prose(paragraph))),
      ),
      el(
        'nav',
        { 'class': 'programs', 'aria-label': 'Programs of this step' },
        lesson.programs.map((program) => el('a', { href: addressOf(program) }, program.title)),
      ),
    );
    this.foot.replaceChildren(neighbour(step - 1, 'Before: '), neighbour(step + 1, 'Next: '));
  }
}

/// Not `#ID` alone: that would be a link to an element of the page.
function addressOf(program) {
  return `./#${program.id}`;
}

function stepLink(lesson, index) {
  return el(
    'a',
    { href: addressOf(lesson.programs[0]) },
    el('span', { class: 'step-number' }, String(index + 1)),
    ' ',
    el('span', { class: 'step-name' }, lesson.name),
  );
}

function current(link, is, kind) {
  if (is) link.setAttribute('aria-current', kind);
  else link.removeAttribute('aria-current');
}

function neighbour(step, word) {
  const lesson = lessons[step - 1];
  if (!lesson) return el('span', {});
  return el(
    'a',
    { href: addressOf(lesson.programs[0]) },
    el('span', { class: 'neighbour-word' }, word),
    lesson.question,
  );
}
