// What leads to a run: {values, seed}. What comes from outside, out of a link or an element's attribute, is checked.

import { defaults, environment, sane } from './params.mjs';

const JITTER = '2'; // seconds by which a wait may be longer in another order: as if what is waited for had taken longer

export function seedFrom(given) {
  return Number.isInteger(given) && given > 0 ? given : 0;
}

/// A program's parameters: its own, unless a link says otherwise, and then only what they may be.
export function valuesFrom(program, given) {
  const values = defaults(program);
  for (const name of Object.keys(values))
    if (given && Object.hasOwn(given, name)) values[name] = sane(program.params[name], given[name]);
  return values;
}

/// What a link says of a program that makes no sense, in sentences; what cannot be understood is not heeded.
export function misunderstood(program, { params, seed, at, axis, clock, pin, broken }) {
  const odd = (what, value) => `${what} ${JSON.stringify(value)}`;
  const seeds = [seed, pin?.seed].filter((given) => given !== undefined && seedFrom(given) !== given);
  return [
    ...(broken ? ['its end cannot be read: it may have been cut off'] : []),
    ...oddParams(program, params),
    ...oddParams(program, pin?.params),
    ...seeds.map((given) => odd('there is no seed', given)),
    ...(at === undefined || (Number.isInteger(at) && at >= 0) ? [] : [odd('there is no step', at)]),
    ...([undefined, 'steps', 'time'].includes(axis) ? [] : [odd('there is no axis', axis)]),
    ...([undefined, 'real', 'virtual'].includes(clock) ? [] : [odd('there is no clock', clock)]),
  ];
}

function oddParams(program, given = {}) {
  if (typeof given !== 'object' || given === null) return ['its parameters cannot be read'];
  const known = program.params ?? {};
  return Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(known, name)) return [`this program has no parameter “${name}”`];
    return sane(known[name], value) === value ? [] : [`“${name}” cannot be ${JSON.stringify(value)}`];
  });
}

/// As a link holds it: {params, seed}, as far as they are not the program's own.
export function choicesOf(program, { values, seed }) {
  const own = defaults(program);
  const params = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== own[name]));
  return { params: Object.keys(params).length ? params : undefined, seed: seed || undefined };
}

/// The program as the runner takes it.
export function runnable(program, clock, { values, seed }) {
  const other = seed && { ASYNCIO_SEED: String(seed), ASYNCIO_JITTER: JITTER };
  return { ...program, clock, env: { ...program.env, ...environment(values), ...other } };
}
