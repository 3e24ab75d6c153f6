/** A place in an application where something is thrown. */

/** Throws. */
export function failHere(message: string): never {
  throw new Error(message, { cause: new Error('the cause <below>') });
}
