/** Refusals that name what they are about, so that errors read `{ "article": ["not found"] }`. */
import { forbidden, type HttpError, notFound, unauthorized } from '@oxidite/http';

type Subject = 'article' | 'comment' | 'profile';

/** There is no such thing. */
export function missing(subject: Subject): HttpError {
  return notFound(`There is no such ${subject}.`, { errors: [{ in: 'params', path: `/${subject}`, message: 'not found' }] });
}

/** It belongs to somebody else. */
export function notYours(subject: Subject): HttpError {
  return forbidden(`Only its author may change this ${subject}.`, { errors: [{ in: 'params', path: `/${subject}`, message: 'forbidden' }] });
}

/** E-mail and password do not belong together; which of them is wrong is not said. */
export function badCredentials(): HttpError {
  return unauthorized('E-mail or password is wrong.', { errors: [{ in: 'body', path: '/credentials', message: 'invalid' }] });
}
