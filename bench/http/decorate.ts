/** Applies decorators without their syntax, which Node cannot run by stripping types. */

interface Class {
  readonly name: string;
  readonly prototype: object;
}

/** What TypeScript would emit for one method. */
export interface MethodDecoration {
  readonly decorators: readonly MethodDecorator[];
  /** One decorator for each parameter, in their order. */
  readonly parameters: readonly ParameterDecorator[];
}

/** Applies decorators to a class. */
export function decorateClass(target: Class, ...decorators: readonly ClassDecorator[]): void {
  for (const decorate of decorators) decorate(target as never); // a decorator takes any function, and a class is one
}

/** Applies decorators to a method and its parameters. */
export function decorateMethod<Target extends Class>(
  target: Target,
  name: keyof Target['prototype'] & string,
  { decorators, parameters }: MethodDecoration,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
  if (descriptor === undefined) throw new Error(`The class ${target.name} has no method "${name}".`);
  for (const [index, decorate] of parameters.entries()) decorate(target.prototype, name, index);
  for (const decorate of decorators) decorate(target.prototype, name, descriptor);
}
