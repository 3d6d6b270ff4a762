// Who awaits whom, as the program tells it (src/watch/pstree.c), whole or seen from one task.

/** The whole graph: { tasks, between, text }, as asyncio.d.mts has it. */
export function callGraphOf(bridge) {
  const exports = bridge.host.exports(),
    at = exports.asyncio_call_graph();
  if (!at) throw new Error('there is no memory to tell it in');
  const json = bridge.text(at);
  exports.asyncio_free(at);
  return JSON.parse(json);
}

/** What asyncio.capture_call_graph(task) tells: the task, first, and whoever waits for it, directly or through others.
 * */
export function callGraphOfTask(bridge, pointer) {
  const { tasks, between } = callGraphOf(bridge),
    known = new Map([...tasks, ...between].map((node) => [node.id, node]));
  const found = new Set([bridge.host.exports().asyncio_task_id(pointer)]);
  for (const id of found) for (const waiting of known.get(id)?.awaitedBy ?? []) found.add(waiting);
  const part = [...found].map((id) => known.get(id)).filter(Boolean);
  return { tasks: part.filter((node) => tasks.includes(node)), between: part.filter((node) => between.includes(node)) };
}
