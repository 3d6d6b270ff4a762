// Has a Worker of Node's do something although it is busy: through the debugger's protocol, which interrupts even a
// loop without end.

/** Evaluates a text in the process's only Worker. What comes of it has to be told by the Worker itself. */
export async function breakIn(expression) {
  try {
    const session = new (await import('node:inspector')).Session();
    session.connect();
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
      const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  } catch {
    // this runtime has no inspector, or none for workers, or somebody else uses it
  }
}
