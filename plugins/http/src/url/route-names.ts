/**
 * The names of an application's routes, for the compiler. They are no inference from the routes, which would cost the editor
 * time, but a flat list that `oxidite routes --types` writes, or you do: `declare module '@oxidite/http' { interface
 * RouteNames { 'articles.show': '/articles/:slug' } }`. Without any, every name is taken and checked when it is used.
 */
import type { PathParams } from '../routes/path-params.ts';

/** Names with the paths that they stand for. */
export interface RouteNames {}

/** A name that the compiler takes. */
export type RouteName = keyof RouteNames extends never ? string : keyof RouteNames & string;

/** A value that can stand in a path or in a query. */
export type UrlValue = string | number;

/** The parameters that the path of a name needs. */
export type UrlParams<Name extends string> = Name extends keyof RouteNames
  ? RouteNames[Name] extends infer Path extends string
    ? Writable<PathParams<Path>>
    : never
  : Readonly<Record<string, UrlValue | undefined>>;

/** Where a parameter is any text, a number may stand as well. */
type Writable<Params> = { readonly [Name in keyof Params]: string extends Params[Name] ? UrlValue : Params[Name] };

/** The arguments behind a name: parameters, which may only be left out when there are none, and options. */
export type UrlArguments<Name extends string, Options> =
  object extends UrlParams<Name> ? [params?: UrlParams<Name>, options?: Options] : [params: UrlParams<Name>, options?: Options];
