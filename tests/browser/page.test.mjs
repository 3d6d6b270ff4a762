// The page as its readers use it, in both browsers: predicting, stepping, the keyboard, links, a phone.
// programs.test.mjs runs every program.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { programs } from '../../web/lessons/lessons.mjs';
import { browsers, siteIn } from './harness.mjs';
import { expected } from './run-lesson.mjs';

/// Waits until the page shows a line of output.
function printed(visit, line) {
  return visit.until(
    `“${line}”`,
    (text) => [...document.querySelectorAll('.output .text')].some((node) => node.textContent === text),
    line,
  );
}

for (const kind of browsers) {
  describe(kind.name, () => {
    const own = siteIn(kind),
      { open, visited } = own;
    const visits = (name, options, test) => it(name, () => visited(options, test));

    visits(
      'each task stands on a line of the source where it can',
      { hash: '#17-task-runs-concurrently' },
      async (visit) => {
        await visit.run();
        const seen = await visit.page.evaluate(linesWhereTasksStand);
        const kinds = Object.fromEntries(seen.map((line) => [line.trim(), true]));
        for (const line of Object.keys(kinds))
          assert.match(line, /asyncio_(sleep|await|create_task)\(|^static void \*(fetch|main_)\(/);
        assert.ok(
          Object.keys(kinds).length >= 7,
          `the definitions, the sleep, two tasks made and two awaits, but seen: ${Object.keys(kinds).join(' | ')}`,
        );
      },
    );

    visits(
      'lanes, arrows and steps are drawn, on both axes',
      { hash: '#20-task-cancel-and-cleanup' },
      async (visit) => {
        await visit.run();
        const count = () =>
          visit.page.evaluate(() => {
            const number = (selector) => document.querySelectorAll(selector).length;
            const drawn = (selector) =>
              [...document.querySelectorAll(`.timeline ${selector}`)].reduce(
                (sum, { dataset }) => sum + Number(dataset.count),
                0,
              );
            return {
              lanes: number('.timeline-canvas .lane'),
              labels: number('.timeline-label'),
              running: drawn('.bar.running'),
              ready: drawn('.bar.ready'),
              suspended: drawn('.bar.suspended'),
              done: number('.timeline .end.result'),
              cancelled: number('.timeline .end.cancelled'),
              wakes: drawn('.arrow.wake'),
              creates: drawn('.arrow.create'),
              cancels: drawn('.arrow.cancel'),
              marks: drawn('.mark'),
              timers: number('.timeline .waits.timers'),
            };
          });
        const onSteps = await count();
        const least = {
          lanes: 4,
          labels: 4,
          running: 5,
          ready: 5,
          suspended: 4,
          done: 1,
          cancelled: 2,
          wakes: 4,
          creates: 3,
          cancels: 2,
          marks: 11,
          timers: 1,
        };
        for (const [what, number] of Object.entries(least))
          assert.ok(onSteps[what] >= number, `${what}: ${onSteps[what]}, expected at least ${number}`);
        await visit.page.click('input[data-axis][value="time"]');
        assert.deepEqual(await count(), onSteps, 'the time axis shows the same things');
        const positions = await visit.page.evaluate(() => document.querySelectorAll('.steps li').length);
        const slider = await visit.page.evaluate(() => Number(document.querySelector('.stepper input').max));
        assert.equal(positions, slider, 'the list has a step for each position of the slider');
      },
    );

    visits(
      'a click in the drawing, the list or the output goes to that moment',
      { hash: '#17-task-runs-concurrently' },
      async (visit) => {
        await visit.run();
        const position = () => visit.page.evaluate(() => Number(document.querySelector('.stepper input').value));
        await visit.page.evaluate(() => document.querySelector('.steps li:nth-child(7)').click());
        assert.equal(await position(), 7);
        const line = await visit.page.evaluate(() => {
          const item = document.querySelector('.output li:nth-child(2)');
          item.click();
          return Number(item.dataset.at);
        });
        assert.equal(await position(), line);
        await visit.page.click('.timeline-canvas', { offset: { x: 3, y: 60 } });
        assert.equal(await position(), 1);
      },
    );

    visits(
      'everything can be reached and done with the keyboard',
      { hash: '#17-task-runs-concurrently' },
      async (visit) => {
        const { page } = visit;
        const tabTo = async (what, selector) => {
          for (let presses = 0; presses < 60; presses++) {
            await page.keyboard.press('Tab');
            if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
          }
          throw new Error(`Tab does not get to ${what}`);
        };
        for (const [what, selector] of [
          ['the link past the navigation', '.skip'],
          ['the first step', '#steps li:first-child a'],
          ['the last step', '#steps li:last-child a'],
          ['the first program', '.programs a:first-child'],
          ['the C source', '[data-panel="c"] .source-lines'],
          ['the Python source', '[data-panel="python"] .source-lines'],
          ['the prediction', '.grip'],
        ])
          await tabTo(what, selector);
        const guess = () =>
          page.evaluate(() => [...document.querySelectorAll('.guess .text')].map(({ textContent }) => textContent));
        const before = await guess();
        await page.keyboard.press('ArrowDown');
        assert.deepEqual(await guess(), [before[1], before[0], ...before.slice(2)], 'the arrow key moves the line');
        await tabTo('Run', '.run');
        await page.keyboard.press('Enter');
        await visit.until('the program to end', () => document.querySelector('#workbench').dataset.phase === 'ran');
        const at = () => page.evaluate(() => Number(document.querySelector('.stepper input').value));
        const last = await at();
        const press = async (key) => {
          await page.keyboard.press(key);
          return at();
        };
        assert.equal(await press('ArrowLeft'), last - 1);
        assert.equal(await press('ArrowLeft'), last - 2);
        assert.equal(await press('ArrowRight'), last - 1);
        assert.equal(await press('Home'), 0);
        assert.equal(await press('ArrowLeft'), 0, 'there is nothing before the beginning');
        assert.equal(await press('End'), last);
        assert.equal(await press('ArrowRight'), last, 'nor after the end');
        for (const [what, selector] of [
          ['the axis', 'input[data-axis]'],
          ['the timeline', '.timeline'],
          ['one step back', '[data-action="back"]'],
          ['the slider', '.stepper input'],
          ['the list of steps', '.steps'],
        ])
          await tabTo(what, selector);
        assert.equal(await press('ArrowUp'), last - 1);
        assert.match(
          await page.evaluate(() => document.querySelector('.guess-words').textContent),
          /^\d of 8 lines are where you said/,
        );
      },
    );

    visits(
      'jumps go to printed lines and to the steps of the chosen task',
      { hash: '#17-task-runs-concurrently' },
      async (visit) => {
        await visit.run();
        const { page } = visit;
        const at = () =>
          page.evaluate(() => [
            Number(document.querySelector('.stepper input').value),
            document.querySelector('.stepper-sentence').textContent,
          ]);
        const click = async (action) => {
          await page.click(`[data-action="${action}"]`);
          return at();
        };
        await click('first');
        const lines = await page.evaluate(() =>
          [...document.querySelectorAll('.output li')].map((line) => Number(line.dataset.at)),
        );
        for (const line of lines) assert.equal((await click('nextLine'))[0], line);
        for (const line of lines.toReversed().slice(1)) assert.equal((await click('previousLine'))[0], line);
        await click('first');
        const label = await page.evaluate(
          () => document.querySelectorAll('.timeline-label:not(.lane-loop)')[1].textContent,
        );
        await page.focus('.timeline');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        assert.equal(await page.evaluate(() => document.querySelector('.timeline-label.chosen').textContent), label);
        for (let step = 0; step < 2; step++) assert.match((await click('nextStep'))[1], /^fetch \(Task-2\) runs/);
        assert.match((await click('previousStep'))[1], /^fetch \(Task-2\) runs/);
      },
    );

    visits('a prediction is put in order by dragging, and judged', { hash: '#sequential' }, async (visit) => {
      const { page } = visit;
      const guess = () =>
        page.evaluate(() => [...document.querySelectorAll('.guess .text')].map(({ textContent }) => textContent));
      await visit.until('the lines to be shuffled', () => document.querySelectorAll('.guess-line').length > 0);
      const right = await expected(programs.find(({ id }) => id === 'sequential'));
      assert.notDeepEqual(await guess(), right);
      assert.deepEqual((await guess()).toSorted(), right.toSorted());
      for (const [to, line] of right.entries()) {
        const boxes = await page.evaluate(() =>
          [...document.querySelectorAll('.guess-line')]
            .map((item) => {
              item.scrollIntoView({ block: 'center' });
              return item;
            })
            .map((item) => {
              const { x, y, height } = item.getBoundingClientRect();
              return { x: x + 60, y: y + height / 2 };
            }),
        );
        const from = (await guess()).indexOf(line, to);
        await page.mouse.move(boxes[from].x, boxes[from].y);
        await page.mouse.down();
        await page.mouse.move(boxes[to].x, boxes[to].y, { steps: 4 });
        await page.mouse.up();
        assert.equal((await guess())[to], line);
      }
      await visit.run();
      assert.match(await page.evaluate(() => document.querySelector('.guess-words').textContent), /^All lines/);
      assert.equal(await page.evaluate(() => document.querySelectorAll('.guess-line.right').length), right.length);
    });

    visits(
      'a prediction is put in order with a finger, and the page does not move under it',
      { hash: '#sequential', width: 360, height: 640 },
      async (visit) => {
        const { page } = visit;
        const guess = () =>
          page.evaluate(() => [...document.querySelectorAll('.guess .text')].map(({ textContent }) => textContent));
        await visit.until('the lines to be shuffled', () => document.querySelectorAll('.guess-line').length > 0);
        const before = await guess(),
          from = 2,
          to = 0;
        await page.evaluate(() => document.querySelector('.guess').scrollIntoView({ block: 'center' }));
        const centers = await page.evaluate(() =>
          [...document.querySelectorAll('.grip')].map((grip) => {
            const { x, y, width, height } = grip.getBoundingClientRect();
            return { x: x + width / 2, y: y + height / 2 };
          }),
        );
        const scrolled = await page.evaluate(() => scrollY);
        const touch = await page.touchscreen.touchStart(centers[from].x, centers[from].y);
        for (let part = 1; part <= 5; part++)
          await touch.move(centers[from].x, centers[from].y + ((centers[to].y - centers[from].y) * part) / 5);
        await touch.end();
        assert.deepEqual(await guess(), [before[from], before[0], before[1], ...before.slice(3)]);
        assert.equal(await page.evaluate(() => scrollY), scrolled, 'how far the page is scrolled');
      },
    );

    visits(
      'a prediction may be the times of the lines, and each form keeps what was said',
      { hash: '#sequential' },
      async (visit) => {
        const { page } = visit;
        await visit.until('the lines to be shuffled', () => document.querySelectorAll('.guess-line').length > 0);
        const words = () => page.evaluate(() => document.querySelector('.guess-words').textContent);
        await page.click('.guess-switch label:nth-of-type(2)');
        assert.match(await words(), /^When is each line printed/);
        const lines = await page.evaluate(() =>
          [...document.querySelectorAll('.guess .text')].map(({ textContent }) => textContent),
        );
        const wrong = lines.length - 1;
        for (const [index, line] of lines.entries()) {
          if (index === wrong) continue;
          await page.click(`.guess li:nth-child(${index + 1}) input`);
          await page.keyboard.type(String(/main|2: ends/.test(line) ? 3 : 0));
        }
        await page.click('.guess-switch label:nth-of-type(1)');
        assert.match(await words(), /^These lines are shuffled/);
        await page.click('.guess-switch label:nth-of-type(2)');
        await visit.run();
        const told = await page.evaluate(() =>
          [...document.querySelectorAll('.guess-line')].map((item) => [
            item.querySelector('.text').textContent,
            item.querySelector('input').value,
            item.querySelector('.verdict').textContent,
          ]),
        );
        const times = await page.evaluate(() =>
          Object.fromEntries(
            [...document.querySelectorAll('.output li')].map((line) => [
              line.querySelector('.text').textContent,
              Number.parseFloat(line.querySelector('time').textContent),
            ]),
          ),
        );
        for (const [text, said, verdict] of told)
          assert.equal(
            verdict,
            said !== '' && Number(said) === times[text] ? '✓ right' : `✗ ${times[text]} s`,
            `${text}: said ${said}`,
          );
        const right = told.filter(([, , verdict]) => verdict === '✓ right').length;
        assert.ok(right > 0 && right < told.length, `${right} of ${told.length} right`);
        assert.match(await words(), new RegExp(`^${right} of ${told.length} lines`));
        await page.click('.guess-switch label:nth-of-type(1)');
        assert.equal(await words(), 'You have made no prediction this time.');
      },
    );

    visits(
      'on paper the whole timeline is as wide as a sheet, and afterwards as it was',
      { hash: '#33-lock' },
      async (visit) => {
        await visit.run();
        const wide = (type) =>
          visit.page.evaluate((name) => {
            if (name) dispatchEvent(new Event(name));
            return (
              document.querySelector('.timeline-labels').offsetWidth +
              document.querySelector('.timeline-canvas svg').clientWidth
            );
          }, type);
        const before = await wide();
        assert.ok(before > 1000, `${before} pixels of some hundred steps`);
        const printed = await wide('beforeprint');
        assert.ok(printed <= 660, `${printed} pixels on paper`);
        assert.equal(await wide('afterprint'), before);
      },
    );

    visits(
      'what is saved: the trace in two forms, and a picture that needs no style sheet',
      { hash: '#lock' },
      async (visit) => {
        await visit.run();
        const saved = await visit.page.evaluate(saveAll);
        assert.deepEqual(
          saved.map(([name]) => name),
          ['lock.json', 'lock.jsonl', 'lock.svg'],
        );
        const [[, perfetto], [, lines], [, svg]] = saved;
        const events = lines
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
        assert.equal(events.length, await visit.page.evaluate(() => document.querySelectorAll('.steps li').length));
        assert.ok(JSON.parse(perfetto).traceEvents.length > events.length / 2);
        const blank = await own.browser.newPage();
        const colors = await blank.evaluate(colorsOf, svg);
        await blank.close();
        assert.ok(colors.length >= 6, `the picture has ${colors.length} colours: ${colors.join(' ')}`);
        assert.doesNotMatch(svg, /class="(cursor|veil)"/);
      },
    );

    visits(
      'other parameters: the code, the output and the task follow at once',
      { hash: '#sequential' },
      async (visit) => {
        const { page } = visit;
        const values = () =>
          page.evaluate(() =>
            [...document.querySelectorAll('.param-value')].map((value) => value.textContent).join(' '),
          );
        const make = () => page.evaluate(() => document.querySelector('.make-state').textContent);
        assert.equal(await values(), '2 1 false 2 1 False');
        assert.equal((await visit.run()).at(-1), 'main: 3 s');
        assert.equal(await make(), 'Not yet.');
        await page.focus('input[data-param="one"]');
        await page.keyboard.press('ArrowRight');
        await visit.until(
          'the new result',
          () => [...document.querySelectorAll('.output .text')].at(-1)?.textContent === 'main: 3.5 s',
        );
        await page.click('input[data-param="task"]');
        await visit.until('the task to be done', () => /^✓/.test(document.querySelector('.make-state').textContent));
        assert.equal(await values(), '2.5 1 true 2.5 1 True');
        assert.equal((await visit.output()).at(-1), 'main: 2.5 s');
        assert.match(
          await page.evaluate(() => document.querySelector('#steps .solved').textContent),
          /Still sequential ✓/,
        );
      },
    );

    visits(
      'what is chosen is shown, though the address was to follow what the reader did before',
      { hash: '#lock' },
      async (visit) => {
        await visit.run();
        await visit.page.evaluate(chooseWhileTheAddressIsToFollow, '#queue');
        await visit.until(
          'the chosen program',
          async () => (await import('/main.mjs')).workbench.program.id === 'queue',
        );
        assert.match((await visit.status()).hash, /^#queue/);
      },
    );

    visits(
      'on the real clock the lanes grow while promises, a file and clicks arrive',
      { hash: '#live' },
      async (visit) => {
        const { page } = visit;
        await page.click('.run');
        await printed(visit, 'tick 1');
        await visit.until('the lanes', () => document.querySelector('#workbench').dataset.phase === 'live');
        const before = await page.evaluate(howFarTheLanesGo);
        await visit.until('them to grow', howFarTheLanesGo, before);
        await page.click('[data-action="first"]'); // who looks at the beginning is left there
        await printed(visit, 'tick 2');
        assert.equal(await page.evaluate(() => document.querySelector('.stepper input').value), '0');
        for (const n of [1, 2, 3]) {
          await page.click('.click');
          await printed(visit, `click ${n}`);
        }
        await visit.until('the end', () => document.querySelector('#workbench').dataset.phase === 'ran');
        assert.equal(await page.evaluate(() => document.querySelector('.stepper input').value), '0');
        const lines = (await visit.output()).filter((line) => !/^tick/.test(line));
        assert.deepEqual(lines, ['file: Python', 'click 1', 'click 2', 'click 3', 'main: the end']);
      },
    );

    visits(
      'the task of the program with clicks can be done; Stop is heard by a program that waits for a click',
      { hash: '#live' },
      async (visit) => {
        const { page } = visit;
        await page.click('.run');
        await printed(visit, 'tick 1');
        await page.click('.stop');
        await visit.until('the end', () => document.querySelector('#workbench').dataset.phase === 'ran');
        assert.match((await visit.status()).status, /^Ended by Ctrl\+C after /);
        await page.evaluate(async () => {
          const { workbench } = await import('/main.mjs');
          workbench.changeParams({ ...workbench.values, patience: 2 });
        });
        await page.click('.run');
        await printed(visit, 'tick 1');
        for (const n of [1, 2]) {
          await page.click('.click');
          await printed(visit, `click ${n}`);
        }
        await visit.until('the task', () => document.querySelector('[data-panel="make"]').textContent.includes('Done'));
      },
    );

    visits('the clock is part of the link, and waits take their time', { hash: '#await' }, async (visit) => {
      const { page } = visit;
      await page.click('[data-clock][value="real"]');
      await visit.until('the link', () => location.hash.startsWith('#await~'));
      const other = await open({ hash: (await visit.status()).hash });
      await other.until('the clock', () => document.querySelector('[data-clock][value="real"]').checked);
      const began = Date.now();
      await other.run();
      const time = await other.page.evaluate(() =>
        Math.max(...[...document.querySelectorAll('.output time')].map((node) => parseFloat(node.textContent))),
      );
      assert.ok(Date.now() - began >= time * 1000, `${time} s of the loop’s clock took ${Date.now() - began} ms`);
      assert.equal(await other.page.evaluate(() => document.querySelector('[data-axis][value="time"]').checked), true);
      assert.deepEqual(other.problems, []);
      await other.close();
    });

    visits('a link shows another reader the same', { hash: '#lock' }, async (visit) => {
      const { page } = visit;
      await visit.run();
      await page.focus('input[data-param="locked"]');
      await page.keyboard.press(' ');
      await visit.until(
        'the lock',
        () => [...document.querySelectorAll('.output .text')].at(-1)?.textContent === 'balance: 3 of 3',
      );
      await page.click('input[data-axis][value="time"]');
      for (let n = 0; n < 30; n++) await page.keyboard.press('ArrowLeft');
      await page.focus('.timeline');
      for (let n = 0; n < 30; n++) await page.keyboard.press('ArrowLeft');
      await page.click('#share');
      await visit.until('the address to follow', () => location.hash.startsWith('#lock~'));
      const seen = (at) =>
        at.page.evaluate(() => ({
          hash: location.hash,
          at: document.querySelector('.stepper-words').textContent,
          axis: document.querySelector('[data-axis]:checked').value,
          values: [...document.querySelectorAll('.param-value')].map((value) => value.textContent),
          cursor: document.querySelector('.cursor').getAttribute('x'),
          locked: document.querySelector('input[data-param="locked"]').checked,
          later: document.querySelectorAll('.output .later').length,
        }));
      const mine = await seen(visit);
      assert.equal(mine.axis, 'time');
      assert.match(mine.at, /^\d+ of/);
      const other = await open({ hash: mine.hash });
      await other.until('the run', () => document.querySelector('#workbench').dataset.phase === 'ran');
      assert.deepEqual(await seen(other), mine);
      assert.deepEqual(other.problems, []);
      await other.close();
    });

    visits(
      'another order is found, shown from where it parts, and left again',
      { hash: '#34-semaphore' },
      async (visit) => {
        const { page } = visit;
        const exact = await visit.run();
        const orders = () =>
          page.evaluate(() =>
            [...document.querySelectorAll('.extras button')]
              .find(({ textContent }) => /order/i.test(textContent))
              .click(),
          );
        await orders();
        await visit.until('another order', () =>
          /^Seed \d+, another timing: line \d+ is “job/.test(document.querySelector('.status').textContent),
        );
        const other = await visit.output();
        assert.notDeepEqual(other, exact);
        assert.ok(
          await page.evaluate(() => {
            const { value, max } = document.querySelector('.stepper input');
            return Number(value) > 0 && Number(value) < Number(max);
          }),
        );
        await orders();
        await visit.until('the exact order', () => /^Ended after/.test(document.querySelector('.status').textContent));
        assert.deepEqual(await visit.output(), exact);
      },
    );

    visits('a link with nonsense in it is as good as none', { hash: '#lock~H4sInonsense' }, async (visit) => {
      assert.equal((await visit.run()).at(-1), 'balance: 1 of 3');
    });

    visits('a line and its twin are lit together, and its call explained', { hash: '#lock' }, async (visit) => {
      const { page } = visit;
      await page.focus('[data-panel="python"] .source-lines');
      const line = await page.evaluate(
        () =>
          [...document.querySelectorAll('[data-panel="python"] .line')].findIndex((each) =>
            /lock\.acquire/.test(each.textContent),
          ) + 1,
      );
      for (let n = 0; n < line; n++) await page.keyboard.press('ArrowDown');
      const lit = () =>
        page.evaluate(() => [...document.querySelectorAll('.line.lit code')].map((code) => code.textContent.trim()));
      assert.deepEqual(await lit(), ['if (false && asyncio_lock_acquire(lock) < 0)', 'await lock.acquire()']);
      await visit.until('the meaning', () =>
        /^asyncio_lock_acquire is Lock\.acquire: waits until the lock is free/.test(
          document.querySelector('.meaning').textContent,
        ),
      );
    });

    visits('the player plays to the end and stops there', { hash: '#09-coroutine-hello' }, async (visit) => {
      await visit.run();
      await visit.page.select('.speed', '30');
      await visit.page.focus('.timeline');
      await visit.page.keyboard.press(' ');
      await visit.until(
        'the player to start',
        () =>
          document.querySelector('[data-action="play"]').title.startsWith('Pause') ||
          Number(document.querySelector('.stepper input').value) > 0,
      );
      await visit.until('the end', () => {
        const { value, max } = document.querySelector('.stepper input');
        return value === max;
      });
      await visit.until('the player to stop', () =>
        document.querySelector('[data-action="play"]').title.startsWith('Play'),
      );
    });

    visits('zoom: nearer, further, all at once, with a map of the whole', { hash: '#33-lock' }, async (visit) => {
      await visit.run();
      const { page } = visit;
      const width = () => page.evaluate(() => document.querySelector('.timeline-canvas svg').clientWidth);
      const natural = await width();
      await visit.until('the map of a long trace', () => !document.querySelector('.minimap').hidden);
      await page.focus('.timeline');
      await page.keyboard.press('+');
      assert.ok((await width()) > natural * 1.4, `${await width()} px, from ${natural}`);
      await page.keyboard.press('0');
      const { room, fitted } = await page.evaluate(() => ({
        room: document.querySelector('.timeline').clientWidth,
        fitted: document.querySelector('.timeline-canvas svg').clientWidth,
      }));
      assert.ok(fitted < room, `${fitted} px in ${room}`);
      await visit.until('the map to go: all is seen', () => document.querySelector('.minimap').hidden);
      await page.keyboard.press('-');
      assert.equal(await width(), fitted, 'no further than all');
    });

    visits('a task says why it does not run', { hash: '#33-lock' }, async (visit) => {
      await visit.run();
      const { page } = visit;
      await page.click('[data-action="first"]');
      await page.evaluate(() =>
        [...document.querySelectorAll('.steps .what')]
          .find((what) => /waits for a lock that/.test(what.textContent))
          .click(),
      );
      await page.evaluate(() => document.querySelector('.state-task.suspended:nth-child(7) summary').click());
      const answer = () =>
        page.evaluate(() => document.querySelector('.state-task details[open] .state-why').textContent);
      assert.match(await answer(), /waits for a lock at line 39 that add_safe \(Task-6\) holds/);
      assert.match(await answer(), /add_safe \(Task-6\) sleeps at line/, 'and what that one waits for');
      await page.keyboard.press('ArrowRight');
      assert.match(await answer(), /waits for a lock/, 'it stays open');
    });

    visits(
      'a program that has just been opened has no steps of the one before',
      { hash: '#17-task-runs-concurrently' },
      async (visit) => {
        await visit.run();
        await visit.choose(programs.find(({ id }) => id === '18-task-await-order'));
        await visit.page.focus('.run');
        await visit.page.keyboard.press('ArrowLeft');
        const { phase, status } = await visit.status();
        assert.deepEqual([phase, status], ['ready', '']);
        assert.equal(await visit.page.evaluate(() => document.querySelectorAll('.line.marked, .output li').length), 0);
      },
    );
  });
}

// --- what runs in the page ---

/// [name, text] of everything that the menu saves, which is not really downloaded.
async function saveAll() {
  const blobs = [],
    names = [],
    { createObjectURL } = URL,
    { click } = HTMLAnchorElement.prototype;
  URL.createObjectURL = (blob) => {
    blobs.push(blob);
    return createObjectURL(blob);
  };
  HTMLAnchorElement.prototype.click = function () {
    names.push(this.download);
  };
  try {
    for (const button of document.querySelectorAll('.menu button')) button.click();
  } finally {
    URL.createObjectURL = createObjectURL;
    HTMLAnchorElement.prototype.click = click;
  }
  return Promise.all(blobs.map(async (blob, index) => [names[index], await blob.text()]));
}

/// In an empty page: the colours of a picture, each of more than a few dots.
async function colorsOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {
      width: image.naturalWidth,
      height: image.naturalHeight,
    }),
    context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const counts = new Map(),
    { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) {
    const color = [...data.slice(at, at + 4)].join(',');
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 20).map(([color]) => color);
}

/// The right end of the longest wait that is drawn; 0 if it is not beyond what was before.
function howFarTheLanesGo(before = 0) {
  const now = Math.max(
    ...[...document.querySelectorAll('.timeline svg .bar.suspended')].map(
      (bar) => bar.getBBox().x + bar.getBBox().width,
    ),
  );
  return now > before ? now : 0;
}

/// The source lines that are marked at any position.
function linesWhereTasksStand() {
  const seen = new Set();
  for (let n = Number(document.querySelector('.stepper input').max); n > 0; n--) {
    for (const line of document.querySelectorAll('.line.marked code')) seen.add(line.textContent);
    document.querySelector('[data-action="back"]').click();
  }
  return [...seen];
}

/// The address follows a little after what the reader does; here that is over just after the choice, before the page
/// has heard of it.
async function chooseWhileTheAddressIsToFollow(hash) {
  const { workbench } = await import('/main.mjs');
  const { setTimeout } = window;
  let due;
  Object.assign(window, { setTimeout: (act) => (due = act) });
  workbench.dispatchEvent(new Event('change'));
  window.setTimeout = setTimeout;
  location.hash = hash;
  due();
}
