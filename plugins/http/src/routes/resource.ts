/** Makes routes of a controller's actions. */
import { type ActionName, isAction, RESOURCE_ACTIONS } from './action.ts';
import type { HttpMethod } from './route.ts';

/** A controller, and which of its actions count. */
export interface Resource {
  /** With the parameter of one member as its last segment: `/articles/:slug`. */
  readonly path: string;
  /** An object or an instance of a class; members that are no actions are its own business. */
  readonly controller: object;
  readonly only: readonly ActionName[] | undefined;
  readonly except: readonly ActionName[] | undefined;
  /** `true` names the routes after their actions. */
  readonly isNamed: boolean;
}

/** The part of a router that is used. */
interface ResourceRouter {
  on(...methods: readonly [HttpMethod]): (path: string, declaration: object, handler: never) => void;
}

/** Declares a route for each action of the controller. */
export function addResource({ path, controller, only, except, isNamed }: Resource, routes: ResourceRouter): void {
  const collection = path.slice(0, path.lastIndexOf('/'));
  if (!path.slice(collection.length).startsWith('/:')) throw new TypeError(`The resource ${path} must end with the parameter of one member: ${path}/:id`);
  let count = 0;
  for (const { name, method, isOfMember } of RESOURCE_ACTIONS) {
    const action: unknown = Reflect.get(controller, name);
    if (only?.includes(name) === false || except?.includes(name) === true || action === undefined) continue;
    if (!isAction(action)) throw new TypeError(`"${name}" of the controller of ${path} is no action: write ${name}: action(…).`);
    const { declaration, handler } = action;
    const named = isNamed ? { name, ...declaration } : declaration;
    routes.on(method)(isOfMember ? path : collection === '' ? '/' : collection, named, handler as never);
    count++;
  }
  if (count === 0) throw new TypeError(`The controller of ${path} has no actions: ${RESOURCE_ACTIONS.map(({ name }) => name).join(', ')}.`);
}
