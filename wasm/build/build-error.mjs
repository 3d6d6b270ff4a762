// What is wrong with a program, or with what was asked for: told without a stack.

export class BuildError extends Error {}
