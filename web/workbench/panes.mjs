// The panes of the workbench: one line here, a place in the frame, and a module of its own are all that a pane takes.
//
// A pane may have these methods; the workbench calls them on all that do:
//   open(program, values)    another program, which has not run yet; the parameters' values
//   setValues(values)        other parameters
//   begin()                  a run begins
//   clear()                  what was shown of a trace is not true any more
//   load(model, position)    a trace is there; the position, if it is known where the reader will stand in it
//   grow(now)                the trace has grown, on the real clock
//   show(position, state)    the reader stands there
//   end(run)                 it has run: {printed, lines, time, params}

import { CompareView } from '../panes/timeline/compare-view.mjs';
import { MakeView } from '../panes/make-view.mjs';
import { OutputView } from '../panes/output-view.mjs';
import { ParamsView } from '../panes/params-view.mjs';
import { PredictView } from '../panes/predict-view.mjs';
import { SourcePair } from '../panes/sources/source-pair.mjs';
import { StateView } from '../panes/state-view.mjs';
import { StepList } from '../panes/step-list.mjs';
import { Timeline } from '../panes/timeline/timeline.mjs';

/// name -> how it is made. `panel(name)` is an element of the frame; the functions are what a pane may tell of:
/// `seek(position)`, `change(values)`, `send(type, detail)`. Those that stand above are made already.
const PANES = {
  sources: ({ panel }) => new SourcePair({ c: panel('c'), python: panel('python'), meaning: panel('meaning') }),
  params: ({ panel, change, made }) =>
    new ParamsView(panel('params'), { change, point: (name) => made.sources.lightValue(name) }),
  predict: ({ panel, send }) => new PredictView(panel('predict'), { told: (detail) => send('predict', detail) }),
  make: ({ panel, send }) => new MakeView(panel('make'), { solved: (id) => send('solved', { id }) }),
  timeline: ({ panel, seek }) => new Timeline(panel('timeline'), { seek, minimap: panel('minimap') }),
  compare: ({ panel, seek, made }) =>
    new CompareView({ words: panel('compare'), root: panel('pinned') }, { timeline: made.timeline, seek }),
  steps: ({ panel, seek }) => new StepList(panel('steps'), { seek }),
  state: ({ panel }) => new StateView(panel('state')),
  output: ({ panel, seek }) => new OutputView(panel('output'), { seek }),
};

/// All panes, by name.
export function makePanes(given) {
  const made = {};
  for (const [name, make] of Object.entries(PANES)) made[name] = make({ ...given, made });
  return made;
}
