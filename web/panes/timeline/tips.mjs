// What the timeline says of the thing under the pointer.

import { shortSeconds } from '../../trace/format.mjs';
import { shortWait } from './picture.mjs';

/// `row` of the layout, event number `at`, and the pointer's x.
export function tipFor({ drawing, final, axis }, row, at, x) {
  const marks = (row.lane ?? drawing.loop).marks ?? [];
  const mark =
    row.kind !== 'timers' && marks.find((each) => Math.abs((axis.start(each.at) + axis.end(each.at)) / 2 - x) < 5);
  if (mark) return `prints “${mark.text}”`;
  return tips[row.kind]({ drawing, final, lane: row.lane }, at);
}

const holds =
  (at) =>
  ({ from, to }) =>
    from <= at && at < to;

const tips = {
  loop({ drawing: { loop } }, at) {
    const call = loop.calls.find(holds(at));
    if (call) return `The loop calls ${call.name}`;
    const turn = loop.turns.find(holds(at));
    if (turn) return `Turn ${turn.turn}: ${turn.ready} ready when it began`;
    const sleep = loop.sleeps.find(holds(at));
    if (sleep) return `The loop sleeps ${shortSeconds(sleep.sleep)}: nothing is ready`;
    return loop.plain.some(holds(at)) ? 'Plain code, outside any task' : '';
  },

  task({ lane, final }, at) {
    if (lane.end?.at === at) return lane.end.how === 'result' ? 'done' : lane.end.text;
    const segment = lane.segments.find(holds(at));
    if (!segment) return '';
    const line = segment.line ? `, line ${segment.line}` : '';
    return segment.status === 'suspended'
      ? `suspended: waits for ${shortWait(segment, final)}${line}`
      : `${segment.status}${line}`;
  },

  timers({ drawing }, at) {
    return drawing.waits.timers
      .filter(holds(at))
      .map(
        ({ when, name, how }) =>
          `${name} timer${when === null ? '' : ` for ${shortSeconds(when)}`}` +
          (how === 'cancelled' ? ', cancelled later' : ''),
      )
      .slice(0, 4)
      .join('; ');
  },

  promises({ drawing }, at) {
    const open = drawing.waits.promises.filter(holds(at)).length;
    return open ? `${open} pending` : '';
  },
};
